"""Numbers, dates and contacts: where they stand, and one key for every spelling."""

from itertools import pairwise

import pytest

from index.quantities import magnitude, quantities


def keys(text: str) -> list[tuple[str, str]]:
    return [(quantity.kind, quantity.key) for quantity in quantities(text)]


@pytest.mark.parametrize(
    ("key", "spellings"),
    [
        (("date", "2025년5월26일"), ["2025년 5월 26일", "2025. 5. 26.(월)", "2025-05-26", "'25.5.26.", "2025/05/26"]),
        (("date", "5월26일"), ["5월 26일", "5. 26.(월)", "5.26일", "5. 26."]),
        (("date", "2024년5월"), ["2024년 5월", "’24.5, 전략", "2024-05", "'24.5)"]),
        (("year", "2025년"), ["2025년", "'25년", "’25년도", "25년까지", "2025년도"]),
        (("amount", "186000000000원"), ["1,860억원", "1860억 원", "1,860억", "186,000,000,000원"]),
        (("amount", "1200000000000원"), ["1조 2,000억 원", "1조2천억원", "1.2조원"]),
        (("amount", "35000원"), ["3만 5천원", "3만5천 원", "35,000원", "3만 5,000원"]),
        (("amount", "123456789원"), ["1억2345만6789원", "1억 2,345만 6,789원", "123,456,789원"]),
        (("ratio", "40%"), ["40%", "40퍼센트", "40 프로"]),
        (("count", "1000개"), ["1,000개", "1000 개", "1000여 개"]),
        (("count", "34000명"), ["3만 4천 명", "3만4천명", "34,000명"]),
        (("ratio", "9.7:1"), ["9.7대 1", "9.7:1"]),
        (("phone", "0442034310"), ["044-203-4310", "(044)203-4310", "044.203.4310", "044)203-4310"]),
        (("phone", "15881234"), ["1588-1234"]),
        (("email", "hong@example.kr"), ["hong@example.kr", "Hong@Example.KR"]),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_every_spelling_of_a_quantity_has_one_key(key: tuple[str, str], spellings: list[str]) -> None:
    assert {spelling: keys(spelling) for spelling in spellings} == {spelling: [key] for spelling in spellings}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("'25년 10억", [("year", "2025년"), ("amount", "1000000000원")]),
        ("2025년 3억원", [("year", "2025년"), ("amount", "300000000원")]),
        ("'27~'31", [("year", "2027년"), ("year", "2031년")]),
        ("3억 5개", [("amount", "300000000원"), ("count", "5개")]),
        ("3~5개", [("count", "3"), ("count", "5개")]),
        ("25년간", [("count", "25년")]),
        ("1592-1598", [("count", "1592")]),
        ("2,025개", [("count", "2025개")]),
        ("11:30", []),
        ("2025 기준, 3기술", [("year", "2025년"), ("count", "3")]),
        ("1.2.3", [("count", "1.2")]),
        ("제29조의2", []),
        ("글만 있다", []),
    ],
)
def test_neighbours_and_codes_are_not_mistaken_for_dates_or_phones(text: str, found: list[tuple[str, str]]) -> None:
    assert keys(text) == found


def test_quantities_come_in_order_without_overlap_and_without_the_space_after_them() -> None:
    text = "'25년 5월 26일 11시, 26개 과제에 1조 2,000억 원 (40%) · 문의 044-203-4310, a@b.kr"
    found = quantities(text)
    assert [text[quantity.start : quantity.end] for quantity in found] == [
        "'25년 5월 26일", "11", "26개", "1조 2,000억 원", "40%", "044-203-4310", "a@b.kr",
    ]  # fmt: skip
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        ("1조 2,000억", 1.2e12),
        ("3천만", 3e7),
        ("1.5억", 1.5e8),
        ("2백", 200),
        ("12", 12),
        ("3만 5천", 35_000),
        ("1,234.5", 1234.5),
    ],
)
def test_digits_and_scale_words_spell_one_number(spelling: str, value: float) -> None:
    assert magnitude(spelling) == value


@pytest.mark.parametrize("unit", ["1", "1,", "a", "a.", "가", "'25", "1 ", "0", "5.", "1만"])
def test_a_long_run_is_read_in_time(unit: str) -> None:
    quantities(unit * (2_000 // len(unit)))
    quantities(unit + " " * 20_000 + unit)
