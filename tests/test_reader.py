"""What is said of a sentence, a row, a contact or a list, and that it is always the document's own words."""

import re
from collections.abc import Callable

import pytest
from office import line, measured, opened, unit

from assistant import reader
from assistant.pipeline import Assistant
from assistant.ranking import Ranking
from assistant.reader import Draft, Quote, read
from index.types import Encoder

OPENED = """갯벌 축제 개막

해온시(시장 문가람)와 솔재군(군수 나한별)은 갯벌 축제를 함께 열었다.

문가람 시장은 “갯벌은 우리 모두의 밭”이라고 말했다. 이어 “갯벌을 아이들의 교실로 만들겠다”고 밝혔다.

□ 두 곳은 물때 마당*를 세운다.

 * 썰물에 맞추어 여는 배움터
"""
Said = Callable[[str, str], Quote]
Drafted = Callable[[str], Draft]


@pytest.fixture
def said(office: Assistant) -> Said:
    """What is said to a question of the one unit that has these words."""

    def of(question: str, words: str) -> Quote:
        analysis, found = measured(office.index, question)
        return reader.quote(analysis, unit(found, words), whole_list=analysis.kind == "list")

    return of


@pytest.fixture
def drafted(office: Assistant) -> Drafted:
    def of(question: str) -> Draft:
        draft = read(*measured(office.index, question), Ranking(office.index))
        assert draft is not None
        return draft

    return of


@pytest.mark.parametrize(
    ("question", "row", "value", "shown"),
    [
        ("빈집 수리 사업의 2025년 예산은 얼마인가요?", "빈집 수리\t", "85", "85억원"),
        ("바닷길 청소 사업의 2025년 예산은 얼마인가요?", "바닷길 청소\t", "21", "21억원"),
        ("옛길 잇기 사업의 2025년 예산은 얼마인가요?", "옛길 잇기\t", "410", "410억원"),
        ("빈집 수리 과제 수는 몇 개인가요?", "빈집 수리\t", "12", "12개"),
        ("옛길 잇기 과제 수는 몇 개인가요?", "옛길 잇기\t", "3", "3개"),
    ],
)
def test_a_row_says_its_subject_and_the_cell_asked_for_with_the_unit_of_its_column(
    office: Assistant, said: Said, question: str, row: str, value: str, shown: str
) -> None:
    quote = said(question, row)
    assert quote.said.startswith(row.strip())
    assert quote.said.endswith(shown)
    assert quote.value is not None
    assert quote.value.text == value
    assert line(office, "예산.txt", quote.value.start, quote.value.end) == value


def test_the_row_that_the_question_names_is_the_one_that_answers(drafted: Drafted) -> None:
    for name, figure in (("빈집 수리", "85"), ("바닷길 청소", "21"), ("옛길 잇기", "410")):
        (quote,) = drafted(f"{name} 사업의 2025년 예산은 얼마인가요?").quotes
        assert quote.value is not None
        assert quote.value.text == figure


def test_a_row_of_which_no_cell_is_asked_for_says_them_all(said: Said) -> None:
    quote = said("빈집 수리 사업은 어떻게 되나요?", "빈집 수리\t")
    assert all(figure in quote.said for figure in ("빈집 수리", "12", "340", "85"))
    assert quote.value is None


@pytest.mark.parametrize(
    ("question", "name", "phone"),
    [
        ("해양관광과 과장의 전화번호는 무엇인가요?", "서다온", "055-900-1001"),
        ("해양관광과 주무관의 전화번호는 무엇인가요?", "윤보미", "055-900-1002"),
        ("윤보미 주무관 연락처 알려 주세요", "윤보미", "055-900-1002"),
    ],
)
def test_a_contact_answers_with_the_number_of_the_person_asked_for(
    office: Assistant, drafted: Drafted, question: str, name: str, phone: str
) -> None:
    (quote,) = drafted(question).quotes
    assert "해양관광과" in quote.said  # the second line of the table inherits the office
    assert name in quote.said
    assert quote.value is not None
    assert (quote.value.text, quote.value.kind) == (phone, "phone")
    assert line(office, "등대.txt", quote.value.start, quote.value.end) == phone


def test_a_contact_answers_with_the_name_where_a_person_is_asked_for(office: Assistant, drafted: Drafted) -> None:
    (quote,) = drafted("해양관광과 과장은 누구인가요?").quotes
    assert quote.value is not None
    assert quote.value.text == "서다온"
    assert line(office, "등대.txt", quote.value.start, quote.value.end) == "서다온"


def test_a_list_is_told_whole_and_in_order(office: Assistant, drafted: Drafted) -> None:
    quotes = drafted("마을배움의 약속을 나열해 주세요").quotes
    items = ["배우는 값을 받지 않는다", "누구나 가르칠 수 있다", "한 달에 한 번은 밖에서 만난다"]
    assert [quote.said for quote in quotes][-3:] == items
    assert [line(office, "배움.txt", quote.start, quote.end) for quote in quotes][-3:] == items


def test_an_items_mark_is_not_part_of_what_is_said(said: Said) -> None:
    assert said("마을배움의 약속은 어떻게 되나요?", "누구나 가르칠").said == "누구나 가르칠 수 있다"
    assert said("등대지킴이가 뭐야?", "등대지킴이:").said.startswith("등대지킴이")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("등대 전망대에 무엇을 설치했나요?", "망원경 40대"),
        ("휠체어가 오를 수 있는 것은 무엇을 놓았기 때문인가요?", "경사로를 놓았으며"),
        ("해당화와 갯국화는 어디에 심었나요?", "해당화와 갯국화를"),
    ],
)
def test_a_long_sentence_is_cut_at_its_clauses_to_those_that_answer(
    office: Assistant, said: Said, question: str, words: str
) -> None:
    quote = said(question, "둘레길")
    whole = unit(measured(office.index, question)[1], "둘레길")
    told = quote.said.removeprefix("… ").removesuffix(" …")
    assert words in told
    assert len(told) <= reader.LENGTH < len(whole.text)
    assert told == line(office, "등대.txt", quote.start, quote.end)
    before, after = whole.text.split(told)
    assert quote.said.startswith("… ") == bool(before.strip("□ "))
    assert quote.said.endswith(" …") == bool(after)
    assert not before.strip("□ ") or before.rstrip().endswith((",", ";"))
    assert not after or told.endswith((",", ";"))


def test_a_sentence_that_is_short_is_said_whole(said: Said) -> None:
    quote = said("등대는 언제 개방하나요?", "개방한다고")
    assert quote.said == "해온시(시장 문가람)는 나루곶 등대를 5월 26일부터 시민에게 개방한다고 밝혔다."


def test_of_a_definition_the_sentence_that_defines_is_said(drafted: Drafted) -> None:
    assert "가르치는 모임을 말한다" in drafted("마을배움이란 무엇인가요?").quotes[0].said
    assert "쓰임을 들려주는 시민" in drafted("등대지킴이가 뭐야?").quotes[0].said


@pytest.fixture(scope="module")
def spoken(built_in: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(opened({"개막.txt": OPENED}, tmp_path_factory.mktemp("spoken"), built_in))


def test_of_several_holders_of_office_only_the_one_asked_for_is_named(spoken: Assistant) -> None:
    analysis, found = measured(spoken.index, "솔재군 군수는 누구인가요?")
    held = reader.quote(analysis, unit(found, "함께 열었다"))
    assert held.said == "… 솔재군(군수 나한별) …"
    assert line(spoken, "개막.txt", held.start, held.end) == "솔재군(군수 나한별)"
    assert held.value is not None
    assert held.value.text == "나한별"


def test_whoever_goes_on_speaking_is_named_from_the_sentence_before(spoken: Assistant) -> None:
    analysis, found = measured(spoken.index, "갯벌을 아이들의 교실로 만들겠다고 한 사람은 누구인가요?")
    onward = unit(found, "아이들의 교실")
    draft = read(analysis, found, lambda _, scored: (sorted(scored, key=lambda pair: pair[1] is not onward), 0.0))
    assert draft is not None
    assert [quote.candidate.text[:6] for quote in draft.quotes] == ["문가람 시장", "이어 “갯벌"]


def test_a_footnote_defines_the_words_that_its_star_stands_behind(spoken: Assistant) -> None:
    analysis, found = measured(spoken.index, "물때 마당가 뭐예요?")
    assert reader.marks(analysis, unit(found, "썰물에 맞추어"))["definition"] == 0.5
    assert reader.marks(analysis, unit(found, "함께 열었다"))["definition"] == 0.0


def test_of_a_reason_the_sentence_that_gives_it_is_said(drafted: Drafted) -> None:
    told = " ".join(quote.said for quote in drafted("등대 계단을 왜 고쳤나요?").quotes)
    assert "사람이 다칠 수 있기 때문" in told


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("나루곶 등대는 언제부터 시민에게 개방하나요?", "5월 26일"),
        ("해온시 시장은 누구인가요?", "문가람"),
    ],
)
def test_the_value_asked_for_is_marked_in_the_sentence(
    office: Assistant, said: Said, question: str, value: str
) -> None:
    quote = said(question, "개방한다고")
    assert quote.value is not None
    assert quote.value.text == value
    assert quote.start <= quote.value.start < quote.value.end <= quote.end
    assert line(office, "등대.txt", quote.value.start, quote.value.end) == value


@pytest.mark.parametrize(
    "question",
    [
        "빈집 수리 예산은 얼마인가요?",
        "해양관광과 전화번호는 무엇인가요?",
        "마을배움의 약속을 나열해 주세요",
        "전망대에 무엇을 설치했나요?",
        "해온 바다축제는 언제 어디서 여나요?",
        "등대 계단을 왜 고쳤나요?",
        "When does the lighthouse open?",
    ],
)
def test_every_unit_can_be_quoted_for_every_question(office: Assistant, question: str) -> None:
    analysis, found = measured(office.index, question)
    assert found
    for candidate in found:
        for whole_list in (False, True):
            quote = reader.quote(analysis, candidate, whole_list)
            document = candidate.passage.document
            assert candidate.unit.start <= quote.start < quote.end <= candidate.unit.end
            assert quote.end - quote.start <= 400
            assert quote.said.strip()
            if candidate.unit.kind not in ("row", "contact"):
                told = quote.said.removeprefix("… ").removesuffix(" …")
                assert told == line(office, document, quote.start, quote.end)
            if quote.value is not None:
                assert line(office, document, quote.value.start, quote.value.end) == quote.value.text


def test_nothing_found_is_no_draft(office: Assistant) -> None:
    analysis, _ = measured(office.index, "등대는 언제 여나요?")
    assert read(analysis, [], Ranking(office.index)) is None


def test_the_best_unit_stands_first_whatever_the_order_they_come_in(office: Assistant) -> None:
    analysis, found = measured(office.index, "나루곶 등대는 언제부터 시민에게 개방하나요?")
    one, other = read(analysis, found, Ranking(office.index)), read(analysis, found[::-1], Ranking(office.index))
    assert one is not None
    assert other is not None
    assert one.quotes[0].candidate.text == other.quotes[0].candidate.text
    assert one.score == other.score == max(reader.score(analysis, candidate) for candidate in found)


def test_marks_are_named_alike_for_every_unit_and_question_and_each_has_a_weight(office: Assistant) -> None:
    for question in ("등대는 언제 여나요?", "What is it?", "빈집 수리 예산은 얼마인가요?", "약속을 나열해 주세요"):
        analysis, found = measured(office.index, question)
        for candidate in found:
            assert reader.marks(analysis, candidate).keys() == reader.WEIGHTS.keys()


def test_numbers_in_what_is_said_are_the_documents_own(office: Assistant, drafted: Drafted) -> None:
    for question in ("빈집 수리 예산은 얼마인가요?", "해양관광과 전화번호는?", "바다축제는 언제 여나요?"):
        for quote in drafted(question).quotes:
            document = office.index.document(quote.candidate.passage.document)
            assert document is not None
            for number in re.findall(r"\d[\d,.\-]*", quote.said):
                assert number.rstrip(".,-") in document.text


def test_a_desk_answers_who_is_in_charge_of_what_its_document_speaks_of_and_nothing_else(office: Assistant) -> None:
    def desks(question: str) -> list[str]:
        draft = read(*measured(office.index, question), Ranking(office.index))
        return [each.text for _, each in draft.ranked if each.unit.kind == "contact"] if draft else []

    assert desks("나루곶 등대 문의처")
    assert desks("나루곶 등대 담당자 연락처는?")
    assert not desks("나루곶 등대는 무엇을 하는 곳인가요?")
    assert not desks("반도체 보조금 문의처")
