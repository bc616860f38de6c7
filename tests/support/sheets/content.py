"""What invented sheets say: texts of each column with their meaning, titles, themes, bodies."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

Value = Mapping[str, Any]

BODIES: Sequence[Value] = (
    {"raw": "都道府県・市町村", "types": ["prefecture", "municipality"], "open": False},
    {"raw": "市町村", "types": ["municipality"], "open": False},
    {
        "raw": "都道府県・市区町村・NPO・民間事業者等",
        "types": ["prefecture", "city-ward-town-village", "npo", "private-business"],
        "open": True,
    },
    {"raw": "市町村・DMO・事業者等", "types": ["municipality", "dmo", "business"], "open": True},
    {
        "raw": "都道府県・市町村・民間事業者",
        "types": ["prefecture", "municipality", "private-business"],
        "open": False,
    },
    {"raw": "民間事業者等", "types": ["private-business"], "open": True},
)
SUPPORT: Sequence[Value] = (
    {"raw": "ソフト", "kinds": ["soft"], "measures": None},
    {"raw": "ハード", "kinds": ["hard"], "measures": None},
    {"raw": "ハード・ソフト", "kinds": ["hard", "soft"], "measures": None},
)


def _funding(raw: str, **term: object) -> Value:
    return {"raw": raw, "terms": [term], "measures": None}


FUNDING: Sequence[Value] = (
    _funding("定額", method="fixed-sum"),
    _funding("1／2", method="fraction", numerator=1, denominator=2),
    _funding("１／３以内", method="fraction", numerator=1, denominator=3, atMost=True),
    _funding("10／10", method="fraction", numerator=10, denominator=10),
    _funding("委託", method="commission"),
    _funding("特別交付税措置", method="special-allocation-tax"),
    _funding("定額（上限500万円）", method="fixed-sum", ceiling=5_000_000),
    _funding("定額（１事業当たり上限2,000万円）", method="fixed-sum", ceiling=20_000_000),
)


def _window(raw: str, *days: str) -> Value:
    bounds = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")
    return {"raw": raw, "rounds": [dict(zip(bounds, days, strict=True))]}


def calls(year: int) -> Sequence[Value]:
    """Calls of a fiscal year."""
    after = year + 1
    return (
        {"raw": "随時", "rounds": [{"rolling": True}]},
        {"raw": "未定", "rounds": [{"undecided": True}]},
        _window("４月～５月頃", f"{year}-04-01", f"{year}-04-30", f"{year}-05-01", f"{year}-05-31"),
        _window("５月中旬", f"{year}-05-11", f"{year}-05-20", f"{year}-05-11", f"{year}-05-20"),
        _window("10月～翌年3月", f"{year}-10-01", f"{year}-10-31", f"{after}-03-01", f"{after}-03-31"),
        _window(
            "２月～４月上旬頃",
            f"{year}-02-01",
            f"{year}-02-{29 if year % 4 == 0 else 28}",
            f"{year}-04-01",
            f"{year}-04-10",
        ),
        _window("７月１日～８月31日", f"{year}-07-01", f"{year}-07-01", f"{year}-08-31", f"{year}-08-31"),
        _window(
            f"令和{year - 2018}年６月２日～６月30日",
            f"{year}-06-02",
            f"{year}-06-02",
            f"{year}-06-30",
            f"{year}-06-30",
        ),
    )


SURVEYS = ("10月頃", "８月下旬～９月中旬", "11月", "７月", "前年度の10月頃")
BUDGETS = ("30", "６", "376の内数", "１２０", "7,389", "1,045", "805の内数", "12,500", "2.5", "20")
UNITS = {"百万円": 1_000_000, "千円": 1_000, "億円": 100_000_000}
CONTACTS: Sequence[tuple[str, str, str | None]] = (
    (
        "総務省地域力創造グループ\n地域自立応援課",
        "03-5253-5391",
        "mic-regional-self-support-promotion-division",
    ),
    ("国土交通省 国土政策局\n地方政策課", "03-5253-8369", "mlit-regional-policy-division"),
    ("国土交通省 観光庁\n観光地域振興部観光資源課", "03-5253-8924", "jta-tourism-resources-division"),
    ("農林水産省 農村振興局\n農村計画課", "03-6744-2141", None),
)
NAMES = (
    "集落ネットワーク再生推進事業",
    "山村・離島つながり創出交付金",
    "ふるさと学びの滞在支援事業",
    "「まちの縁側」を核とした小さな拠点づくり事業",
    "地域の担い手マッチング強化事業",
    "空き家×しごと創出モデル事業",
    "広域観光滞在コンテンツ造成事業",
    "半島地域交流拡大事業",
    "地域交通リ・デザイン実装支援",
    "農山漁村振興交付金（地域活性化対策）",
)
SUBTITLES = ("地域循環型", "人材バンク", "ポータルサイト")
THEMES = (
    "６．関係人口・定住人口の創出・拡大に関する施策（関係人口の創出・拡大）",
    "３．集落の維持・活性化に関する施策（小さな拠点）",
    "１．しごとの創出に関する施策（起業・就業）",
    "２．人の流れの創出に関する施策",
)
HEADINGS = (
    "事業目的・背景・課題",
    "事業内容",
    "事業の流れ",
    "補助対象経費",
    "活用のポイント",
    "交付要件",
    "これまでの成果",
    "申請の手引き",
    "事業目的",
    "支援の対象となる取組",
    "スケジュール",
)
SENTENCES = (
    "○人口減少が進む地域において、生活サービスの維持と担い手の確保が課題となっている。",
    "○地域外の人材とのつながりを生かした取組を広げることが重要である。",
    "○地方への移住や交流の機運が高まる一方で、受入体制の整備が遅れている。",
    "○受入拠点の改修及び備品の整備に要する費用の一部を補助する。",
    "○専門家の派遣により伴走型の支援を行う。",
    "○成果を取りまとめ、手引きとして公表する。",
    "○観光需要の平準化と地域内消費の拡大が求められている。",
    "○広域での連携により、滞在時間の延長を促す必要がある。",
    "○住民の合意形成のための計画づくりに要する経費を支援する。",
    "○先進事例の横展開に向けた研修会を全国で開催する。",
    "○交流プログラムの企画と試行に要する経費を補助する。",
    "○関係省庁の施策とも連携し、地域の自走を後押しする。",
)

# Cells as ministries print them that have more in them, or less, than a grammar reads.
RICH_BODIES: Sequence[Value] = (
    {
        "raw": "①：市町村\n②：都道府県\n③：民間事業者等",
        "parts": [
            {"types": ["municipality"], "open": False},
            {"types": ["prefecture"], "open": False},
            {"types": ["private-business"], "open": True},
        ],
    },
    {"raw": "都道府県\n市町村", "types": ["prefecture", "municipality"], "open": False},
    {"raw": "市町村※", "types": ["municipality"], "open": False},
)
RICH_SUPPORT: Sequence[Value] = (
    {
        "raw": "①：ソフト\n②：ハード\n③：ソフト",
        "parts": [{"kinds": ["soft"]}, {"kinds": ["hard"]}, {"kinds": ["soft"]}],
    },
    {"raw": "ソフト・ハード", "kinds": ["soft", "hard"]},
)
RICH_FUNDING: Sequence[Value] = (
    {"raw": "１／３～１／２", "terms": []},
    {"raw": "1／2※", "terms": [{"method": "fraction", "numerator": 1, "denominator": 2}]},
    {"raw": "5.5／10", "terms": [{"method": "fraction", "numerator": 11, "denominator": 20}]},
    {
        "raw": "10／10、1／2",
        "terms": [
            {"method": "fraction", "numerator": 10, "denominator": 10},
            {"method": "fraction", "numerator": 1, "denominator": 2},
        ],
    },
    {
        "raw": "①：委託\n②：定額、 1／2\n③：定額",
        "terms": [
            {"method": "commission"},
            {"method": "fixed-sum"},
            {"method": "fraction", "numerator": 1, "denominator": 2},
            {"method": "fixed-sum"},
        ],
    },
    {"raw": "３分の２以内", "terms": [{"method": "fraction", "numerator": 2, "denominator": 3}]},
    {"raw": "定額\n（上限：１団体あたり500万円）", "terms": [{"method": "fixed-sum", "ceiling": 5_000_000}]},
    {"raw": "国1／2、県1／4", "terms": []},
)
RICH_BUDGETS = (
    "30※",
    "７，３８９",
    "３０の内数",
    "30（※１）",
    "1,234の\n内数",
    "30\n（25）",
    "－",
    "1,045\n※１",
    "－※",
)
RICH_SURVEYS = ("７月", "8月下旬\n（予定）", "随時", "前々年度の１月", "令和７年12月")
RICH_CONTACTS: Sequence[tuple[str, str, str | None]] = (
    (
        "総務省地域力創造グループ\n地域自立応援課",
        "03-5253-5391（内線 24412）",
        "mic-regional-self-support-promotion-division",
    ),
    ("国土交通省 国土政策局\n地方政策課", "TEL：03-5253-8369", "mlit-regional-policy-division"),
    ("農林水産省\n農村振興局", "03-3502-8111（代表）", None),
    ("地方政策課", "03-5253-8369", None),
)


def rich_calls(year: int) -> Sequence[Value]:
    """Calls with hours, in other calendars, and without certain year."""
    day = f"{year}-06-30"
    return (
        _window(f"{year}年６月２日～６月30日", f"{year}-06-02", f"{year}-06-02", day, day),
        _window(f"R{year - 2018}.6.2～R{year - 2018}.6.30", f"{year}-06-02", f"{year}-06-02", day, day),
        _window(
            f"令和{year - 2018}年６月２日～\n６月30日 17時必着", f"{year}-06-02", f"{year}-06-02", day, day
        ),
        _window("６月２日～６月30日正午", f"{year}-06-02", f"{year}-06-02", day, day),
        {"raw": "１月～２月", "rounds": []},
        {
            "raw": "４月※",
            "rounds": [
                dict(
                    zip(
                        ("earliestStart", "latestStart", "earliestEnd", "latestEnd"),
                        (f"{year}-04-01", f"{year}-04-30", f"{year}-04-01", f"{year}-04-30"),
                        strict=True,
                    )
                )
            ],
        },
        {"raw": "別途公表", "rounds": []},
    )


COLUMNS = ("bodies", "support", "funding", "call", "survey", "budget", "contact")


@dataclass(frozen=True)
class Section:
    """A heading of a body with the sentences below it."""

    heading: str
    sentences: tuple[str, ...]


@dataclass
class Content:
    """What one sheet prints, and what that means."""

    number: str
    name: str
    subtitle: str | None
    urls: list[tuple[str, str]]
    theme: str
    year: int
    cells: dict[str, str]
    want: dict[str, Any]
    sections: list[Section] = field(default_factory=list)


def budget_meaning(raw: str, unit: int, year: int, stage: str) -> Value:
    """What the text of a budget means in a unit of so many yen."""
    raw = (
        raw.partition("\n（")[0].replace("（※１）", "").replace("※１", "").replace("※", "").replace("\n", "")
    )
    if raw == "－":
        return {"year": year, "stage": stage, "raw": raw, "kind": "exact", "yen": 0, "dash": True}
    digits = (
        raw.translate({ord("０") + i: str(i) for i in range(10)})
        .replace(",", "")
        .replace("，", "")
        .replace("の内数", "")
    )
    kind = "within" if "内数" in raw else "exact"
    return {"year": year, "stage": stage, "raw": raw, "kind": kind, "yen": round(float(digits) * unit)}


def _e164(printed: str) -> str:
    number = re.search(r"0[0-9-]+", printed)
    return f"+81{number[0][1:].replace('-', '')}" if number else ""


def invent(
    random: Random, number: int, year: int, unit: str, blanks: float, *, rich: bool = False
) -> Content:
    """A sheet; each column is blank with a probability of `blanks`. `rich` cells have more in them."""
    pick = random.choice
    urls = [("", f"https://www.example-{pick(('mlit', 'mic', 'maff'))}.go.jp/{number}/index.html")]
    if random.random() < 0.3:
        urls = [("HP", urls[0][1]), ("事例等", f"https://www.example.go.jp/{number}/jirei.html")]
    values: dict[str, Any] = {
        "bodies": pick(RICH_BODIES if rich else BODIES),
        "support": pick(RICH_SUPPORT if rich else SUPPORT),
        "funding": pick(RICH_FUNDING if rich else FUNDING),
        "call": pick(rich_calls(year) if rich else calls(year)),
        "survey": pick(RICH_SURVEYS if rich else SURVEYS),
    }
    raw = pick(RICH_BUDGETS if rich else BUDGETS)
    names, tel, slug = pick(RICH_CONTACTS if rich else CONTACTS)
    for column in values:
        if random.random() < blanks:
            values[column] = None
    cells = {
        key: (value if isinstance(value, str) else value["raw"]) if value else ""
        for key, value in values.items()
    }
    has_budget, has_contact = random.random() >= blanks, random.random() >= blanks
    values["budgets"] = [budget_meaning(raw, UNITS[unit], year, "initial")] if has_budget else []
    cells["budget"] = raw if has_budget else ""
    contact = f"{names}\n{tel}"
    values["contact"] = {"raw": contact, "unit": slug, "tel": [_e164(tel)]} if has_contact else None
    cells["contact"] = contact if has_contact else ""
    headings = random.sample(HEADINGS, 2)
    sentences = random.sample(SENTENCES, 4)
    sections = [Section(headings[0], tuple(sentences[:2])), Section(headings[1], tuple(sentences[2:]))]
    subtitle = pick(SUBTITLES) if random.random() < 0.3 else None
    name, theme = pick(NAMES), pick(THEMES)
    want = {
        "number": str(number),
        "name": name,
        "subtitle": subtitle,
        "urls": [url for _, url in urls],
        "theme": theme,
        "fiscalYear": year,
        **values,
        "texts": [{"heading": one.heading, "plain": text[1:]} for one in sections for text in one.sentences],
    }
    return Content(str(number), name, subtitle, urls, theme, year, cells, want, sections)
