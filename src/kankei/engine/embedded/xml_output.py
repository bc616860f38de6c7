"""What cannot be written in XML: results that hold it are refused, for half a document is no answer."""

import re

from kankei.engine.embedded.result_spool import Spool

# No Char of XML 1.0 (section 2.2), in UTF-8; and the name that Oxigraph gives a property whose IRI has no
# local name (RDF 1.1 XML Syntax, section 6).
_ILL_FORMED = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix:[ />]")
_LONGEST = 11


class XmlOutput:
    """A binary file object that passes XML on to a spool and notes whether it is well-formed."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._tail = b""
        self.ill_formed = False

    def write(self, data: bytes) -> int:
        """Pass on what the serialiser writes; what is ill-formed may stand across two writes."""
        self.ill_formed = self.ill_formed or _ILL_FORMED.search(self._tail + data) is not None
        self._tail = (self._tail + data)[-_LONGEST:]
        return self._spool.write(data)

    def flush(self) -> None:
        """Do nothing: what was written is there."""
