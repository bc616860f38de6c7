"""A crawl of a site from its home page: every address that a page, a header or a list names."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+")
_LINK = re.compile(r"<([^>]*)>\s*;")


class _References(HTMLParser):
    """The references of a page: of links and of forms, not of what it only mentions."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src"} and value is not None:
                self.found.append(value)


@dataclass
class Crawl:
    """What was found: the status of each address, and from where it was first named."""

    get: Callable[[str], httpx.Response]
    home: str
    follow: Callable[[str], bool] = lambda _: True
    statuses: dict[str, int] = field(default_factory=dict)
    named_by: dict[str, str] = field(default_factory=dict)

    def run(self) -> "Crawl":
        """Visit each address under the home page once, without its fragment."""
        ahead = deque([self.home])
        while ahead:
            address = ahead.popleft()
            if address in self.statuses:
                continue
            answer = self.get(address)
            self.statuses[address] = answer.status_code
            for reference in self._references(address, answer):
                target = urljoin(address, reference).partition("#")[0]
                if target.startswith(self.home) and self.follow(target) and target not in self.named_by:
                    self.named_by[target] = address
                    ahead.append(target)
        return self

    @property
    def dead(self) -> dict[str, tuple[int, str]]:
        """Addresses that do not answer, with status and where they were first named."""
        return {
            address: (status, self.named_by.get(address, ""))
            for address, status in self.statuses.items()
            if status >= 400
        }

    def _references(self, address: str, answer: httpx.Response) -> Iterator[str]:
        yield from _LINK.findall(answer.headers.get("link", ""))
        if "location" in answer.headers:
            yield answer.headers["location"]
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if kind == "text/html":
            yield from _References(answer.text).found
        elif kind.endswith(("json", "xml", "turtle", "plain")) and len(answer.content) < 2_000_000:
            yield from self._named_in_text(answer.text)

    def _named_in_text(self, text: str) -> Iterator[str]:
        for match in _ADDRESS.findall(unescape(text)):
            name = match.rstrip(").,;")
            if urlsplit(name).netloc == urlsplit(self.home).netloc and "{" not in name:
                yield name
