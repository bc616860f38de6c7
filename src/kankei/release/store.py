"""The store of a release, loaded from the lines that are published."""

from pathlib import Path

import pyoxigraph as ox

from kankei.release.manifest import STORE
from kankei.release.profile_views import RDF_PROFILES
from kankei.release.reader import QUADS, RECORDS, TRIPLES, check_count


def write_store(release: Path) -> tuple[int, ...]:
    """Write the store; returns the statements of its merged graph and of its named graphs.

    The merged graph has what the dump has, and the views in other profiles and the dates of documents.
    The lines were valid when they were written, so their IRIs are not checked again. Raises `BuildFailed`
    unless the store then holds as many statements as are published.
    """
    store = ox.Store(release / STORE)
    views = [release / RECORDS, *(release / profile.lines for profile in RDF_PROFILES)]
    for lines in (release / TRIPLES, *views):
        store.bulk_load(path=lines, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    store.bulk_load(path=release / QUADS, format=ox.RdfFormat.N_QUADS, lenient=True)
    store.optimize()
    store.flush()
    return check_count(store, (release / TRIPLES, release / QUADS), views)
