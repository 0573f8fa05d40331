"""A citation is the document's own words at the place it names, and names its source as offices do."""

from dataclasses import replace

import pytest
from office import METADATA, line, measured

from assistant.cite import attribution, cite, dated
from assistant.pipeline import Assistant
from assistant.ranking import Ranking
from assistant.reader import Draft, read
from index.types import Metadata


@pytest.mark.parametrize(
    ("metadata", "written"),
    [
        (
            Metadata("빈집 정비 지원 공고", "해온시", "2025-02-17", kind="공고", licence="공공누리 제1유형"),
            "해온시, 「빈집 정비 지원 공고」(공고, 2025. 2. 17.), 공공누리 제1유형",
        ),
        (Metadata("등대", "해온시", "2025-10-05", kind="보도자료"), "해온시, 「등대」(보도자료, 2025. 10. 5.)"),
        (Metadata("등대", "해온시", "2025-05"), "해온시, 「등대」(2025. 5.)"),
        (Metadata("등대", "해온시", "2025"), "해온시, 「등대」(2025.)"),
        (Metadata("등대", "해온시", kind="소식"), "해온시, 「등대」(소식, 시점 미상)"),
        (Metadata("등대", "해온시", "2025", "inferred"), "해온시, 「등대」(2025. 추정)"),
        (Metadata("등대", "해온시"), "해온시, 「등대」(시점 미상)"),
        (Metadata("등대", licence="공공누리 제1유형"), "「등대」(시점 미상), 공공누리 제1유형"),
        (Metadata(publisher="해온시", published="2025-05-26"), "해온시, (2025. 5. 26.)"),
    ],
)
def test_a_source_is_named_as_offices_write_it_with_what_is_known(metadata: Metadata, written: str) -> None:
    assert attribution(metadata) == written


@pytest.mark.parametrize(
    ("said", "published", "shown"),
    [
        ("올해는 작년보다 늘었다.", "2025-05-26", "올해(2025년)는 작년(2024년)보다 늘었다."),
        ("올해 올해 예산", "2025", "올해(2025년) 올해 예산"),
        ("지난해(2024년) 봄", "2025", "지난해(2024년) 봄"),
        ("지난해 10월의 약속", "2025-05-26", "지난해 10월(2024년 10월)의 약속"),
        (
            "올해 5월 26일부터 내년 상반기까지",
            "2025",
            "올해 5월 26일(2025년 5월 26일)부터 내년 상반기(2026년 상반기)까지",
        ),
        ("내달 10일", "2025-12", "내달(2026년 1월) 10일"),
        ("이달 말", "2025", "이달 말"),
        ("어제 열었다.", "2025-05-26", "어제(2025년 5월 25일) 열었다."),
        ("지난 27일과 오는 3일", "2025-05-26", "지난 27일과 오는 3일(2025년 6월 3일)"),
        ("지난 27일 열었다.", "2025-05-26", "지난 27일(2025년 4월 27일) 열었다."),
        ("지난 31일 열었다.", "2025-03-05", "지난 31일 열었다."),
        ("지난 26일에 열었다.", "2025-05-26", "지난 26일에 열었다."),
        ("지난 3일 동안 올해초 오늘날", "2025-05-26", "지난 3일 동안 올해초 오늘날"),
        ("올해 예산", "", "올해 예산"),
    ],
)
def test_relative_words_show_what_they_mean_by_the_date_of_publication(said: str, published: str, shown: str) -> None:
    assert dated(said, Metadata(published=published)) == shown


def test_a_date_that_is_inferred_says_so() -> None:
    assert dated("올해 예산", Metadata(published="2025", published_basis="inferred")) == "올해(2025년 추정) 예산"


@pytest.fixture
def draft(office: Assistant) -> Draft:
    found = read(*measured(office.index, "나루곶 등대는 언제부터 시민에게 개방하나요?"), Ranking(office.index))
    assert found is not None
    return found


def test_a_citation_quotes_its_document_and_says_what_is_known_of_it(office: Assistant, draft: Draft) -> None:
    _, (citation, *_), _ = cite(draft, office.index)
    known = METADATA["등대.txt"]
    assert citation.document == "등대.txt"
    assert line(office, "등대.txt", citation.start, citation.end) == citation.quote
    assert (citation.title, citation.publisher, citation.published) == (known.title, known.publisher, known.published)
    assert (citation.licence, citation.attribution) == (known.licence, attribution(known))


def test_each_quote_has_its_marker_behind_it_counted_from_one(office: Assistant, draft: Draft) -> None:
    thrice = replace(draft, quotes=draft.quotes[:1] * 3)
    text, citations, values = cite(thrice, office.index)
    assert [citation.marker for citation in citations] == [1, 2, 3]
    assert text.split("\n") == [f"{draft.quotes[0].said} [{marker}]" for marker in (1, 2, 3)]
    assert [value.marker for value in values] == [1, 2, 3]


def test_a_number_in_brackets_that_the_document_has_is_not_taken_for_a_marker(office: Assistant, draft: Draft) -> None:
    footnoted = replace(draft.quotes[0], said="등대를 연다[3].")
    text, _, _ = cite(replace(draft, quotes=(footnoted,)), office.index)
    assert text == "등대를 연다(3). [1]"


def test_a_quote_of_which_nothing_is_said_has_its_marker_behind_the_one_before(office: Assistant, draft: Draft) -> None:
    twice = replace(draft, quotes=(draft.quotes[0], replace(draft.quotes[0], said="")))
    text, citations, _ = cite(twice, office.index)
    assert text == f"{draft.quotes[0].said} [1] [2]"
    assert len(citations) == 2


def test_a_value_is_marked_where_it_stands_in_the_document(office: Assistant, draft: Draft) -> None:
    _, _, (value, *_) = cite(draft, office.index)
    assert value.text == "5월 26일"
    assert line(office, "등대.txt", value.start, value.end) == value.text


def test_a_value_that_does_not_stand_where_it_says_is_left_out(office: Assistant, draft: Draft) -> None:
    (quote, *_) = draft.quotes
    assert quote.value is not None
    moved = replace(quote, value=quote.value._replace(start=quote.value.start + 1, end=quote.value.end + 1))
    assert cite(replace(draft, quotes=(moved,)), office.index)[2] == ()


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (9, 5), (0, 401), (0, 10**6), (10**6, 10**6 + 5)])
def test_a_quote_outside_its_document_or_over_400_code_points_is_never_cited(
    office: Assistant, draft: Draft, start: int, end: int
) -> None:
    outside = replace(draft.quotes[0], start=start, end=end)
    with pytest.raises(AssertionError, match="outside its document"):
        cite(replace(draft, quotes=(outside,)), office.index)


def test_a_quote_from_a_document_that_the_index_does_not_have_is_never_cited(office: Assistant, draft: Draft) -> None:
    (quote, *_) = draft.quotes
    hit = quote.candidate.hit
    foreign = replace(
        quote, candidate=replace(quote.candidate, hit=replace(hit, passage=replace(hit.passage, document="없음")))
    )
    with pytest.raises(AssertionError, match="outside its document"):
        cite(replace(draft, quotes=(foreign,)), office.index)
