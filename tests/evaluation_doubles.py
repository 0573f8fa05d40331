"""Replies, documents and an assistant small enough to grade by eye."""

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.types import Abstention, Answer, Citation, Question, Reply
from index.types import Document, EncoderIdentity, Hit, Metadata, Passage, Vectors

TEXT = "위원회는 12명으로 한다. 회의는 매월 연다."  # two sentences: 0-14 and 15-25


def document(text: str = TEXT, id: str = "가.txt") -> Document:
    return Document(id, text, (), Metadata())


def hit(start: int, end: int, rank: int, text: str = TEXT, document: str = "가.txt", score: float = 1.0) -> Hit:
    passage = Passage(f"{document}:{start}", document, start, end, text[start:end], "", ())
    return Hit(passage, score, rank)


def citation(start: int, end: int, text: str = TEXT, document: str = "가.txt", marker: int = 1) -> Citation:
    return Citation(marker, document, "", "", "", "", "", start, end, text[start:end])


def answer(
    text: str,
    citations: tuple[Citation, ...] = (citation(0, 14),),
    passages: tuple[Hit, ...] = (),
    confidence: float = 0.8,
) -> Answer:
    return Answer("", "", text, confidence, citations, passages)


def abstention(passages: tuple[Hit, ...] = (), confidence: float = 0.1) -> Abstention:
    return Abstention("", "", "문서에 없습니다.", confidence, passages)


class FakeIndex:
    """Knows one document."""

    def document(self, id: str) -> Document | None:
        return document() if id == "가.txt" else None


class FakeAssistant:
    """Replies as it was told to each question, and remembers what it was asked."""

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        self.index = FakeIndex()
        self.asked: list[Question] = []
        self._replies = replies

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return self._replies[question.text]


class FakeEncoder:
    """One dimension a fruit: a text's vector says which of them it names."""

    FRUIT = ("사과", "포도", "감")
    identity = EncoderIdentity("fruit", len(FRUIT), "1")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), len(self.FRUIT)), np.float32)
        for row, text in enumerate(texts):
            named = [place for place, fruit in enumerate(self.FRUIT) if fruit in text]
            vectors[row, named] = 1 / max(1, len(named)) ** 0.5
        return vectors

    encode_passages = encode_queries
