"""What the engine refuses before it parses: SERVICE in every disguise, and nesting."""

import contextlib
import itertools
import time

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.engine.query.lexer import tokens
from kankei.engine.query.service_guard import (
    MAX_DEPTH,
    MAX_NEGATIONS,
    calls_service,
    check_query,
    is_update,
    nesting,
    service_calls,
)
from kankei.errors import MalformedRequest

PREFIXES = (
    "PREFIX : <http://example.org/> PREFIX ex: <http://example.org/> PREFIX service: <http://example.org/s/> "
)
CALL = "SERVICE <http://example.org/> {}"

CALLS = {
    "plain": "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "case": "SELECT * { ?s ?p ?o .SeRvIcE SILENT <http://example.org/> {} }",
    "variable": "SELECT * { ?s ?p true SERVICE?x{} }",
    "glued to a keyword": "SELECT * { ?s ?p trueSERVICE<http://example.org/>{} }",
    "glued to a number": "PREFIX ex: <http://example.org/> SELECT * { ?s ?p 1SERVICEex:a{} }",
    "glued to a decimal": "SELECT * { ?s ?p 1.SERVICE<http://example.org/>{} }",
    "glued to its endpoint": "PREFIX : <http://example.org/> SELECT * { service:a{} }",
    "glued to silent": "SELECT * { SERVICESILENT<http://example.org/>{} }",
    "within EXISTS": "ASK { FILTER NOT EXISTS { SERVICE <http://example.org/> {} } }",
    "within LATERAL": "SELECT * { LATERAL { SERVICE <http://example.org/> {} } }",
    "after a comment": f"SELECT * {{ ?s ?p 'a' . #\r {CALL}\n}}",
    "after an escaped quote in a name": PREFIXES + f"SELECT * {{ ?s ex:\\'a 1 {CALL} }}",
    "after the second dot of a name": PREFIXES + "SELECT * { ?s ?p ex:a.b.SERVICE<http://example.org/>{} }",
    "after the first dot of no name": PREFIXES + "SELECT * { ?s ?p ex:.SERVICE<http://example.org/>{} }",
    "within what looks like an IRI": "SELECT * { ?a ?p ?b FILTER(?a<?b)SERVICE#>\n<http://example.org/>{} }",
    "comment in what looks like an IRI": f'SELECT * {{ ?a ?p ?b FILTER(?a<2)#>"""\n{CALL}\n#"""\n}}',
    "string in what looks like an IRI": f"SELECT * {{ ?a ?p ?b FILTER(?a<'b>') {CALL} FILTER('a'='a')}}",
    "after a bad escape": f"SELECT * {{ VALUES ?x {{'''a' #\\z\n}} {CALL} #'''\n}}",
    "after half a surrogate": f"SELECT * {{ VALUES ?x {{'''a' #\\uD800\n}} {CALL} #'''\n}}",
    "after what is no character": f'SELECT * {{ VALUES ?x {{"""a" #\\U0011FFFF\n}} {CALL} #"""\n}}',
    "after a port": "PREFIX e: <http://a:8> SELECT * { ?s ?p e:service<http://example.org/>{} }",
    "after a base's port": "BASE <http://a:8> PREFIX e: <> SELECT * { ?s ?p e:service<http://b.org/>{} }",
    "before what no IRI holds": (
        "PREFIX \ufffd: <http://example.org/> PREFIX e: <http://e/> SELECT * { ?s ?p e:service\ufffd:a{} }"
    ),
}

HARMLESS = {
    "graph": PREFIXES + "SELECT * { GRAPH service:a{} }",
    "dataset": PREFIXES + "SELECT * FROM service:a FROM NAMED service:b { ?s ?p ?o }",
    "variables": "SELECT ?service $SERVICE { ?service ?SERVICE $service }",
    "strings": "SELECT * { ?s ?p 'SERVICE', '''a'SERVICE'''@service, \"SERVICE <a> {}\" }",
    "IRI": "SELECT * { ?s <http://example.org/service#service> 'service' }",
    "relative IRI": "BASE <http://example.org/> SELECT * { ?s <service/#service> <#service> }",
    "comment": "SELECT * { ?s ?p ?o } #SERVICE <http://example.org/> {}",
    "escape": 'SELECT * { ?a ?p "a\\u0022 SERVICE <x> {} " }',
    "long string": 'SELECT * { ?a ?p """ " SERVICE "" \\""" \n SERVICE """ }',
    "names": PREFIXES + "SELECT * { ?s ex:a.SERVICE ?x . _:SERVICE ex:service ?y . ?z a service:b }",
    "sub-select": PREFIXES + "SELECT * { ?s ex:service ?x { SELECT * { ?s ?p ?o } } }",
    "comparison": "SELECT * { ?service ?p ?o FILTER(?service<?o && ?o>1) }",
}


def parses(query: str) -> bool:
    """Whether it is SPARQL. The engine calls the services named in it: they have to be on this machine."""
    try:
        ox.Store().query(query)
    except SyntaxError:
        return False
    except (OSError, RuntimeError):
        return True
    return True


@pytest.mark.parametrize("query", CALLS.values(), ids=CALLS)
def test_service_is_refused(query: str) -> None:
    with pytest.raises(MalformedRequest, match="SERVICE"):
        check_query(query)


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS)
def test_the_word_service_elsewhere_is_no_call(query: str) -> None:
    assert parses(query)
    assert not calls_service(query)
    check_query(query)


def test_named_endpoints_can_be_allowed() -> None:
    allowed = frozenset({"http://example.org/sparql"})
    check_query("SELECT * { SERVICE SILENT <http://example.org/sparql> { ?s ?p ?o } }", allowed)
    for endpoint in ("<http://example.org/other>", "?x", "ex:sparql", "<http://example.org/sp\\u0061rql>"):
        with pytest.raises(MalformedRequest, match="SERVICE only calls"):
            check_query(
                f"SELECT * {{ SERVICE <http://example.org/sparql> {{}} SERVICE {endpoint} {{}} }}", allowed
            )
    assert list(service_calls("SELECT * { SERVICESILENT<http://example.org/sparql>{} }")) == [""]


NAMESPACES = st.sampled_from(
    [
        *(
            "",
            "http:",
            "urn:",
            "urn:x",
            "mailto:",
            "file:",
            "http:/",
            "a",
            "#",
            "?",
            ".",
            "//a:8",
            "//a",
            "//[::1]",
        ),
        *(
            "http://",
            "http://a",
            "http://a:",
            "http://a:8",
            "http://a@b:8",
            "http://[::1]",
            "http://a:8/",
            "http://a%41",
        ),
        *(
            "http:\\u002F\\u002Fa:8",
            "http:/\\u002Fa:8",
            "htt\\u0070://a:8",
            "http://a\\u003A8",
            "\\U0000002F/a:8",
        ),
    ]
)
LOCALS = ("service<{}>{{}}", "service:b{{}}", "serviceSILENT<{}>{{}}", "service?x{{}}", "service:b:c{{}}")


@given(NAMESPACES, NAMESPACES, st.sampled_from(LOCALS))
def test_a_call_glued_to_a_namespace_is_refused(base: str, namespace: str, local: str) -> None:
    call = local.format("http://127.0.0.1:9/")
    head = (
        f"BASE <http://127.0.0.1:9/> BASE <{base}> PREFIX : <http://127.0.0.1:9/> PREFIX e: <{namespace}> "
        "PREFIX b: <b:> "
    )
    query = f"{head}SELECT * {{ ?s ?p e:{call} }}"
    if parses(query) and not parses(query.replace("service", "servixe")):
        with pytest.raises(MalformedRequest, match="SERVICE"):
            check_query(query)


@pytest.mark.parametrize("namespace", ["http:", "urn:", "urn:x", ""])
def test_a_namespace_without_authority_hides_no_call(namespace: str) -> None:
    query = f"PREFIX ex: <{namespace}> BASE <http://c.org/d> SELECT * {{ <> ex:service ?o ; ex:services ?p }}"
    assert parses(f"BASE <http://c.org/d> {query}")
    check_query(query)


FRAGMENTS = (
    "SERVICE <http://127.0.0.1:9/> {} ",
    "SERVICE",
    "service:a{}",
    "FILTER(?a<2)",
    "FILTER(?a<'b>')",
    "VALUES ?x {'''a'",
    "?s ?p ex:a.b.",
    "?s ?p e:",
    *[
        "{",
        "}",
        "(",
        ")",
        ".",
        ";",
        ",",
        "<",
        ">",
        "'",
        "'''",
        "#",
        "?a",
        "true",
        "1",
        "1.",
        "ex:",
        ":",
        "a",
        "@en",
        "^^",
        "_:b",
    ],
    *('"', '"""', "\\", "\\z", "\\u0041", "\\uD800"),
    "\n",
    " ",
    "<http://example.org/a#b>",
    "<#'>",
    "'service'",
    "#service\n",
)


def undisguised(parsed: str) -> bool:
    """Whether the parser finds a call in a text that it accepts: it names the port when it makes the call."""
    with contextlib.suppress(SyntaxError, RuntimeError):
        try:
            result = ox.Store().query(parsed)
            if isinstance(result, ox.QuerySolutions):
                list(result)
        except OSError:
            return True
    return False


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_what_oxigraph_would_call_is_refused(fragments: list[str]) -> None:
    head = (
        "PREFIX : <http://127.0.0.1:9/> PREFIX ex: <http://127.0.0.1:9/> PREFIX e: <http://a:8> SELECT * { "
    )
    query = head + "".join(fragments) + " }"
    if undisguised(query):
        assert calls_service(query)


HIDING = st.sampled_from(
    [
        "'{}'",
        '"{}"',
        "'''{}'''",
        '"""{}"""',
        "'a'#{}\n",
        "?{}",
        "ex:{}",
        "ex:a{}",
        "<http://example.org/{}>",
        "'a'@{}",
        "_:{}",
    ]
)


@given(HIDING, st.sampled_from(["service", "SERVICE", "xService"]), st.sampled_from(["", " ", "\n", "#a\n"]))
def test_nothing_inside_other_terminals_is_a_call(hiding: str, word: str, space: str) -> None:
    query = f"{PREFIXES}SELECT * {{ ?s ?p {space}{hiding.format(word)}{space} }}"
    assert parses(query)
    assert not calls_service(query)


@given(st.text(alphabet=st.sampled_from("<>\"'\\#{}().:@?_- \nabserviceSERVICE1é"), max_size=60))
def test_the_lexer_never_fails_and_invents_nothing(text: str) -> None:
    all_tokens = list(tokens(text))
    assert all(text.startswith(token.text, token.start) for token in all_tokens)
    assert all(before.end <= after.start for before, after in itertools.pairwise(all_tokens))
    calls_service(text)


@pytest.mark.parametrize(
    "unit", ["a-", "a.", '\\"', "'", "'''\\", "<'", "?a<'", "a:.", "<#", ")#", "@a-", "%"]
)
def test_lexing_takes_linear_time(unit: str) -> None:
    query = "service " + unit * (30_000 // len(unit))
    begun = time.process_time()
    calls_service(query)
    assert time.process_time() - begun < 0.5, "a quadratic time would be five seconds"


def test_nesting_is_bounded_before_the_parser_sees_it() -> None:
    with pytest.raises(MalformedRequest, match=str(MAX_DEPTH)):
        check_query("SELECT * " + "{" * 4096 + "}" * 4096)
    check_query("SELECT * " + "{} " * 4096)
    check_query("SELECT * { ?s ?p '" + "{" * 4096 + "' }")


def depth(query: str) -> int:
    return max(brackets for brackets, _ in nesting(query))


def test_depth_counts_brackets_that_are_open_at_once() -> None:
    assert depth("SELECT (1 AS ?a) { { ?s ?p ( [] ) } }") == 4
    assert depth("SELECT * { << << <a:s> <a:p> <a:o>>> <a:p> <a:o> >> ?p <a:o> }") == 3
    assert depth("SELECT * { ?s ?p <a:b> FILTER(<a:b>>>3 || ?s < ?p) }") == 2


DEEP = "(" * 300 + "1" + ")" * 300
HIDDEN = {
    "in what looks like an IRI": f"ASK {{ ?a ?p ?b FILTER(?a<{'(' * 300}1&&2>1{')' * 300}) }}",
    "in what looks like a string": f"ASK {{ ?a ?p ?b FILTER(?a<'x>' && {DEEP} && ?a='b') }}",
    "in what looks like a comment": f"ASK {{ ?a ?p ?b FILTER(?a<2#>'\n && {DEEP} #'\n) }}",
    "behind brackets that are not closed": f"ASK {{ {'FILTER(?a<(1&&?b>(' * 200}1{'))' * 200}) }}",
    "around triples": f"ASK {{ {'<< ' * 300}<a:s>{' <a:p> <a:o> >>' * 300} <a:p> <a:o> }}",
    "around triples, closed at once": f"ASK {{ {'( << << ?s ?p ?o>>?p?o>>' * 300}{')' * 300} }}",
}


@pytest.mark.parametrize("query", HIDDEN.values(), ids=HIDDEN)
def test_nesting_is_seen_in_every_reading(query: str) -> None:
    with pytest.raises(MalformedRequest, match="256 deep"):
        check_query(query)


WRAPPINGS = {
    "({})": 1,
    "!{}": 0,
    "STR({})": 1,
    "(?a<({})&&?b>2)": 2,
    "(?a<'b>'&&{}||'c'=?a)": 1,
    "(?a<2#>'\n&&{}#'\n)": 1,
    "EXISTS{{FILTER({})}}": 2,
    "(?a<<http://example.org/#'>&&{})": 1,
}


@given(st.lists(st.sampled_from(sorted(WRAPPINGS)), max_size=12))
def test_no_expression_nests_more_than_is_told(wrappings: list[str]) -> None:
    expression = "1"
    for wrapping in wrappings:
        expression = wrapping.format(expression)
    query = f"ASK {{ ?a ?p ?b FILTER({expression}) }}"
    assert parses(query)
    with contextlib.suppress(MalformedRequest):  # where it can be read in too many ways
        assert depth(query) >= sum(map(WRAPPINGS.__getitem__, wrappings)) + 2


@pytest.mark.parametrize("space", ["", " ", "#(\n"])
def test_negations_of_negations_are_bounded(space: str) -> None:
    check_query(f"ASK {{ FILTER({f'!{space}' * MAX_NEGATIONS}true) }}")
    check_query(f"ASK {{ FILTER({'!true&&' * MAX_NEGATIONS}!'{'!' * 1000}') }}")
    with pytest.raises(MalformedRequest, match="negates"):
        check_query(f"ASK {{ FILTER({f'!{space}' * (MAX_NEGATIONS + 1)}true) }}")
    assert parses(f"ASK {{ FILTER({(f'!{space}' * MAX_NEGATIONS + '(') * 250}true{')' * 250}) }}"), "no crash"


@pytest.mark.parametrize("sign", ["-", "+", "- ", "^", "!^", "*", "/"])
def test_no_other_sign_stands_before_itself(sign: str) -> None:
    for pattern in ("FILTER({}1)", "?s {}<a:b> ?o", "?s <a:b>{} ?o", "?s !({}<a:b>) ?o"):
        assert not parses(f"ASK {{ {pattern.format(sign * 3)} }}")


@pytest.mark.parametrize("unit", ["!", "{}", "?a<(", "?a<'#", "?a<(>", "'", "<<", "?a<'x>'"])
def test_nesting_is_told_in_linear_time(unit: str) -> None:
    query = unit * (30_000 // len(unit))
    begun = time.process_time()
    with contextlib.suppress(MalformedRequest):
        check_query(query)
    assert time.process_time() - begun < 0.5, "a quadratic time would be five seconds"


@pytest.mark.parametrize(
    ("text", "update"),
    [
        ("INSERT DATA {}", True),
        ("PREFIX insert: <http://example.org/> BASE <http://example.org/> # a\n dElEtE WHERE {}", True),
        ("SELECT * { ?s ?p 'INSERT' }", False),
        ("", False),
    ],
)
def test_updates_are_told_from_queries(text: str, update: bool) -> None:
    assert is_update(text) is update
