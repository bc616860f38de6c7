"""What no sheet says and a catalogue needs: only a curator can write it."""

from collections.abc import Iterator

from kankei.curation.candidate.identity import Identity
from kankei.curation.candidate.sheet_values import Gathered
from kankei.source.lines.doubt import Doubt, Weight


def editorial(gathered: Gathered, identity: Identity) -> Iterator[Doubt]:
    """The statements that are left to the curator, of a programme or measure that is new."""
    if not identity.continues:
        yield Doubt(
            "dct:title",
            '英語の題名（dct:title "…"@en）と、それが当方の訳であるという根拠を書く。',
            'Write the title in English (dct:title "…"@en), with evidence that we translated it.',
            weight=Weight.EDITORIAL,
        )
        yield Doubt(
            "dct:description",
            "シートの記載だけから、日本語と英語の説明（dct:description）を一文ずつ、根拠とともに書く。",
            "Write a description (dct:description) of one sentence in each language, from the sheet's own "
            "facts only, with its evidence.",
            weight=Weight.EDITORIAL,
        )
        yield Doubt(
            "dct:spatial",
            "対象区域（dct:spatial）を、根拠とともに書く。",
            "Write the area (dct:spatial), with its evidence.",
            weight=Weight.EDITORIAL,
        )
    if identity.provisional:
        yield Doubt(
            "dct:identifier",
            f"識別子「{identity.slug}」は仮のものである。言葉による短い名に改めてよい（--slug）。",
            f"The identifier {identity.slug} is provisional: a short name may take its place (--slug).",
            weight=Weight.EDITORIAL,
        )
    for measure in gathered.measures:
        if measure.number not in identity.measures:
            name = identity.measure(measure.number)
            yield Doubt(
                "kk:measure",
                f"{measure.number} の識別子「{name}」を言葉による短い名に改め、英語の題名を書く。",
                f"Give {measure.number}, now {name}, a short name of words (--slug), and a title in English.",
                measure.place,
                Weight.EDITORIAL,
            )
    yield Doubt(
        "kk:CuratorNote",
        "読み方や判断を保留した点があれば、編者注（kk:CuratorNote）を書く。",
        "Where something was left undecided, or read in a way that needs a word, write a kk:CuratorNote.",
        weight=Weight.EDITORIAL,
    )
