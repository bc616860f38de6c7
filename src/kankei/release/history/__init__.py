"""History of releases: when each thing appeared, last changed or was removed, and what changed."""
