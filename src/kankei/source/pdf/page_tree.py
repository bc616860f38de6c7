"""The document that is a PDF, and the pages that its page tree holds."""

from collections.abc import Iterator
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, resolve1

from kankei.errors import MalformedData


class Document(PDFDocument):
    """A PDF whose objects are kept until they are forgotten, so that memory does not grow by the page."""

    def forget(self) -> None:
        """Let go of the objects read so far; they are read again when wanted again."""
        self._cached_objs.clear()
        self._parsed_objs.clear()

    @property
    def announced_pages(self) -> int | None:
        """How many pages the root of the page tree says there are, if it does."""
        root = resolve1(self.catalog.get("Pages"))
        count = resolve1(root.get("Count")) if isinstance(root, dict) else None
        return count if isinstance(count, int) and count > 0 else None

    def leaves(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The object number and the attributes of each page, inherited ones included, in reading order.

        pdfminer goes over what a damaged tree repeats or lacks; here it is an error: a page would be missing.
        """
        waiting: list[tuple[object, dict[str, Any]]] = [(self.catalog.get("Pages"), {})]
        seen: set[int] = set()
        while waiting:
            reference, inherited = waiting.pop()
            node = resolve1(reference)
            if not isinstance(reference, PDFObjRef) or not isinstance(node, dict):
                raise MalformedData("the page tree lacks a part; fetch the PDF again, or save it anew")
            if reference.objid in seen:
                raise MalformedData("the page tree runs in a circle; save the PDF anew with another program")
            seen.add(reference.objid)
            attributes = inherited | node
            if "Kids" not in node:
                yield reference.objid, attributes
                continue
            kids = resolve1(node["Kids"])
            handed = {key: attributes[key] for key in PDFPage.INHERITABLE_ATTRS if key in attributes}
            waiting.extend((kid, handed) for kid in reversed(kids if isinstance(kids, list) else []))
