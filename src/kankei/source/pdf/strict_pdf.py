"""pdfminer's document and interpreter made strict: damage raises where pdfminer would skip text."""

from collections.abc import Iterator, Sequence
from typing import Any

from pdfminer import settings
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFStackT
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, resolve1, stream_value
from pdfminer.psparser import literal_name

from kankei.errors import MalformedData


class StrictDocument(PDFDocument):
    """A PDF whose object cache can be cleared, so that memory does not grow with the pages."""

    def clear_cache(self) -> None:
        """Drop the parsed objects; they are parsed again when needed."""
        self._cached_objs.clear()
        self._parsed_objs.clear()

    @property
    def announced_pages(self) -> int | None:
        """The number of pages that the root of the page tree announces, if it does."""
        root = resolve1(self.catalog.get("Pages"))
        count = resolve1(root.get("Count")) if isinstance(root, dict) else None
        return count if isinstance(count, int) and count > 0 else None

    def pages(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The object number and the attributes of each page, inherited ones included, in reading order.

        pdfminer skips the repeated and missing parts of a damaged tree. Here they raise `MalformedData`: a
        page would be missing.
        """
        pending: list[tuple[object, dict[str, Any]]] = [(self.catalog.get("Pages"), {})]
        seen: set[int] = set()
        while pending:
            reference, inherited = pending.pop()
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
            inheritable = {key: attributes[key] for key in PDFPage.INHERITABLE_ATTRS if key in attributes}
            pending.extend((kid, inheritable) for kid in reversed(kids if isinstance(kids, list) else []))


class StrictInterpreter(PDFPageInterpreter):
    """Draws all of a page, or raises `MalformedData`."""

    def execute(self, streams: Sequence[object]) -> None:
        """Draw content streams; each must decode completely, and none may draw itself."""
        # Only decoding is strict: otherwise pdfminer also rejects PDFs for damage that does not concern text.
        settings.STRICT = True
        try:
            decoded = [stream_value(stream) for stream in streams]
            for stream in decoded:
                stream.get_data()
        finally:
            settings.STRICT = False
        if any(stream.objid in self.parent_stream_ids for stream in decoded):
            raise MalformedData("a form on the page draws itself; save the PDF anew with another program")
        super().execute(decoded)

    def do_Tf(self, fontid: PDFStackT, fontsize: PDFStackT) -> None:  # noqa: N802 - PDF's name
        """Select a font, which the page must have."""
        if literal_name(fontid) not in self.fontmap:
            raise MalformedData("text is set in a font that the PDF does not have; fetch it again")
        super().do_Tf(fontid, fontsize)
