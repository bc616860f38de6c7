"""The stages that a build takes from other rooms than `release/`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kankei.dataset.data_folder import Inputs

if TYPE_CHECKING:
    from kankei.dataset.dataset import Dataset
    from kankei.release.further_stage import FurtherStage


def further_stages(inputs: Inputs) -> "Sequence[FurtherStage]":
    """What a build writes beside the dataset itself: the search index."""
    from kankei.release.further_stage import FurtherStage
    from kankei.search.index import stage

    def write_index(dataset: "Dataset", folder: Path) -> None:
        stage.write_search_index(dataset.store, dataset.base, inputs.data, folder, dataset.members)

    services = stage.services()
    return [FurtherStage("search index", write_index, stage.determined_by(inputs.data), services)]
