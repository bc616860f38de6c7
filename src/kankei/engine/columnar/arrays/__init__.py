"""Star joins, groups and counts over sorted arrays of identifiers, without SQL."""

import os

# A thread that numpy's linear algebra starts, which is not used, would be lost by a fork.
os.putenv("OPENBLAS_NUM_THREADS", "1")
