"""What a text of the body mentions: who acts, with whom, who is addressed, and topics by their words."""

from collections.abc import Iterator
from dataclasses import replace

from kankei.curation.candidate.field_table import BY_LINK
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.candidate.nodes import japanese, statement
from kankei.curation.candidate.value_node import ValueNode
from kankei.source.grammars import mentions
from kankei.source.grammars.mentions import Role
from kankei.source.guidebook.body import Item, ItemKind


def mentioned(item: Item, of_measure: bool, known: KnownTerms) -> Iterator[ValueNode]:
    """The mentions of an item, whole words as printed; only the text of a measure says who acts."""
    text = item.printed.text
    for mention in mentions.find(text):
        if mention.role is Role.ADDRESSEE or (of_measure and item.kind is ItemKind.TEXT):
            row = BY_LINK[mention.role.value]
            printed = item.printed.part(mention.start, mention.end)
            yield replace(row.raw(printed), statements=(japanese("plain", mention.name),))
    yield from _topics(item, known)


def _topics(item: Item, known: KnownTerms) -> Iterator[ValueNode]:
    """A mention for each topic of which the text has a word: the first one."""
    text = item.printed.text
    positions = [position for position, letter in enumerate(text) if letter != "\n"]
    joined = "".join(text[position] for position in positions)
    topics_so_far = set()
    for word, topic in known.concepts.get("topic", {}).items():
        begin = joined.find(word)
        if begin < 0 or topic in topics_so_far:
            continue
        topics_so_far.add(topic)
        printed = item.printed.part(positions[begin], positions[begin + len(word) - 1] + 1)
        slug = topic.value.rpartition("/")[2]
        statements = (japanese("plain", word), statement("concept", topic))
        yield replace(BY_LINK["topic"].raw(printed), stem=f"topic-{slug}", statements=statements)
