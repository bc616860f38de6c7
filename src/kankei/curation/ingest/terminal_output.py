"""Terminal output of an ingest: sheets, what is to decide and check, the next commands; or it all as JSON."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kankei.curation.candidate.candidate import FieldStatus
from kankei.curation.ingest.command_line import OUTPUT_FOLDERS, next_commands
from kankei.curation.ingest.ingest import Ingest, WrittenSheet
from kankei.curation.report.field_overview import overview, subject_of
from kankei.curation.report.term_labels import Labeller, read_labels
from kankei.localisation import catalogue
from kankei.source.lines.document import Doubt, Weight

WriteLine = Callable[[str], None]
"""Takes a line, without its end."""

_ALL = 20
"""Up to so many sheets are listed one by one; of more, only those with open doubts."""
_LISTED = 10
_MESSAGES = catalogue("kankei.curation")


def print_text(ingest: Ingest, write_line: WriteLine) -> int:
    """Write the candidates, and print a few lines about each; returns how many doubts are open in all."""
    output = _TextOutput(ingest)
    unresolved, files = 0, set()
    for sheet in ingest.written:
        doubts = _unresolved(sheet)
        unresolved += len(doubts)
        files.add(sheet.file)
        output.count(sheet)
        if ingest.count <= _ALL or any(not doubt.missing for doubt in doubts):
            for line in output.sheet(sheet, doubts):
                write_line(line)
    for line in output.end(unresolved, files):
        write_line(line)
    return unresolved


def print_json(ingest: Ingest, write_line: WriteLine) -> int:
    """Write the candidates, and print a JSON array, one sheet a line; returns how many doubts are open."""
    unresolved, mark = 0, "["
    for sheet in ingest.written:
        unresolved += len(_unresolved(sheet))
        write_line(mark + json.dumps(sheet.json(), ensure_ascii=False))
        mark = ","
    write_line("]")
    return unresolved


def _unresolved(sheet: WrittenSheet) -> list[Doubt]:
    return [doubt for doubt in sheet.candidate.doubts if doubt.weight is Weight.UNRESOLVED]


class _TextOutput:
    """The lines of an ingest in the language of its reports."""

    def __init__(self, ingest: Ingest) -> None:
        self.ingest, self.options, self.language = ingest, ingest.options, ingest.options.language
        self.labeller = Labeller(self.language, read_labels(self.options.inputs, self.options.base))
        self.missing: dict[str, Counter[str]] = {}
        self.settled = 0

    def count(self, sheet: WrittenSheet) -> None:
        """Take note of the names that the data lack, and of the doubts to check."""
        doubts = sheet.candidate.doubts
        self.settled += sum(doubt.weight is Weight.SETTLED for doubt in doubts)
        for subject, name in dict.fromkeys((subject_of(d), d.missing) for d in doubts if d.missing):
            self.missing.setdefault(subject, Counter())[name] += 1

    def sheet(self, sheet: WrittenSheet, unresolved: Sequence[Doubt]) -> Iterator[str]:
        number = sheet.candidate.number.text if sheet.candidate.number else "?"
        name = "".join(sheet.candidate.name.text.split("\n")) if sheet.candidate.name else "?"
        yield f"{number} {name}"
        yield f"    {self._status(sheet)}"
        yield f"    {sheet.file}, {sheet.report}"
        yield from (f"    ? {self._doubt(sheet, doubt)}" for doubt in unresolved if not doubt.missing)
        settled = (doubt for doubt in sheet.candidate.doubts if doubt.weight is Weight.SETTLED)
        yield from (f"    - {self._doubt(sheet, doubt)}" for doubt in settled)
        yield from (f"    ~ {line}" for line in self._inferred(sheet))

    def _inferred(self, sheet: WrittenSheet) -> Iterator[str]:
        """The windows whose dates a rule infers, as printed and as dates."""
        for column in overview(sheet.candidate, self.labeller):
            for value in column.values:
                if column.is_window and value.status is FieldStatus.INFERRED:
                    yield self._message(
                        "terminal-inferred",
                        column=self.labeller.subject(column.subject),
                        printed=value.printed,
                        meaning=value.meaning,
                    )

    def _status(self, sheet: WrittenSheet) -> str:
        match = sheet.match
        status = self._message(f"terminal-status-{match.status.value}", slug=sheet.candidate.slug)
        overlap = [match.overlap] if match.overlap else []
        reasons = [self._localised(text) for text in (*match.agreements, *overlap)]
        return f"{status} ({self._message('terminal-comma').join(reasons)})" if reasons else status

    def _doubt(self, sheet: WrittenSheet, doubt: Doubt) -> str:
        """A doubt with its column, after its line, with the page in a PDF: nobody counts lines on paper."""
        text = " ".join(self._localised(doubt).split())
        if subject := self.labeller.subject(subject_of(doubt)):
            text = self._message("terminal-column", column=subject, text=text)
        if not doubt.place:
            return text
        line, page = doubt.place.first, sheet.pages.get(doubt.place.first)
        key = "terminal-page-line" if page else "terminal-line"
        return self._message(key, line=line, page=page) + text

    def end(self, unresolved: int, files: set[Path]) -> Iterator[str]:
        out = self.options.out
        if self.ingest.dropped:
            yield self._dropped()
        others = sorted(path.name for path in (out / "programmes").glob("*.ttl") if path not in files)
        if others:
            yield self._message("terminal-other-files", folder=out, names=self._list(others))
        yield from self._missing()
        if self.settled:
            yield self._message("terminal-settled", count=self.settled)
        yield self._message(
            "terminal-summary",
            sheets=self._count("sheet", self.ingest.count),
            doubts=self._count("doubt", unresolved),
            index=out / "index.html",
        )
        folders = [name for name in OUTPUT_FOLDERS if (out / name).is_dir()]
        commands = next_commands(self.options, self.ingest.status, folders)
        if commands:
            yield self._message("terminal-next")
        yield from (f"    {command.line}" for command in commands)

    def _missing(self) -> Iterator[str]:
        """The names that the data lack, each once, with the number of its sheets."""
        for subject, names in self.missing.items():
            listed = [self._message("terminal-times", name=n, count=c) for n, c in names.most_common()]
            key = f"terminal-missing-{subject}"
            yield self._message(key, count=len(names), names=self._list(listed))

    def _dropped(self) -> str:
        """The programmes that no sheet continues; only their number if most are missing."""
        dropped = self.ingest.dropped
        if len(dropped) > self.ingest.continued:
            return self._message("terminal-part-of-edition", count=len(dropped))
        names = [f"{programme.slug} ({programme.title})" for programme in dropped]
        return self._message("terminal-dropped", names=self._list(names))

    def _count(self, noun: str, count: int) -> str:
        return self._message(f"terminal-{noun}{'s' * (count != 1)}", count=count)

    def _list(self, names: Sequence[str]) -> str:
        more = len(names) - _LISTED
        rest = self._message("terminal-more", count=more) if more > 0 else ""
        return self._message("terminal-comma").join(names[:_LISTED]) + rest

    def _localised(self, text: object) -> str:
        localised: str = getattr(text, self.language)
        return localised

    def _message(self, key: str, **values: object) -> str:
        return _MESSAGES.format(self.language, key, **values)
