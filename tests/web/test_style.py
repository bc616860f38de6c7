"""The style sheet: tokens of the Digital Agency's design system, and a style of ours on them."""

import re
from importlib.resources import files

from support.client import Client

STATIC = files("kankei.web") / "static"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
STYLE = (STATIC / "style.css").read_text(encoding="utf-8")
USED = set(re.findall(r"var\((--[a-z0-9-]+)\)", STYLE))


def test_every_variable_is_defined_and_every_token_is_used() -> None:
    tokens = set(re.findall(r"^  (--[a-z0-9-]+):", TOKENS, re.MULTILINE))
    own = set(re.findall(r"(--[a-z0-9-]+):", STYLE))
    assert tokens | own >= USED, "run .ci/design-tokens"
    assert tokens <= USED


def test_the_tokens_come_with_their_licence() -> None:
    assert "Copyright (c) 2023 デジタル庁" in TOKENS
    assert "MIT License" in TOKENS


def test_one_file_is_sent_and_it_loads_nothing(web: Client) -> None:
    answer = web.get("/static/style.css")
    assert answer.text == TOKENS + STYLE
    assert "url(" not in answer.text
    assert "@import" not in answer.text
    assert web.get("/static/style.css", if_none_match=answer.headers["etag"]).status_code == 304


def test_static_files_are_compressed(web: Client) -> None:
    plain = web.get("/static/style.css", accept_encoding="identity")
    assert plain.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    for coding in ("gzip", "zstd"):
        coded = web.get("/static/style.css", accept_encoding=coding)
        assert coded.headers["content-encoding"] == coding
        assert int(coded.headers["content-length"]) < len(plain.content) / 3
        assert coded.headers["etag"] != plain.headers["etag"]
        again = web.get("/static/style.css", accept_encoding=coding, if_none_match=coded.headers["etag"])
        assert again.status_code == 304
