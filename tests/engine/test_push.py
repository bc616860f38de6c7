"""A release written to a service: whole and as it is, or refused with what is wrong, and where."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kankei.cli.main import application
from kankei.engine.remote.graph_names import GraphNames
from kankei.engine.remote.graph_parts import turtle_of
from kankei.errors import PushFailed
from kankei.namespaces import KK, XSD
from kankei.release.reader import Release
from support.pushing import pushed, pushing
from support.sparql_service import HonestService, Request, Respond, http_response, running
from support.successive_releases import Successive


@pytest.fixture(scope="module")
def held(seed_release: Release) -> HonestService:
    """A service that holds the seed release and other data."""
    service = HonestService()
    other = ox.NamedNode("https://a.example/other")
    service.store.add(ox.Quad(other, other, other, other))
    with running(service) as url:
        pushed(seed_release, url)
    return service


@pytest.fixture
def service(held: HonestService) -> HonestService:
    """The same, to be changed."""
    copy = HonestService()
    copy.store.bulk_extend(held.store)
    return copy


def test_all_graphs_are_written_and_checked(seed_release: Release, held: HonestService) -> None:
    names = GraphNames.of(seed_release.manifest)
    for own, name in names.all_named.items():
        quads = held.store.quads_for_pattern(None, None, None, ox.NamedNode(name))
        assert len(list(quads)) == names.counts[own], own
    merged = {q.triple for q in held.store.quads_for_pattern(None, None, None, ox.NamedNode(names.merged))}
    own_store = ox.Store.read_only(str(seed_release.store_path))
    assert merged == {q.triple for q in own_store.quads_for_pattern(None, None, None, ox.DefaultGraph())}


def test_a_release_that_is_there_is_known(seed_release: Release, held: HonestService) -> None:
    with running(held) as url:
        assert pushing(seed_release, url).is_written
    with running(HonestService()) as url:
        assert not pushing(seed_release, url).is_written


def amount(store: ox.Store) -> ox.Quad:
    """A statement with a number."""
    return next(store.quads_for_pattern(None, ox.NamedNode(f"{KK}amount"), None, None))


def test_a_statement_that_is_missing_is_found(seed_release: Release, service: HonestService) -> None:
    service.store.remove(amount(service.store))
    assert_refused(seed_release, service, "amount> with values of the kind")


@pytest.mark.parametrize(
    "value", [ox.Literal("1", datatype=ox.NamedNode(f"{XSD}decimal")), ox.Literal("1"), ox.NamedNode(KK)]
)
def test_a_value_of_another_kind_is_found(
    seed_release: Release, service: HonestService, value: ox.Literal | ox.NamedNode
) -> None:
    quad = amount(service.store)
    service.store.remove(quad)
    service.store.add(ox.Quad(quad.subject, quad.predicate, value, quad.graph_name))
    assert_refused(seed_release, service, "amount> with values of the kind")


def test_another_value_of_a_sampled_thing_is_found(seed_release: Release, service: HonestService) -> None:
    with running(service) as url:
        push = pushing(seed_release, url)
        push.read()
        samples = push._fingerprints[push.names.merged].samples
        subject = next(subject for subject, values in samples.items() if any("a" in v for _, v in values))
        graph = ox.NamedNode(push.names.merged)
        for quad in list(service.store.quads_for_pattern(ox.NamedNode(subject), None, None, graph)):
            if isinstance(quad.object, ox.NamedNode):
                changed = ox.NamedNode(quad.object.value[:-1] + "X")
                service.store.remove(quad)
                service.store.add(ox.Quad(quad.subject, quad.predicate, changed, graph))
        with pytest.raises(PushFailed, match="something else in place of"):
            push.check()


def assert_refused(release: Release, service: HonestService, words: str) -> None:
    with running(service) as url:
        push = pushing(release, url)
        push.read()
        with pytest.raises(PushFailed, match=words):
            push.check()


def test_a_push_that_breaks_off_is_not_served_and_goes_on_anew(seed_release: Release) -> None:
    service, left = HonestService(), [3]

    def failing(request: Request) -> bytes:
        left[0] -= not request.query
        if request.query or left[0] >= 0:
            return service(request)
        return http_response(b"disk full", status="507 No")

    with running(failing) as url:
        with pytest.raises(PushFailed, match="507; the service has no room; it says: disk full") as raised:
            pushed(seed_release, url)
        assert raised.value.subject.startswith(url)
        assert not pushing(seed_release, url).is_written
        left[0] = 1000
        assert pushed(seed_release, url).is_written


def test_the_release_before_is_kept_and_older_ones_are_removed(successive: Successive) -> None:
    service = HonestService()
    releases = [successive.first, successive.second, successive.third]
    with running(service) as url:
        for number, release in enumerate(releases):
            push = pushed(release, url, now=str(number))
            expected = [releases[number - 2].manifest.version] if number >= 2 else []
            assert push.remove_others() == expected
    graphs = {graph.value for graph in service.store.named_graphs()}
    assert not any(releases[0].manifest.version in graph for graph in graphs)
    assert all(any(release.manifest.version in graph for graph in graphs) for release in releases[1:])


def test_a_file_for_a_loader_holds_the_same(
    seed_release: Release, held: HonestService, tmp_path: Path
) -> None:
    file, service = tmp_path / "release.nq", HonestService()
    runner = CliRunner()
    with running(service) as url:
        command = ["push", str(seed_release.path), "--to", url]
        done = runner.invoke(application, [*command, "--export", str(file)])
        assert done.exit_code == 0, done.output
        service.store.bulk_load(path=file, format=ox.RdfFormat.N_QUADS)
        done = runner.invoke(application, [*command, "--loaded"])
        assert done.exit_code == 0, done.output
    issued = ox.NamedNode("http://purl.org/dc/terms/issued")
    ours, theirs = (
        {quad for quad in store if quad.predicate != issued} for store in (held.store, service.store)
    )
    assert {str(quad) for quad in ours - theirs} == {str(q) for q in ours if "a.example" in str(q)}
    assert not theirs - ours


def test_the_command_says_what_it_did(seed_release: Release) -> None:
    runner = CliRunner()
    version = seed_release.manifest.version
    with running(HonestService()) as url:
        for words in ("has got", "holds"):
            done = runner.invoke(application, ["push", str(seed_release.path), "--to", url])
            assert done.exit_code == 0, done.output
            assert done.stdout == f"{url} {words} release {version}\n"


def answering(response: bytes) -> Respond:
    return lambda _: response


BAD: dict[str, tuple[bytes, str]] = {
    "refused": (http_response(b"", status="401 No"), "401; name a user with --user"),
    "forbidden": (http_response(b"no", status="403 No"), "403; .*must be allowed"),
    "redirect": (http_response(status="302 Found", Location="http://127.0.0.1:1/"), "status 302"),
    "page": (http_response(b"<html>", "text/html"), "no result of SPARQL"),
    "boolean": (http_response(b'{"head":{},"boolean":true}'), "does not answer with solutions"),
    "hung up": (b"", "could not be reached"),
    "cut": (http_response(b"{", Content_Length="100", Connection="close"), "could not be reached|no result"),
    "few rows": (http_response(b"{}", X_SPARQL_MaxRows="10"), "ResultSetMaxRows"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_the_service_does_wrong_is_told(seed_release: Release, name: str) -> None:
    response, words = BAD[name]
    with running(answering(response)) as url, pytest.raises(PushFailed, match=words):
        _ = pushing(seed_release, url).is_written


def test_nobody_there(seed_release: Release) -> None:
    with running(answering(b"")) as url:
        pass
    with pytest.raises(PushFailed, match="could not be reached"):
        pushing(seed_release, url).write()


def test_long_integers_are_no_decimals_for_virtuoso(seed_release: Release) -> None:
    line = f'<http://a/> <http://a/> "%s"^^<{XSD}integer> .\n'
    lines = [(line % number).encode() for number in ("12", "-12345678901", "12345678901")]
    quoted = turtle_of(lines)
    assert quoted.endswith(b"> -12345678901 .\n<http://a/> <http://a/> 12345678901 .\n")
    assert {q.triple for q in ox.parse(quoted, ox.RdfFormat.TURTLE)} == {
        q.triple for q in ox.parse(b"".join(lines), ox.RdfFormat.N_TRIPLES)
    }
