"""What a server says of its installation when it starts."""

import json

import pytest

from kankei.server import serve


def test_a_server_without_the_editor_says_so_in_both_languages_and_in_its_log(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "has_editor", lambda: False)
    japanese, english = serve.notices()
    assert "npm" in japanese
    assert "plain form" in english
    event = json.loads(capfd.readouterr().err)
    assert (event["event"], event["level"], event["message"]) == ("no-editor", "warning", english)


def test_a_server_with_the_editor_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "has_editor", lambda: True)
    assert serve.notices() == []
    assert capfd.readouterr().err == ""
