"""What does not fit in a document is noticed, and what only looks so is not."""

import pytest

from index.structure import plain_document
from index.types import Metadata, Notice


def noticed(text: str, published: str = "") -> list[Notice]:
    document = plain_document("문서.txt", text, Metadata(published=published))
    assert all(0 <= notice.start < notice.end <= len(document.text) for notice in document.notices)
    return list(document.notices)


def test_a_dateline_of_another_year_is_told_with_both_dates() -> None:
    (notice,) = noticed("보도시점 2024. 3. 4. 11:00\n\n해온시는 등대를 연다.", "2025-03-04")
    assert notice.kind == "published"
    assert notice.text == "발행일이 다릅니다: 본문은 ‘보도시점 2024. 3. 4.’, 문서 정보는 2025. 3. 4."
    assert notice.values == (("2024. 3. 4.", "본문"), ("2025. 3. 4.", "문서 정보"))


def test_two_datelines_that_differ_are_told_where_nothing_else_is_known() -> None:
    (notice,) = noticed("보도시점 2025. 3. 4. 배포 2023. 3. 4.\n\n해온시는 등대를 연다.")
    assert notice.values[0][0] == "2023. 3. 4."


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("보도시점 2025. 3. 4. 배포 2025. 3. 3.", "2025-03-04"),
        ("보도시점 2025. 1. 1. 배포 2024. 12. 31.", "2025-01-01"),
        ("배포 2024. 12. 31.", "2025"),
        ("배포 2025. 2. 27.", "2025-03"),
        ("나루곶 영상 배포 2019. 3. 4.", "2025-03-04"),
        ("해온시는 2019. 3. 4. 등대를 열었다.", "2025-03-04"),
        ("보도시점 2024. 13. 45.", "2025-03-04"),
        ("보도시점 2024. 3. 4.", "2025-99-99"),
    ],
)
def test_an_embargo_or_another_event_is_no_contradiction(text: str, published: str) -> None:
    assert noticed(text, published) == []


@pytest.mark.parametrize(
    ("text", "published", "real"),
    [
        ("설명회는 5. 26.(화)에 연다.", "2025-05-20", "2025년 5월 26일은 월요일"),
        ("설명회는 2025. 5. 26.(화)에 연다.", "", "2025년 5월 26일은 월요일"),
        ("설명회는 1월 5일(일요일)에 연다.", "2025-12-20", "2026년 1월 5일은 월요일"),
    ],
)
def test_a_weekday_that_does_not_fit_its_date_is_told(text: str, published: str, real: str) -> None:
    (notice,) = noticed(text, published)
    assert notice.kind == "weekday"
    assert notice.values[1] == (real, "달력")


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("설명회는 5. 26.(월)에 연다.", "2025-05-20"),
        ("설명회는 5. 26.(화)에 연다.", ""),
        ("설명회는 5. 26.(화)에 연다.", "2025"),  # so it is in 2026
        ("2023. 5. 26.(금)부터 5. 28.(일)까지 열었다.", "2025-05-20"),
        ("신청은 1. 5.(월)까지 받는다.", "2025-12-20"),
        ("요금(월) 5. 26.(일)", ""),
        ("2월 30일(월)", "2025-02-01"),
    ],
)
def test_a_weekday_that_fits_some_year_meant_is_not(text: str, published: str) -> None:
    assert noticed(text, published) == []


def test_a_total_that_its_column_contradicts_is_told_with_the_sum() -> None:
    (notice,) = noticed("마을\t사람(명)\t예산(억원)\n나루\t12\t340\n솔섬\t7\t95\n달여\t3\t1,260\n합계\t22\t1,795")
    assert notice.kind == "total"
    assert notice.text == "표의 합계가 맞지 않습니다: ‘예산’ 합계 1,795억원, 각 행을 더하면 1,695억원"
    assert notice.values == (("1,795억원", "표의 합계"), ("1,695억원", "각 행을 더한 값"))


def test_the_total_may_stand_first_and_counts_are_exact() -> None:
    (notice,) = noticed("마을\t사람(명)\n계\t1,203\n나루\t1,000\n솔섬\t202")
    assert notice.values[0][0] == "1,203명"


@pytest.mark.parametrize(
    "table",
    [
        "마을\t예산(억원)\n나루\t12\n솔섬\t7\n합계\t19",
        "마을\t예산(억원)\n나루\t12\n솔섬\t7\n합계\t20",  # rounded
        "마을\t예산\n나루\t1조 2,000억 원\n솔섬\t340억 원\n합계\t1조 2,341억 원",
        "마을\t면적(㎢)\n나루\t12.4\n솔섬\t7.4\n합계\t19.9",
        "마을\t도입률(%)\n나루\t12\n솔섬\t14\n합계\t13",
        "마을\t사람(명)\n나루\t12\n솔섬\t-\n합계\t20",
        "마을\t사람(명)\n나루\t12\n솔섬\t비공개\n달여\t4\n합계\t20",
        "마을\t사람(명)\n나루\t12\n- 여자\t5\n솔섬\t7\n합계\t19",
        "마을\t사람(명)\n나루\t12\n솔섬\t7\n소계\t19\n달여\t4\n범바위\t5\n소계\t9\n합계\t28",
        "마을\t사람(명)\n나루\t12\n솔섬\t7\n합계\t190",  # some of many rows: it may count others too
        "마을\t사람(명)\n나루\t12\n솔섬\t7",
        "마을\t순위\n나루\t1\n솔섬\t2\n합계\t4",
    ],
)
def test_rounding_rates_gaps_parts_and_excerpts_raise_no_alarm(table: str) -> None:
    assert noticed(table) == []
