"""Pages and documents of a second dataset: projects, units not reconciled, sources that are not kept."""

import asyncio
from collections.abc import Iterator

import pytest

from kankei.dataset.data_folder import packaged
from kankei.engine.embedded.pool import start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.release.reader import Release
from kankei.server.serve import read_examples
from kankei.web.app import create_app
from support.client import BROWSER, Client


@pytest.fixture(scope="module")
def joint_web(joint_release: Release) -> Iterator[Client]:
    """The application over both datasets, asked in process."""
    process = start_engine(StoreFiles.of(joint_release))
    with asyncio.Runner() as runner:
        pool = runner.run(process.connect())
        yield Client(create_app(joint_release, pool, read_examples(packaged().competency)), runner)
        runner.run(_close(pool))
    process.close()


async def _close(pool: object) -> None:
    pool.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/doc/project/31.html", "見本航路の維持・改善"),
        ("/doc/project/20406.html", "二地域居住等の促進に向けた先導的な施策の実装"),
        ("/doc/programme/two-region-living.html", "先導的な施策の実装"),
        ("/doc/source/rs-2025-1-2.html", "事業概要等"),
        ("/doc/org/mlit-regional-policy-division.html", "地方政策課"),
        ("/doc/fiscal-year/2024.html", "令和6年度"),
        ("/doc/dataset/review.html", "行政事業レビュー"),
        ("/doc/dataset.html", "関係"),
        ("/", "関係"),
    ],
)
def test_a_page_in_html(path: str, text: str, joint_web: Client) -> None:
    answer = joint_web.get(path, BROWSER, Accept_Language="ja")
    assert answer.status_code == 200
    assert text in answer.text


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf"])
def test_a_project_in_each_format(suffix: str, joint_web: Client) -> None:
    assert joint_web.get(f"/doc/project/31.{suffix}").status_code == 200


def test_a_source_that_is_not_kept_has_no_text(joint_web: Client) -> None:
    assert joint_web.get("/doc/source/rs-2025-1-2.txt").status_code == 404
