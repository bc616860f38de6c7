"""Windows of time and sums of money, as people write them."""

from datetime import date

import pytest

from kankei.release.reader import Release
from kankei.web.html.localizer import Links, Localizer
from kankei.web.html.windows import Period, WindowWords

APRIL = (date(2025, 4, 1), date(2025, 4, 30))
MAY = (date(2025, 5, 1), date(2025, 5, 31))
FEBRUARY = (date(2024, 2, 1), date(2024, 2, 29))
EARLY = (date(2025, 4, 1), date(2025, 4, 10))
LATE = (date(2025, 4, 21), date(2025, 4, 30))
DAY = (date(2025, 4, 7), date(2025, 4, 7))


@pytest.mark.parametrize(
    ("start", "end", "approximate", "japanese", "english"),
    [
        (APRIL, MAY, True, "2025年4月～5月頃", "about April to May 2025"),
        (APRIL, APRIL, False, "2025年4月", "April 2025"),
        (FEBRUARY, EARLY, False, "2024年2月～2025年4月上旬", "February 2024 to early April 2025"),
        (EARLY, LATE, False, "2025年4月上旬～4月下旬", "early April to late April 2025"),
        (DAY, (date(2025, 5, 16),) * 2, False, "2025年4月7日～5月16日", "7 April to 16 May 2025"),
        (DAY, None, False, "2025年4月7日から", "from 7 April 2025"),
        (None, LATE, False, "2025年4月下旬まで", "until late April 2025"),
        (None, None, False, "", ""),
    ],
)
def test_a_window(
    start: Period | None, end: Period | None, approximate: bool, japanese: str, english: str
) -> None:
    written = [WindowWords(tag).window(start, end, approximate=approximate) for tag in ("ja", "en")]
    assert written == [japanese, english]


@pytest.mark.parametrize(
    ("amount", "japanese", "english"),
    [
        (120_000_000, "1億2,000万円", "120 million yen"),
        (376_000_000, "3億7,600万円", "376 million yen"),
        (20_000_000, "2,000万円", "20 million yen"),
        (1_250_000, "125万円", "1.25 million yen"),
        (123_456_789, "1億2,345万6,789円", "123,456,789 yen"),
        (1_000_000_000_000, "1兆円", "1,000,000 million yen"),
        (5_000, "5,000円", "5,000 yen"),
        (0, "0円", "0 yen"),
    ],
)
def test_a_sum_of_money_is_told_in_units_and_exactly(
    seed_release: Release, amount: int, japanese: str, english: str
) -> None:
    links = Links(seed_release)
    assert [Localizer(links, tag).yen(str(amount)) for tag in ("ja", "en")] == [japanese, english]


def test_a_fiscal_year_without_a_document_has_its_era_too(seed_release: Release) -> None:
    localizer = Localizer(Links(seed_release), "ja")
    years = [localizer.fiscal_year(year) for year in (2019, 2026, 2018)]
    assert years == ["令和元年度（2019年度）", "令和8年度（2026年度）", "2018年度"]
