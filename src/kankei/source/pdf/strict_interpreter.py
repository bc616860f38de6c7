"""An interpreter of content streams that refuses what pdfminer would pass over, and text be lost with it."""

from collections.abc import Sequence

from pdfminer import settings
from pdfminer.pdfinterp import PDFPageInterpreter, PDFStackT
from pdfminer.pdftypes import stream_value
from pdfminer.psparser import literal_name

from kankei.errors import MalformedData


class StrictInterpreter(PDFPageInterpreter):
    """Draws a page, or raises: nothing on it is left out because it is damaged."""

    def execute(self, streams: Sequence[object]) -> None:
        """Draw content streams: all of them whole, and none that draws itself."""
        # Only decoding is strict: otherwise pdfminer's strictness refuses PDFs for what has no part in text.
        settings.STRICT = True
        try:
            whole = [stream_value(stream) for stream in streams]
            for stream in whole:
                stream.get_data()
        finally:
            settings.STRICT = False
        if any(stream.objid in self.parent_stream_ids for stream in whole):
            raise MalformedData("a form on the page draws itself; save the PDF anew with another program")
        super().execute(whole)

    def do_Tf(self, fontid: PDFStackT, fontsize: PDFStackT) -> None:  # noqa: N802 - PDF's name
        """Select a font that the page has."""
        if literal_name(fontid) not in self.fontmap:
            raise MalformedData("text is set in a font that the PDF does not have; fetch it again")
        super().do_Tf(fontid, fontsize)
