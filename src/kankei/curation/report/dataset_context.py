"""What a report tells beside its candidate: what the sheet is to the dataset, why, and what to type."""

from collections.abc import Iterator
from dataclasses import dataclass

from kankei.curation.matching.sheet_matcher import Match, MatchStatus
from kankei.curation.report.wording import Words


@dataclass(frozen=True)
class Command:
    """A line for the shell; `key` names what it is for."""

    key: str
    line: str


@dataclass(frozen=True)
class Background:
    """What a sheet is to the dataset, and the commands that a curator goes on with."""

    continuation: Match
    commands: tuple[Command, ...] = ()

    @property
    def standing(self) -> MatchStatus:
        """New, continuing, or there already."""
        return self.continuation.status

    @property
    def is_provisional(self) -> bool:
        """Whether the programme's name waits for a curator."""
        return self.continuation.identity.provisional

    def grounds(self, words: Words) -> tuple[str, ...]:
        """Why, each ground a phrase in the language of the words."""
        ja, repeated = words.language == "ja", self.continuation.overlap
        found = [ground.ja if ja else ground.en for ground in self.continuation.agreements]
        return (*found, *([repeated.ja if ja else repeated.en] if repeated else []))

    def nearest(self, words: Words) -> Iterator[tuple[str, str, str]]:
        """The slugs and titles of other programmes that come near, and in what they do."""
        for one in self.continuation.similar:
            said = [found.ja if words.language == "ja" else found.en for found in one.agreements]
            yield one.programme.slug, one.programme.title, words.say("comma").join(said)
