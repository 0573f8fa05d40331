"""Misspelt questions meet the documents' own spellings, and nothing else is touched."""

import pytest

from index.spelling import respelt

VOCABULARY = {"반도체", "얼라이언스", "산업", "ai", "=r&d", "들어가", "기업", "과제", "예산", "md"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("반도채 예산", "반도체 예산"),
        ("과제에 드러간 기업", "과제에 들어간 기업"),
        ("에이아이 예산", "AI 예산"),
        ("엠디 예산", "MD 예산"),
        ("알앤디 예산", "R&D 예산"),
    ],
)
def test_a_misspelt_word_becomes_the_documents_word(typed: str, meant: str) -> None:
    assert respelt(typed, VOCABULARY) == meant


@pytest.mark.parametrize(
    "question",
    [
        "반도체 산업의 과제 예산",  # known words
        "섬유 산업의 예산",  # a word that the documents do not have is not a slip
        "기정희 팀장의 예산",  # nor is a name
        "Who leads the AI 과제?",
    ],
)
def test_a_question_without_slips_stays_as_it_is(question: str) -> None:
    assert respelt(question, VOCABULARY) == question
