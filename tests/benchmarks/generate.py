"""A data folder of N synthetic programmes in the full form of the curated ones, for benchmarks.

Seeded: the same numbers give the same bytes. The programmes satisfy the shapes, cite lines of a
synthetic source that really hold their raw texts, and follow the proportions of a guidebook: most budgets
small and a few very large, a third of the calls without a window, a quarter of the programmes with measures.

    python tests/benchmarks/generate.py 1000 OUT [--seed 1]
"""

import argparse
import hashlib
import math
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from kankei.namespaces import PREFIXES

ROOT = Path(__file__).parent.parent.parent
SOURCE = "generated-sheets"
PLACE = f"../source/{SOURCE}#line="
JAPAN = "<http://publications.europa.eu/resource/authority/country/JPN>"
HEADINGS = {
    "bodies": "事業実施主体（対象者）",
    "support": "支援対象・内容",
    "funding": "補助率等",
    "call": "公募時期",
    "survey": "事業要望調査時期",
    "budget": "R7年度当初予算",
    "contact": "問合せ先",
}
COLUMNS = {"survey": "needs-survey"}
"""Concepts of columns that have another name here."""
MINISTRIES = [
    "総務省",
    "文部科学省",
    "厚生労働省",
    "農林水産省",
    "経済産業省",
    "国土交通省",
    "環境省",
    "内閣府省",
]
BUREAUS = ["総合政策局", "地域振興局", "産業局", "国土局", "教育局", "環境局"]
DIVISIONS = ["地域政策課", "振興課", "調整課", "支援課", "企画課", "交流課"]
SUBJECTS = [
    "移住",
    "空き家",
    "観光",
    "農村",
    "森林",
    "漁村",
    "子育て",
    "教育",
    "脱炭素",
    "交通",
    "商店街",
    "防災",
    "文化財",
    "起業",
    "テレワーク",
    "関係人口",
]
ACTIONS = ["促進事業", "支援事業", "推進交付金", "整備事業", "創出事業", "活性化対策"]
BODIES = {
    "prefecture": "都道府県",
    "municipality": "市町村",
    "dmo": "DMO",
    "npo": "NPO",
    "business": "事業者",
    "private-business": "民間事業者",
}
METHODS = {
    "fixed-sum": "定額",
    "fraction": "",
    "commission": "委託",
    "special-allocation-tax": "特別交付税措置",
    "ordinary-allocation-tax": "普通交付税措置",
}
FRACTIONS = ((1, 2), (1, 3), (2, 3), (3, 4), (5, 10), (10, 10))
MEASURES = ("measure-first", "measure-second")
THEME = "６．関係人口・定住人口の創出・拡大に関する施策（関係人口の創出・拡大）"


@dataclass
class Sheets:
    """The text of the synthetic source, growing line by line."""

    lines: list[str] = field(default_factory=list)

    def print(self, text: str) -> str:
        """Append a line and give its place."""
        self.lines.append(text)
        return f"<{PLACE}{len(self.lines) - 1},{len(self.lines)}>"


@dataclass
class Programme:
    """One programme file in the making: blocks of Turtle, and the random choices behind them."""

    slug: str
    number: int
    unit: str
    chance: random.Random
    sheets: Sheets
    blocks: list[str] = field(default_factory=list)
    headed: list[str] = field(default_factory=list)

    def node(self, name: str, kind: str, *statements: str) -> str:
        """Add a block and give its IRI reference."""
        self.blocks.append(" ;\n    ".join([f"<{name}> a kk:{kind}", *statements]) + " .")
        return f"<{name}>"

    def value(self, name: str, kind: str, raw: str, *statements: str, column: str = "") -> str:
        """Add a value node whose raw text is printed on a line of its own."""
        heading = [f'kk:heading "{HEADINGS[column]}"'] if column else []
        if column:
            self.headed.append(f"<{name}>")
        place = self.sheets.print(raw)
        return self.node(name, kind, *heading, f'kk:raw "{raw}"', *statements, f"kk:place {place}")

    def silent(self, column: str, header: str) -> str:
        """Add a node that says that a column is blank."""
        name, concept = f"#absence-{column}-2025", COLUMNS.get(column, column)
        self.headed.append(f"<{name}>")
        heading = f'kk:heading "{HEADINGS[column]}"'
        return self.node(name, "Absence", f"kk:column column:{concept}", heading, f"kk:place {header}")

    def evidence(self, name: str, about: str, properties: str, basis: str, *statements: str) -> None:
        """Add an evidence node."""
        self.node(
            f"#evidence-{name}",
            "Evidence",
            f"kk:about {about}",
            f"kk:onProperty {properties}",
            f"kk:basis kk:{basis}",
            *statements,
        )


def programme_file(programme: Programme) -> str:
    """The Turtle of one programme."""
    chance, sheets = programme.chance, programme.sheets
    title = f"{chance.choice(SUBJECTS)}・{chance.choice(SUBJECTS)}{chance.choice(ACTIONS)}{programme.number}"
    first = len(sheets.lines)
    title_place = sheets.print(f"{programme.number} {title}")
    header = sheets.print(" ".join(HEADINGS.values()))
    entry = [
        "kk:fiscalYear <../fiscal-year/2025>",
        f"dct:source <../source/{SOURCE}>",
        f'kk:number "{programme.number}"',
        "kk:title "
        + programme.node(
            "#title-2025", "Title", f'kk:raw "{title}"', f'kk:plain "{title}"@ja', f"kk:place {title_place}"
        ),
        "kk:themeLine "
        + programme.value(
            "#theme-2025",
            "ThemeLine",
            THEME,
            'kk:number "6"',
            "kk:theme theme:related-population-and-settlement, theme:related-population",
        ),
        f"kk:bodies {bodies(programme)}",
        call(programme, header),
        f"kk:absence {programme.silent('survey', header)}",
        f"kk:contact {contact(programme)}",
        f"kk:link {link(programme)}",
        "kk:text " + ", ".join(texts(programme, "", chance.randint(1, 2))),
    ]
    measures = chance.choice((0, 0, 0, 2))
    amount = budget(programme, entry, exact=bool(measures), header=header)
    if measures:
        entry.append("kk:measureEntry " + ", ".join(measure_entries(programme, measures, amount)))
    else:
        entry += [f"kk:support {support(programme, '')}", f"kk:funding {funding(programme, '')}"]
    place = f"<{PLACE}{first},{len(sheets.lines)}>"
    head(programme, title, measures, title_place, place, header)
    programme.node("#2025", "CatalogueEntry", *entry, f"kk:place {place}")
    return (
        "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in USED)
        + "\n"
        + "\n\n".join(programme.blocks)
        + "\n"
    )


USED = (
    "amount-kind",
    "body-type",
    "budget-stage",
    "column",
    "dct",
    "edtf",
    "funding",
    "kk",
    "rule",
    "support-kind",
    "theme",
    "xsd",
)


def head(programme: Programme, title: str, measures: int, title_place: str, place: str, header: str) -> None:
    """Add the programme itself, with the evidence for what its entry does not carry."""
    english = f'"Support programme {programme.number}"@en'
    programme.node(
        "",
        "Programme",
        f'dct:title "{title}"@ja, {english}',
        f'dct:description "{title}の概要。"@ja, "What support programme {programme.number} is about."@en',
        f'dct:identifier "{programme.slug}"',
        f"dct:spatial {JAPAN}",
        *(f"kk:measure <#{name}>" for name in MEASURES[:measures]),
        "kk:entry <#2025>",
    )
    ground = 'kk:ground "当方が付けた。"@ja, "Ours."@en'
    programme.evidence(
        "title", "<>", "dct:title", "stated", f'kk:onValue "{title}"@ja', f"kk:place {title_place}"
    )
    programme.evidence("translation", "<>", "dct:title", "editorial", f"kk:onValue {english}", ground)
    programme.evidence("identity", "<>", "dct:identifier, dct:spatial, dct:description", "editorial", ground)
    links = "kk:entry, kk:measure" if measures else "kk:entry"
    programme.evidence("entry", "<>", links, "stated", f"kk:place {place}")
    programme.evidence(
        "year", "<#2025>", "kk:fiscalYear", "inferred", "kk:rule rule:entry-year", f"kk:place {header}"
    )
    programme.evidence("headings", ", ".join(programme.headed), "kk:heading", "stated", f"kk:place {header}")


def bodies(programme: Programme) -> str:
    """Who may carry it out: one to four types, usually an open list."""
    chosen = programme.chance.sample(sorted(BODIES), programme.chance.randint(1, 4))
    is_open = programme.chance.random() < 0.7
    raw = "・".join(BODIES[slug] for slug in chosen) + ("等" if is_open else "")
    types = ", ".join(f"body-type:{slug}" for slug in chosen)
    flag = "true" if is_open else "false"
    return programme.value(
        "#bodies-2025",
        "ImplementingBodies",
        raw,
        f"kk:bodyType {types}",
        f"kk:openList {flag}",
        column="bodies",
    )


def support(programme: Programme, prefix: str) -> str:
    """What is supported: soft, hard or both."""
    raw, kinds = programme.chance.choice(
        (
            ("ソフト", "support-kind:soft"),
            ("ソフト", "support-kind:soft"),
            ("ハード", "support-kind:hard"),
            ("ハード・ソフト", "support-kind:hard, support-kind:soft"),
        )
    )
    return programme.value(f"#{prefix}support-2025", "Support", raw, f"kk:kind {kinds}", column="support")


def funding(programme: Programme, prefix: str) -> str:
    """How it is paid: by a method, and where that is a fraction, by which."""
    method = programme.chance.choice(sorted(METHODS))
    statements = [f"kk:method funding:{method}"]
    raw = METHODS[method]
    if method == "fraction":
        numerator, denominator = programme.chance.choice(FRACTIONS)
        statements += [f"kk:numerator {numerator}", f"kk:denominator {denominator}"]
        raw = f"{numerator}／{denominator}"
    return programme.value(f"#{prefix}funding-2025", "Funding", raw, *statements, column="funding")


def call(programme: Programme, header: str) -> str:
    """When to apply: a third of the sheets say nothing, some say any time, the others give two months."""
    dice = programme.chance.random()
    if dice < 0.35:
        return f"kk:absence {programme.silent('call', header)}"
    if dice < 0.45:
        return f"kk:call {programme.value('#call-2025', 'Call', '随時', 'kk:rolling true', column='call')}"
    if dice < 0.5:
        return f"kk:call {programme.value('#call-2025', 'Call', '未定', 'kk:undecided true', column='call')}"
    start = date(2025, programme.chance.randint(4, 10), 1)
    end = date(2025, start.month + programme.chance.randint(1, 2), 1)
    bounds = {
        "earliestStart": start,
        "latestStart": last_day(start),
        "earliestEnd": end,
        "latestEnd": last_day(end),
    }
    inferred = "kk:edtf, " + ", ".join(f"kk:{name}" for name in bounds)
    node = programme.value(
        "#call-2025",
        "Call",
        f"{start.month}月～{end.month}月頃",
        f'kk:edtf "{start:%Y-%m}/{end:%Y-%m}~"^^edtf:EDTF',
        "kk:approximate true",
        *(f'kk:{name} "{day.isoformat()}"^^xsd:date' for name, day in bounds.items()),
        column="call",
    )
    place = f"<{PLACE}{len(programme.sheets.lines) - 1},{len(programme.sheets.lines)}>"
    programme.evidence(
        "call", "<#call-2025>", inferred, "inferred", "kk:rule rule:call-year", f"kk:place {header}, {place}"
    )
    return f"kk:call {node}"


def last_day(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def contact(programme: Programme) -> str:
    """The unit in charge with its telephone, whose country is inferred."""
    digits = f"3-5{programme.chance.randint(100, 999)}-{programme.chance.randint(1000, 9999)}"
    node = programme.value(
        "#contact-2025",
        "Contact",
        f"{unit_path(programme.unit)} 0{digits}",
        f"kk:unitInCharge <../org/{programme.unit}>",
        f'kk:telephone "+81{digits.replace("-", "")}"',
        f'kk:printedTelephone "0{digits}"',
        column="contact",
    )
    place = f"<{PLACE}{len(programme.sheets.lines) - 1},{len(programme.sheets.lines)}>"
    programme.evidence(
        "telephone",
        "<#contact-2025>",
        "kk:telephone",
        "inferred",
        "kk:rule rule:telephone-country",
        f"kk:place {place}",
    )
    return node


def unit_path(slug: str) -> str:
    """The names of a division and of what is above it, as a contact prints them."""
    ministry, bureau, division = (int(number) for number in re.findall(r"[0-9]+", slug))
    return f"{MINISTRIES[ministry - 1]}{BUREAUS[bureau - 1]}{DIVISIONS[division - 1]}"


def link(programme: Programme) -> str:
    """One link to a page."""
    url = f"https://www.example.go.jp/support/{programme.number}.html"
    return programme.value("#link-home-2025", "Link", f"URL {url}", f"kk:url <{url}>")


def texts(programme: Programme, prefix: str, count: int) -> Iterator[str]:
    """Paragraphs of running text."""
    for index in range(1, count + 1):
        words = "、".join(programme.chance.choices(SUBJECTS, k=8))
        text = f"{words}に関する地域の取組を、{programme.chance.choice(ACTIONS)}として支援する。"
        yield programme.value(
            f"#{prefix}text-{index}-2025",
            "Text",
            f"・{text}",
            f'kk:plain "{text}"@ja',
            f"kk:position {index}",
        )


def budget(programme: Programme, entry: list[str], *, exact: bool, header: str) -> int:
    """The initial budget, log-normal in millions of yen; a fifth lie within a larger one. In yen."""
    millions = max(2, round(math.exp(programme.chance.gauss(4.5, 1.6))))
    exact = exact or programme.chance.random() < 0.8
    kind, amount = ("exact", "amount") if exact else ("within", "upperBound")
    raw = f"{millions:,}" if exact else f"{millions:,}の内数"
    node = programme.value(
        "#budget-2025-initial",
        "Budget",
        raw,
        'kk:unit "百万円"',
        "kk:stage budget-stage:initial",
        "kk:budgetYear <../fiscal-year/2025>",
        f"kk:amountKind amount-kind:{kind}",
        f"kk:{amount} {millions * 1_000_000}",
        column="budget",
    )
    programme.evidence("stage", node, "kk:stage, kk:budgetYear", "stated", f"kk:place {header}")
    entry.append(f"kk:budget {node}")
    return millions * 1_000_000


def measure_entries(programme: Programme, count: int, amount: int) -> Iterator[str]:
    """The measures of a programme with their entries; together they stay within its budget."""
    for index in range(1, count + 1):
        number, name = "①②"[index - 1], MEASURES[index - 1]
        title = f"{programme.chance.choice(SUBJECTS)}の取組{index}"
        place = programme.sheets.print(f"{number}{title}")
        programme.node(f"#{name}", "Measure", f'dct:title "{title}"@ja')
        programme.evidence(f"{name}-title", f"<#{name}>", "dct:title", "stated", f"kk:place {place}")
        millions = amount // 1_000_000 // count
        share = programme.value(
            f"#{name}-budget-2025-proposal",
            "Budget",
            f"（令和7年度予算案：{millions}百万円）",
            'kk:unit "百万円"',
            "kk:stage budget-stage:proposal",
            "kk:budgetYear <../fiscal-year/2025>",
            "kk:amountKind amount-kind:exact",
            f"kk:amount {millions * 1_000_000}",
        )
        yield programme.node(
            f"#{name}-2025",
            "MeasureEntry",
            f"kk:ofMeasure <#{name}>",
            f'kk:number "{number}"',
            f"kk:support {support(programme, name + '-')}",
            f"kk:funding {funding(programme, name + '-')}",
            f"kk:budget {share}",
            "kk:text " + ", ".join(texts(programme, name + "-", 1)),
            f"kk:place {place}",
        )


def organisations(folder: Path) -> list[str]:
    """Write ministries, bureaus and divisions; give the slugs of the divisions."""
    divisions = []
    for ministry_index, ministry in enumerate(MINISTRIES, 1):
        top = f"ministry-{ministry_index}"
        write_organisation(folder, top, "Ministry", ministry, "")
        for bureau_index, bureau in enumerate(BUREAUS, 1):
            middle = f"{top}-bureau-{bureau_index}"
            write_organisation(folder, middle, "Bureau", bureau, top)
            for division_index, division in enumerate(DIVISIONS, 1):
                divisions.append(f"{middle}-division-{division_index}")
                write_organisation(folder, divisions[-1], "Division", division, middle)
    return divisions


def write_organisation(folder: Path, slug: str, kind: str, label: str, parent: str) -> None:
    """Write one organisation, with the evidence for what is ours."""
    above = f"    org:subOrganizationOf <{parent}> ;\n" if parent else ""
    (folder / f"{slug}.ttl").write_text(
        f"@prefix dct: <{PREFIXES['dct']}> .\n@prefix kk: <{PREFIXES['kk']}> .\n"
        f"@prefix org: <{PREFIXES['org']}> .\n@prefix skos: <{PREFIXES['skos']}> .\n\n"
        f'<> a kk:{kind} ;\n    skos:prefLabel "{label}"@ja, "{kind} {slug}"@en ;\n'
        f'    dct:identifier "{slug}" ;\n'
        f"    dct:spatial {JAPAN} ;\n{above}    kk:place <{PLACE}0,1> .\n\n"
        f"<#evidence> a kk:Evidence ;\n    kk:about <> ;\n    kk:onProperty dct:identifier, dct:spatial ;\n"
        f'    kk:basis kk:editorial ;\n    kk:ground "当方が付けた。"@ja, "Ours."@en .\n\n'
        f"<#evidence-english> a kk:Evidence ;\n    kk:about <> ;\n    kk:onProperty skos:prefLabel ;\n"
        f'    kk:onValue "{kind} {slug}"@en ;\n'
        f'    kk:basis kk:editorial ;\n    kk:ground "当方の訳。"@ja, "Our translation."@en .\n',
        encoding="utf-8",
    )


def write_source(folder: Path, sheets: Sheets) -> None:
    """Write the synthetic source and its description, in the form of the real one."""
    received = ("\n".join(sheets.lines) + "\n").encode()
    (folder / f"{SOURCE}.txt").write_bytes(received)
    template = (ROOT / "data" / "sources" / "sheets-103-106.ttl").read_text(encoding="utf-8")
    facts = {
        "sheets-103-106.txt": f"{SOURCE}.txt",
        "796feefb8cc3d2a191d1e4db1b99ba615ad47ff62b16d7c0f22c5fbe72a81237": hashlib.sha256(
            received
        ).hexdigest(),
        "kk:byteSize 6731": f"kk:byteSize {len(received)}",
        "kk:lineCount 163": f"kk:lineCount {len(sheets.lines)}",
        "#line=0,163": f"#line=0,{len(sheets.lines)}",
    }
    for old, new in facts.items():
        template = template.replace(old, new)
    (folder / f"{SOURCE}.ttl").write_text(template, encoding="utf-8")


def generate(count: int, out: Path, seed: int = 1) -> None:
    """Write a data folder of `count` programmes."""
    for name in ("programmes", "organisations", "sources"):
        (out / name).mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "data" / "fiscal-years", out / "fiscal-years", dirs_exist_ok=True)
    catalogue = (ROOT / "data" / "catalogue.ttl").read_text(encoding="utf-8")
    (out / "catalogue.ttl").write_text(catalogue.replace("sheets-103-106", SOURCE), encoding="utf-8")
    chance, sheets = random.Random(seed), Sheets(["府省の一覧 " + " ".join(MINISTRIES + BUREAUS + DIVISIONS)])
    divisions = organisations(out / "organisations")
    for number in range(1, count + 1):
        slug = f"generated-{number:06}"
        text = programme_file(Programme(slug, number, chance.choice(divisions), chance, sheets))
        (out / "programmes" / f"{slug}.ttl").write_text(text, encoding="utf-8")
    write_source(out / "sources", sheets)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int, help="how many programmes")
    parser.add_argument("out", type=Path, help="the data folder to write")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    generate(arguments.count, arguments.out, arguments.seed)
