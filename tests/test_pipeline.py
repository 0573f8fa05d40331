"""What holds of every reply, over a stride of the gold questions, off-topic ones, and whatever else can be typed."""

import re
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from office import line

from assistant.evaluation.gold import Gold, read_gold
from assistant.pipeline import Assistant
from assistant.types import Abstention, Answer, Question, Reply, Turn
from index.build import index_documents
from index.search import open_index
from index.types import Document, Encoder, Metadata

GOLD = read_gold(Path(__file__).parents[1] / "seeds" / "gold.jsonl")
STRIDE = GOLD[:: len(GOLD) // 40]
TODAY = date(2025, 6, 10)
K = 4


def asked(gold: Gold, k: int = K) -> Question:
    return Question(gold.question, k, gold.today or TODAY, gold.history)


@pytest.fixture(scope="module")
def replies(seeds: Assistant) -> list[Reply]:
    return [seeds.ask(asked(gold)) for gold in STRIDE]


@pytest.fixture(scope="module")
def answers(replies: Sequence[Reply]) -> list[Answer]:
    return [reply for reply in replies if isinstance(reply, Answer)]


def test_some_questions_are_answered_and_some_are_not(replies: Sequence[Reply], answers: Sequence[Answer]) -> None:
    assert len(STRIDE) >= 40
    assert 0 < len(answers) < len(replies)


def test_the_markers_in_an_answer_are_exactly_its_citations(answers: Sequence[Answer]) -> None:
    for answer in answers:
        markers = [int(marker) for marker in re.findall(r"\[(\d+)\]", answer.text)]
        assert set(markers) == {citation.marker for citation in answer.citations}, answer.question
        assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_a_citation_quotes_1_to_400_code_points_of_its_document(seeds: Assistant, answers: Sequence[Answer]) -> None:
    for answer in answers:
        for cited in answer.citations:
            assert line(seeds, cited.document, cited.start, cited.end) == cited.quote
            assert 1 <= len(cited.quote) <= 400
            assert cited.quote == cited.quote.strip()
            assert cited.title
            assert cited.title in cited.attribution


def test_what_an_answer_says_stands_in_its_quotes(answers: Sequence[Answer]) -> None:
    for answer in answers:
        quoted = re.sub(r"\D+", " ", " ".join(cited.quote for cited in answer.citations)).split()
        said = re.sub(r"\[\d+\]|(?<=[년달해])\(\d{4}년[^)]*\)", "", answer.text)  # what 올해 means is no quote
        if len(said) < 200 and "\t" not in "".join(cited.quote for cited in answer.citations):
            assert set(re.findall(r"\d+", said)) <= set(quoted), answer.text


def test_an_answer_is_of_one_breath(answers: Sequence[Answer]) -> None:
    for answer in answers:
        assert len(answer.citations) <= 11
        for part in answer.text.split("\n"):
            assert 0 < len(part) <= 450
        if len(answer.citations) <= 2:
            assert len(answer.text) <= 450, answer.text


def test_a_value_stands_in_the_document_that_its_marker_cites(seeds: Assistant, answers: Sequence[Answer]) -> None:
    values = [(answer, value) for answer in answers for value in answer.values]
    assert values
    for answer, value in values:
        (cited,) = [citation for citation in answer.citations if citation.marker == value.marker]
        assert line(seeds, cited.document, value.start, value.end) == value.text


def test_the_values_of_a_conflict_differ_and_are_each_cited(answers: Sequence[Answer]) -> None:
    for answer in answers:
        for conflict in answer.conflicts:
            assert len({value.text for value in conflict.values}) == len(conflict.values) >= 2
            assert {value.marker for value in conflict.values} <= {cited.marker for cited in answer.citations}


def test_passages_are_ranked_from_one_at_most_k_and_each_its_documents_own(
    seeds: Assistant, replies: Sequence[Reply]
) -> None:
    for reply in replies:
        assert [hit.rank for hit in reply.passages] == list(range(1, len(reply.passages) + 1))
        assert 1 <= len(reply.passages) <= K
        assert len({hit.passage.id for hit in reply.passages}) == len(reply.passages)
        for hit in reply.passages:
            passage = hit.passage
            assert line(seeds, passage.document, passage.start, passage.end) == passage.text
            assert len(passage.text) <= 900


def test_confidence_is_a_probability_and_not_one_for_all_questions(replies: Sequence[Reply]) -> None:
    assert all(0 <= reply.confidence <= 1 for reply in replies)
    assert len({round(reply.confidence, 3) for reply in replies}) > 5


def test_an_abstention_gives_a_korean_reason_of_one_line(replies: Sequence[Reply]) -> None:
    for reply in replies:
        if isinstance(reply, Abstention):
            assert re.search(r"[가-힣]", reply.reason)
            assert "\n" not in reply.reason


def test_an_answer_is_as_of_its_latest_source(answers: Sequence[Answer]) -> None:
    for answer in answers:
        assert answer.as_of == max(cited.published for cited in answer.citations)


def test_a_reply_repeats_the_question_and_shows_how_it_was_taken(replies: Sequence[Reply]) -> None:
    for gold, reply in zip(STRIDE, replies, strict=True):
        assert reply.question == gold.question
        assert reply.effective_question
        if "올해" in gold.question:
            assert f"올해({(gold.today or TODAY).year}년)" in reply.effective_question


def test_the_same_question_has_the_same_reply_from_any_thread(seeds: Assistant, replies: Sequence[Reply]) -> None:
    some = list(zip(STRIDE, replies, strict=True))[::5]
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda pair: seeds.ask(asked(pair[0])), some))
    assert again == [reply for _, reply in some]


@pytest.mark.parametrize("k", [1, 50])
def test_k_bounds_the_passages_and_nothing_else(seeds: Assistant, replies: Sequence[Reply], k: int) -> None:
    for gold, reply in list(zip(STRIDE, replies, strict=True))[::8]:
        other = seeds.ask(asked(gold, k))
        assert len(other.passages) <= k
        shorter = min(k, K)
        if k < K:
            assert other.passages == reply.passages[:shorter]
        assert replace(other, passages=()) == replace(reply, passages=())


@pytest.mark.parametrize(
    "question",
    [
        "떡볶이를 맛있게 만드는 법을 알려 줘",
        "오늘 저녁에 비가 오나요?",
        "조선 시대 임금의 이름을 순서대로 알려 주세요",
        "고양이 예방 접종은 언제 하나요?",
        "피아노 조율 비용은 얼마인가요?",
        "Who won the chess championship last night?",
        "How do I train my dog?",
        "What is the capital of France?",
        "ラーメンの作り方を教えてください",
        "怎么做红烧肉",
        "쿼크 xylophone",
        "안녕하세요",
    ],
)
def test_what_the_documents_do_not_speak_of_is_not_answered(seeds: Assistant, office: Assistant, question: str) -> None:
    for assistant in (seeds, office):
        assert isinstance(assistant.ask(Question(question, today=TODAY)), Abstention)


STRANGE = {
    "empty": "",
    "space": " \t\n ",
    "punctuation": "?!.,;:-–—…·「」()[]{}<>",
    "emoji": "😀🏗️👩‍👩‍👧‍👦",
    "emoji in a question": "등대는 언제 😀 열어요?",
    "control characters": "\x00\x07\x1b[31m등대\x7f\u200b\u202e",
    "one letter 1,000 times": "가" * 1000,
    "one jamo 1,000 times": "ㅋ" * 1000,
    "one digit 1,000 times": "9" * 1000,
    "one bracket 1,000 times": "(" * 1000,
    "one word 250 times": "등대 " * 250,
    "SQL": "'; DROP TABLE documents; --",
    "HTML": "<script>alert('등대')</script><img src=x onerror=alert(1)>",
    "a pattern": "(.*)+$^[a-z]{9,}\\d\\1(?P<a>",
    "a format": "%s %d {0} {question} ${PATH}",
    "a path": "../../../../etc/passwd",
    "a lone surrogate": "등대 \ud800 언제",
    "unassigned and private": "\U000e0001\ue000\uffff",
    "right to left": "متى تفتح المنارة؟",
    "Hanja": "燈臺 開放 日時",
    "full width": "２０２５年　灯台　ＡＩ",
    "old Hangul": "ᄒᆞᆫ글 등대",
    "a marker": "등대 [1] [99] #2025년 =제29조",
}


@pytest.mark.parametrize("question", STRANGE.values(), ids=STRANGE.keys())
def test_nothing_that_can_be_typed_fails(office: Assistant, question: str) -> None:
    reply = office.ask(Question(question, today=TODAY))
    assert reply.question == question
    assert 0 <= reply.confidence <= 1
    if isinstance(reply, Answer):
        markers = {int(marker) for marker in re.findall(r"\[(\d+)\]", reply.text)}
        assert markers == {citation.marker for citation in reply.citations}


@pytest.mark.parametrize("name", ["empty", "space", "punctuation", "emoji", "one bracket 1,000 times"])
def test_a_question_without_a_word_is_not_answered(office: Assistant, name: str) -> None:
    assert isinstance(office.ask(Question(STRANGE[name], today=TODAY)), Abstention)


@pytest.mark.parametrize("question", ["등대 계단을 왜 고쳤나요?", "빈집 수리 사업의 2025년 예산은 얼마인가요?"])
def test_decomposed_letters_are_answered_like_composed_ones(office: Assistant, question: str) -> None:
    composed = office.ask(Question(question, today=TODAY))
    decomposed = office.ask(Question(unicodedata.normalize("NFD", question), today=TODAY))
    assert isinstance(composed, Answer)
    assert isinstance(decomposed, Answer)
    assert (decomposed.text, decomposed.citations) == (composed.text, composed.citations)


# --- years and conversations


def test_this_year_is_the_year_of_today(office: Assistant) -> None:
    reply = office.ask(Question("올해 빈집 수리 사업의 예산은 얼마인가요?", today=TODAY))
    assert reply.effective_question == "올해(2025년) 빈집 수리 사업의 예산은 얼마인가요?"
    assert isinstance(reply, Answer)
    assert "85억원" in reply.text


def test_another_years_figure_is_no_answer(office: Assistant) -> None:
    reply = office.ask(Question("올해 해온 바다축제는 언제 여나요?", today=date(2031, 1, 1)))
    assert isinstance(reply, Abstention)


def test_a_follow_up_is_understood_from_what_was_asked_before(office: Assistant) -> None:
    history = (Turn("user", "빈집 수리 과제 수는 몇 개인가요?"), Turn("assistant", "빈집 수리: 과제 수 12개 [1]"))
    reply = office.ask(Question("그럼 2025년 예산은?", today=TODAY, history=history))
    assert "빈집 수리" in reply.effective_question
    assert isinstance(reply, Answer)
    assert "85억원" in reply.text
    alone = office.ask(Question("그럼 2025년 예산은?", today=TODAY))
    assert alone.effective_question == "그럼 2025년 예산은?"


def test_an_empty_index_abstains_from_everything(built_in: Encoder, tmp_path: Path) -> None:
    index_documents([Document("빈.txt", "", (), Metadata())], tmp_path, built_in)
    reply = Assistant(open_index(tmp_path, built_in)).ask(Question("등대는 언제 여나요?", today=TODAY))
    assert isinstance(reply, Abstention)
    assert reply.passages == ()
    assert reply.confidence == 0
