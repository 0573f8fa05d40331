"""A table is whole again with its header and rows, and its columns are read as figures with their unit."""

import pytest

from index.columns import Column, columns, tables
from index.parse.document import parse
from index.structure import plain_document
from index.types import Block, Metadata


def read(text: str) -> dict[str, Column[Block]]:
    """The columns of figures of the one table of a text, by name."""
    (table,) = tables(plain_document("표.txt", text, Metadata()).blocks)
    return {column.name: column for column in columns(table)}


def test_a_table_ends_where_the_next_begins() -> None:
    text = "구분\t인원\n어른\t3\n아이\t4\n\n배는 하루에 두 번 다닌다.\n\n구분\t요금\n어른\t9,000\n아이\t4,500"
    document = plain_document("표.txt", text, Metadata())
    first, *_ = [[document.text[line.start : line.end] for line in table] for table in tables(document.blocks)]
    assert first == ["구분\t인원", "어른\t3", "아이\t4"]


def test_a_form_names_no_columns() -> None:
    assert not list(tables(plain_document("표.txt", "담당\t해양과\n위치\t나루곶\n시장\t문가람", Metadata()).blocks))


@pytest.mark.parametrize(
    ("label", "cells", "unit", "values", "spelt"),
    [
        ("예산(억원)", ("1,260", "약 340"), "억원", [1260, 340], "1,260억원"),
        ("이용 인원(단위: 명)", ("12", "7"), "명", [12, 7], "12명"),
        ("과제 수", ("12", "7"), "개", [12, 7], "12개"),
        ("직원 수", ("12", "7"), "명", [12, 7], "12명"),
        ("비율", ("31.5%", "4%"), "%", [31.5, 4], "31.5%"),
        ("투자액", ("1조 2,000억 원", "850억 원"), "원", [1.2e12, 8.5e10], "1조 2,000억 원"),
        ("증감(명)", ("△12", "7"), "명", [-12, 7], "-12명"),
        ("높이", ("40 m", "31 m (추정)"), "m", [40, 31], "40m"),
    ],
)
def test_figures_are_read_with_the_unit_of_their_cell_or_label(
    label: str, cells: tuple[str, str], unit: str, values: list[float], spelt: str
) -> None:
    (column,) = read(f"마을\t{label}\n나루\t{cells[0]}\n솔섬\t{cells[1]}").values()
    assert (column.unit, [entry.value for entry in column.plain]) == (unit, values)
    assert column.spelt(values[0]) == spelt


def test_the_unit_may_stand_in_the_caption() -> None:
    assert read("(단위: 천원)\n마을\t예산\n나루\t12\n솔섬\t7")["예산"].unit == "천원"
    assert read("(단위: 명, 천원)\n마을\t예산\n나루\t12\n솔섬\t7")["예산"].unit == ""


@pytest.mark.parametrize(
    "cells",
    [("1명", "2곳"), ("빈집", "2"), ("2024년", "2025년"), ("3~5", "4~6"), ("-", "3"), ("1억", "300")],
)
def test_what_cannot_be_compared_is_no_column_of_figures(cells: tuple[str, str]) -> None:
    assert read(f"마을\t무엇\n나루\t{cells[0]}\n솔섬\t{cells[1]}") == {}


def test_a_label_that_spans_two_columns_names_neither() -> None:
    page = (
        "<!doctype html><table><tr><th>마을</th><th colspan=2>사람</th><th>집</th></tr>"
        "<tr><td>나루</td><td>1</td><td>2</td><td>3</td></tr><tr><td>솔섬</td><td>4</td><td>5</td><td>6</td></tr></table>"
    )
    (table,) = tables(parse("표.html", page.encode(), Metadata()).blocks)
    assert [column.name for column in columns(table)] == ["집"]


def test_totals_subtotals_means_and_parts_are_told_from_rows() -> None:
    text = "마을\t예산\n나루\t12\n- 국비\t5\n솔섬\t7\n소계\t19\n총 합계\t19\n평균\t9.5"
    column = read(text)["예산"]
    assert [entry.name for entry in column.plain] == ["나루", "솔섬"]
    assert [[entry.value for entry in part] for part in (column.totals, column.subtotals, column.means)] == [
        [19], [19], [9.5],
    ]  # fmt: skip
    assert column.parts
    assert column.gaps == 0


def test_a_row_without_a_figure_is_a_gap() -> None:
    assert read("마을\t예산\n나루\t12\n솔섬\t-\n달여\t7")["예산"].gaps == 1


@pytest.mark.parametrize(
    ("label", "additive"), [("예산", True), ("도입률", False), ("비중(%)", False), ("순위", False)]
)
def test_rates_and_ranks_are_not_added_up(label: str, additive: bool) -> None:
    (column,) = read(f"마을\t{label}\n나루\t12\n솔섬\t7").values()
    assert column.additive is additive
