"""The values a question may ask for are found where they stand, and only those of the kind asked for."""

import pytest

from assistant import values
from assistant.question import analyse
from index.types import Cell, Unit

LINE = "해온시(시장 문가람)는 2025년 5월 26일 주민 300명과 빈집 12채에 85억 원, 예산의 40%를 쓴다. 문의 (02) 000-1001"


def found(question: str, text: str) -> list[str]:
    return [value.text for value in values.find(analyse(question), text)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("전화번호는 무엇인가요?", ["(02) 000-1001"]),
        ("언제 쓰나요?", ["2025년 5월 26일"]),
        ("얼마를 쓰나요?", ["85억 원"]),
        ("몇 퍼센트를 쓰나요?", ["40%"]),
        ("주민은 몇 명인가요?", ["300명"]),
        ("시장은 누구인가요?", ["문가람"]),
        ("이메일 주소는 무엇인가요?", []),
        ("왜 쓰나요?", []),
        ("어떻게 쓰나요?", []),
    ],
)
def test_of_one_line_each_kind_of_question_finds_its_own_values(question: str, expected: list[str]) -> None:
    assert found(question, LINE) == expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("예산은 얼마인가요?", "1조 2,000억원과 340만 원을 쓴다.", ["1조 2,000억원", "340만 원"]),
        ("언제 시작하나요?", "'24.5월에 시작해 2030년까지 한다.", ["'24.5월", "2030년"]),
        ("기념식은 며칠인가요?", "기념식은 5.26.(월)에 연다.", ["5.26."]),
        ("몇 배 늘었나요?", "2.5배 늘었다.", ["2.5배"]),
        ("이메일은 무엇인가요?", "문의는 light@haeon.example 로 한다.", ["light@haeon.example"]),
        ("주민은 몇 사람인가요?", "주민 300여 명이 왔다.", ["300여 명"]),
        ("어느 기관이 맡나요?", "해양수산부와 나루곶연구원이 맡는다.", ["해양수산부", "나루곶연구원"]),
    ],
)
def test_values_are_found_in_order_in_any_spelling(question: str, text: str, expected: list[str]) -> None:
    assert found(question, text) == expected


@pytest.mark.parametrize(
    "question", ["얼마를 쓰나요?", "언제 쓰나요?", "몇 명인가요?", "몇 퍼센트인가요?", "누구인가요?", "전화번호는?"]
)
def test_a_value_stands_where_it_says(question: str) -> None:
    (value,) = values.find(analyse(question), LINE)
    assert LINE[value.start : value.end] == value.text


def test_what_the_question_itself_states_is_no_answer_to_it() -> None:
    assert found("340억 원 가운데 얼마를 썼나요?", "340억원 중 85억원을 썼다.") == ["85억원"]
    assert found("2024년에 시작한 사업은 언제 끝나나요?", "2024년에 시작해 2027년에 끝난다.") == ["2027년"]


def test_two_spellings_of_one_value_have_one_key() -> None:
    (one,) = values.find(analyse("얼마인가요?"), "모두 1,860억 원이다.")
    (other,) = values.find(analyse("얼마인가요?"), "1860억원을 쓴다.")
    assert one.key == other.key
    assert one.text != other.text


def test_a_count_in_another_unit_does_not_answer() -> None:
    assert found("주민은 몇 명인가요?", "마을 7곳에서 왔다.") == []
    assert found("과제는 몇 개인가요?", "과제 7건을 한다.") == ["7건"]


def test_a_fax_or_mobile_number_is_not_any_telephone_number() -> None:
    assert found("팩스 번호는 무엇인가요?", "전화 055-900-1001") == []
    assert found("팩스 번호는 무엇인가요?", "팩스 055-900-1001") == ["055-900-1001"]
    assert found("휴대전화 번호는 무엇인가요?", "055-900-1001, 010-0000-1234") == ["010-0000-1234"]


def test_titles_are_no_names() -> None:
    assert found("과장은 누구인가요?", "담당 과장과 신임 국장이 왔다.") == []
    assert values.titles("서다온 과장과 문가람 시장이 왔다.") == {"과장", "시장"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("서다온 도로국장은 고개를 끄덕였다.", ["서다온"]),
        ("나루곶대 조선학과 탁하람 교수님이에요.", ["탁하람"]),
        ("빛마을(대표 독고새, 직원 9명)이 맡는다.", ["독고새"]),
        ("위원장은 문가람 해양국장이 맡는다.", ["문가람"]),
        ("작성자: 남궁이레", ["남궁이레"]),
        ("도로 국장과 심의 위원이 왔다.", []),
    ],
)
def test_a_name_stands_beside_a_title_or_an_office_whether_or_not_a_dictionary_has_it(
    text: str, names: list[str]
) -> None:
    assert found("누구인가요?", text) == names


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("어디에서 열리나요?", "개막식은 나루군 물빛항 특설무대에서 열린다.", "물빛항"),
        ("어디에 짓나요?", "옛 나루공고 터에 짓는다.", "나루공고 터"),
        ("어디에 있나요?", "빛마을은 새벽길 12에 있다.", "새벽길 12"),
        ("어디에 내나요?", "신청서는 고용센터에 내야 한다.", "고용센터"),
        ("맡는 곳은 어디인가요?", "나루곶발전연구원이 맡는다.", "나루곶발전연구원"),
        ("어느 회사인가요?", "㈜빛마루와 새벽상사가 함께 만든다.", "㈜빛마루"),
        ("어느 단체인가요?", "새벽주민협동조합이 운영한다.", "새벽주민협동조합"),
    ],
)
def test_places_and_offices_are_known_by_how_they_end_and_what_follows(question: str, text: str, expected: str) -> None:
    assert expected in found(question, text)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("주민은 몇 명인가요?", "주민은 3만 4천 명이다.", ["3만 4천 명"]),
        ("경쟁률은?", "9.7대 1의 경쟁률을 보였다.", ["9.7대 1"]),
        ("몇 시에 닫나요?", "2025년부터 밤 9시 30분에 닫는다.", ["밤 9시 30분"]),
        ("며칠 비우나요?", "사흘 동안 비운다.", ["사흘"]),
        ("얼마나 늦어지나요?", "공사가 22일 늦어진다.", ["22일"]),
        ("면적은 얼마인가요?", "넓이 12.4㎢, 주민 300명이다.", ["12.4㎢"]),
    ],
)
def test_figures_answer_in_the_unit_of_what_is_asked(question: str, text: str, expected: list[str]) -> None:
    assert found(question, text) == expected


def test_kinds_that_are_told_in_words_want_no_value() -> None:
    assert {kind for kind in ("text", "reason", "list", "definition") if values.wants_value(kind)} == set()
    assert values.wants_value("amount")
    assert values.wants_value("phone")


def row(*cells: tuple[str, str]) -> Unit:
    return Unit("row", 0, 1, (), cells=tuple(Cell(label, text, 0, 1) for label, text in cells))


def test_a_row_holds_a_figure_whose_unit_stands_in_its_label() -> None:
    budget = row(("사업", "빈집 수리"), ("예산(억원)", "85"))
    assert values.in_cells(analyse("예산은 얼마인가요?"), budget)
    assert not values.in_cells(analyse("예산은 얼마인가요?"), row(("사업", "빈집 수리"), ("예산(억원)", "미정")))
    assert not values.in_cells(analyse("담당자는 누구인가요?"), budget)
    assert values.in_cells(analyse("담당자는 누구인가요?"), row(("사업", "빈집 수리"), ("담당자", "주임 서다온")))
    bare = row(("사업", "빈집 수리"), ("2024년", "7,430"), ("집행률", "52.1"))
    assert values.in_cells(analyse("2024년 예산은 얼마인가요?"), bare)
    assert values.in_cells(analyse("집행률은?"), bare)
    assert values.in_cells(analyse("과제는 몇 개인가요?"), row(("사업", "빈집 수리"), ("과제 수", "12")))


@pytest.mark.parametrize(
    "text", ["", " ", "\t\t", "😀", "1" * 1000, "(" * 500, "12.34.56.78", "٣٤٥ 억", "0" * 400 + "원"]
)
def test_no_text_fails_to_be_searched(text: str) -> None:
    for question in (
        "얼마인가요?",
        "언제인가요?",
        "몇 명인가요?",
        "누구인가요?",
        "전화번호는?",
        "어디인가요?",
        "어느 기관인가요?",
    ):
        for value in values.find(analyse(question), text):
            assert text[value.start : value.end] == value.text
