"""What is told of a source beside its text: the file that it was, and what reading it left in doubt."""

from dataclasses import dataclass
from typing import Self

from kankei.source.reader import SourceText


@dataclass(frozen=True)
class SourceFacts:
    """A source as received. `encoding` is a text's, `pages` the number of a PDF's; None where there is none.

    `notes` are sentences in English about what was doubtful in reading it.
    """

    slug: str
    file: str
    media_type: str
    encoding: str | None
    pages: int | None
    sha256: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: SourceText, slug: str | None = None) -> Self:
        """The facts of a source, under another slug if one is given. Reading its lines adds to the notes."""
        return cls(
            slug or source.slug,
            source.path.name,
            source.media_type,
            source.encoding,
            source.pages,
            source.sha256,
            tuple(source.notes),
        )
