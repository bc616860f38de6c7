"""The benchmarks' own parts: the generated data, the load process, the figures. No peer is needed."""

import asyncio
import os
import re
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load as load_dataset
from kankei.namespaces import Base
from kankei.release.reader import Release
from kankei.validation.pyshacl.reference import validate
from support.paths import TESTS
from support.successive_releases import Successive

# The scripts beside the generator find one another by the folder that they are started from.
sys.path.append(str(TESTS / "benchmarks"))

from abuse import HOSTILE, hostile, soaked
from comparison import Sample, disagreements, rows
from data import Data
from endpoint import Findings
from endpoint import parse as endpoint_options
from figures import Cell, Key, medians, ratio, ratios, verdicts
from generate import generate
from incremental import harvest
from joint_lookups import Comparison, compared, of_store
from joint_lookups import parse as lookup_options
from joint_lookups import texts as lookups
from load import Body, Load, Outcome, Spec, quantile
from peers.peer import Options, Peer, Response, Unavailable
from processes import Weight, weigh
from senders import counted
from workloads import WORKLOADS

PROGRAMMES = 100
Answer = Callable[[int], bytes]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "data"
    generate(PROGRAMMES, folder)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """A release's dump, as far as the workloads read it."""
    release = tmp_path_factory.mktemp("release")
    (release / "dumps").mkdir()
    subjects = [f"{Base().iri}id/programme/generated-00000{n}#{name}" for n in range(1, 8) for name in "ab"]
    lines = [f'<{subject}> <p:> "{n}" .\n' for subject in subjects for n in range(2)]
    (release / "dumps" / "kankei.nt").write_text("".join(lines))
    return Data(7, release)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_same_numbers_give_the_same_bytes(generated: Path, tmp_path: Path) -> None:
    generate(PROGRAMMES, tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(generated)


def test_another_seed_gives_other_programmes(generated: Path, tmp_path: Path) -> None:
    generate(3, tmp_path / "other", seed=2)
    name = "programmes/generated-000001.ttl"
    assert (tmp_path / "other" / name).read_bytes() != (generated / name).read_bytes()


def test_a_programme_has_about_170_triples(generated: Path) -> None:
    counts = [
        sum(
            1 for _ in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri="https://x.example/a")
        )
        for file in (generated / "programmes").iterdir()
    ]
    assert len(counts) == PROGRAMMES
    assert 160 <= sum(counts) / PROGRAMMES <= 180


def test_generated_data_satisfies_the_shapes(tmp_path: Path) -> None:
    """A few programmes, with the organisations above their units: the reference implementation is slow."""
    generate(8, tmp_path / "data")
    texts = [file.read_text(encoding="utf-8") for file in (tmp_path / "data" / "programmes").iterdir()]
    units = set(re.findall(r"<\.\./org/([a-z0-9-]+)>", "".join(texts)))
    for file in (tmp_path / "data" / "organisations").iterdir():
        if not any(f"{unit}-".startswith(f"{file.stem}-") for unit in units):
            file.unlink()
    dataset = load_dataset(packaged().with_data(tmp_path / "data"), Base(), tmp_path)
    report = validate(dataset.store, packaged().shapes)
    assert report.accepts(), report.turtle().decode()


def pieces(content: bytes, size: int) -> Iterable[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


CHUNKED = b"5\r\nhello\r\nC;x=y\r\n, world 1234\r\n0\r\n\r\n"


@pytest.mark.parametrize("size", range(1, len(CHUNKED) + 1))
def test_a_chunked_body_ends_where_it_ends(size: int) -> None:
    body = Body(b"http/1.1 200 ok\r\ntransfer-encoding: chunked")
    ends = [body.feed(piece) for piece in pieces(CHUNKED, size)]
    assert ends[-1]
    assert not any(ends[:-1])


@pytest.mark.parametrize(
    ("fields", "sent", "whole", "close"),
    [
        (b"content-length: 4", b"abcd", True, False),
        (b"content-length: 4", b"abc", False, False),
        (b"content-length: 0\r\nconnection: close", b"", True, True),
        (b"server: x", b"abcd", False, True),
    ],
)
def test_a_body_of_a_length(fields: bytes, sent: bytes, whole: bool, close: bool) -> None:
    body = Body(b"http/1.1 200 ok\r\n" + fields)
    assert (body.feed(sent), body.close) == (whole, close)


def outcome_of(answer: Answer, targets: Path, requests: int, every: int = 0, timeout: float = 30) -> Outcome:
    """What a load finds at a server that gives the n-th answer to the n-th request, none being no answer."""

    async def main() -> Outcome:
        served = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal served
            try:
                while await reader.readuntil(b"\r\n\r\n"):
                    served += 1
                    writer.write(answer(served))
                    if not answer(served) or b"close" in answer(served):
                        break
                if answer(served):
                    await writer.drain()
                else:
                    await reader.read()
            except asyncio.IncompleteReadError:
                pass
            finally:
                writer.close()

        return await loaded(serve)

    async def loaded(
        serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    ) -> Outcome:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            spec = Spec("127.0.0.1", port, str(targets), 1, requests=requests, timeout=timeout)
            harsh = Spec(**{**vars(spec), "hostile": ["/bad"], "every": every})
            return await Load(harsh).run()

    return asyncio.run(main())


@pytest.fixture
def targets(tmp_path: Path) -> Path:
    file = tmp_path / "targets"
    file.write_text("/a\n/b\n")
    return file


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nX: close\r\n\r\nhalf"


def test_a_load_counts_every_answer(targets: Path) -> None:
    found = outcome_of(lambda number: BUSY if number == 2 else OK, targets, requests=5)
    assert found.polite.statuses == {"200": 4, "503": 1}
    assert (found.polite.failures, found.repeated) == (1, True)


def test_a_result_cut_short_is_a_failure(targets: Path) -> None:
    found = outcome_of(lambda number: CUT if number == 1 else OK, targets, requests=2)
    assert found.polite.statuses == {"broken": 1, "200": 1}


def test_silence_is_a_failure(targets: Path) -> None:
    found = outcome_of(lambda number: b"" if number == 1 else OK, targets, requests=2, timeout=0.1)
    assert found.polite.statuses == {"timeout": 1, "200": 1}


def test_one_in_so_many_is_hostile(targets: Path) -> None:
    found = outcome_of(lambda number: BUSY if number % 3 == 0 else OK, targets, requests=9, every=3)
    assert found.polite.statuses == {"200": 6}
    assert found.hostile.statuses == {"503": 3}


def test_quantiles_are_those_of_the_nearest_rank() -> None:
    sample = [float(number) for number in range(1, 101)]
    assert [quantile(sample, share) for share in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert quantile([3.0], 0.99) == 3
    assert quantile([], 0.5) == 0


def test_what_wrk_counts() -> None:
    lost = {"connect": 0, "read": 1, "write": 0, "timeout": 2}
    times = {"p50": 1.0, "p99": 2.0, "most": 3.0}
    found = counted(
        {"requests": 100, "elapsed": 2.0, "bytes": 9, "status": 4, "repeated": False, **lost, **times}
    )
    assert (found.polite.requests, found.polite.failures, found.throughput) == (103, 7, 48)


def cell(peer: str, run: int, throughput: float, workload: str = "lookup") -> Cell:
    return Cell(Key(1000, workload, 8, peer), run, throughput, 1.0, 2.0, 10, 0)


CELLS = [
    *(cell("kankei", run, value) for run, value in enumerate((300.0, 600.0, 90.0))),
    *(cell("virtuoso", run, value) for run, value in enumerate((100.0, 100.0, 45.0))),
    *(cell("kankei", run, value, "cached") for run, value in enumerate((400.0, 600.0, 270.0))),
    cell("oxigraph", 0, 100.0),
]
OURS = Key(1000, "lookup", 8, "kankei")


def test_ratios_are_medians_of_runs_side_by_side() -> None:
    assert medians(CELLS)[OURS].throughput == 300
    assert ratio(CELLS, OURS, OURS.of("virtuoso")) == 3


def test_a_peer_that_missed_a_run_has_no_ratio() -> None:
    assert set(ratios(CELLS)) == {OURS.of("virtuoso")}


def test_figures_may_hold_one_workload_against_another() -> None:
    found = {verdict.target.workload: verdict for verdict in verdicts(CELLS)}
    assert (found["lookup"].ratio, found["lookup"].reached) == (3, True)
    assert (found["cached"].ratio, found["cached"].reached) == (6, True)


def test_findings_are_json_without_any_cell() -> None:
    assert '"figures": []' in Findings({}, {}).json()


def test_rows_of_results() -> None:
    json_body = b'{"head": {"vars": ["a"]}, "results": {"bindings": [{}, {}]}}'
    assert rows(Response(200, "application/sparql-results+json", "", json_body, 0)) == 2
    assert rows(Response(200, "text/csv", "", b'a,b\r\n1,"x\r\ny"\r\n', 0)) == 1


def test_unequal_answers_are_told() -> None:
    samples = {"a": Sample([1, 2], 0), "b": Sample([1, 2], 0), "c": Sample([1, 3], 0)}
    assert disagreements(samples) == ["c has other answers than a: [1, 3] rows, not [1, 2]"]


@pytest.mark.parametrize("name", [name for name, found in WORKLOADS.items() if not found.page])
def test_every_query_parses_and_is_another_one(name: str, data: Data) -> None:
    workload = WORKLOADS[name]
    texts = [workload.text(data, number) for number in range(30)]
    assert len(set(texts)) == 30
    for text in texts:
        ox.Store().query(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_hostile_query_parses(text: str) -> None:
    ox.Store().query(text.format(n=1))


def test_hostile_requests_are_distinct() -> None:
    found = hostile(Peer("kankei", 1), 20, "0.2")
    assert len(set(found)) == 20
    assert all(target.endswith("&timeout=0.2") for target in found)


def test_a_soak_tells_a_leak() -> None:
    sound = [Weight(5, 50, 0, 100)] * 9
    leaking = [Weight(5 + turn, 50, 0, 100 + 20 * turn) for turn in range(9)]
    reached = [
        [check.reached for check in soaked(w, Counter({"200": 5}), Counter())] for w in (sound, leaking)
    ]
    assert reached == [[True] * 5, [True, True, False, True, False]]


def test_a_process_tree_is_weighed() -> None:
    own = weigh(os.getpid())
    assert own.processes >= 1
    assert own.descriptors >= 3
    assert own.proportional > 1_000_000


def test_peers_are_named_by_program_or_address() -> None:
    options = Options({"virtuoso": "http://127.0.0.1:8890/sparql", "qlever": "/nowhere/qlever"})
    peer = options.address("virtuoso")
    assert peer
    assert (peer.port, peer.query("ASK {}")) == (8890, "/sparql?query=ASK+%7B%7D")
    with pytest.raises(Unavailable, match="/nowhere/qlever is not installed"):
        options.binary("qlever")


def test_a_smoke_run_is_short() -> None:
    options = endpoint_options(["--smoke"])
    assert (options.programmes, options.runs, options.connections) == ([100], 1, [2])


def test_a_harvester_that_follows_the_feed_moves_what_changed(successive: Successive) -> None:
    found = harvest(successive.first, successive.third)
    assert found.requests == 2, "the feed, and the one thing that changed and is still there"
    assert 0 < found.moved < found.dump / 2
    assert harvest(successive.third, successive.third).requests == 1


def test_the_same_look_ups_are_timed_on_the_guidebook_and_on_both(
    seed_release: Release, joint_release: Release
) -> None:
    alone, both = (of_store(release.path) for release in (seed_release, joint_release))
    asked: dict[str, list[str]] = {"alone": [], "both": []}

    def noting(name: str, ask: Callable[[str], None]) -> Callable[[str], None]:
        def note(text: str) -> None:
            asked[name].append(text)
            ask(text)

        return note

    options = lookup_options(["--smoke"])
    queries = lookups(Data(4, seed_release.path))
    comparison = compared(
        noting("alone", alone), noting("both", both), queries, options.rounds, options.count
    )
    assert asked["alone"] == asked["both"]
    assert len(set(asked["alone"])) == 40, "each text once"
    assert len(comparison.alone) == len(comparison.both) == options.rounds == 2
    assert Comparison((1.0, 2.0, 1.0), (1.1, 4.0, 1.0)).quotient == 1.1
    with pytest.raises(SyntaxError):
        alone("no query")
