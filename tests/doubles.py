"""Legible stand-ins: two invented documents, and an assistant that knows three questions about them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.cite import attribution
from assistant.types import Abstention, Answer, Citation, Conflict, ConflictValue, Question, Reply, Value
from index.errors import StoreError
from index.types import Document, Hit, Metadata, Passage

# The signs before the quote take two UTF-16 units each; the markup must stay text.
NOTICE = Document(
    id="공고/빈집 정비.txt",
    text="𝟏. 빈집 정비 지원 😀😀\n\n<script>window.harmed = true</script>"
    "<img src=x onerror='window.harmed = true'>\n"
    "해온시는 빈집을 고치는 집주인에게 최대 1,200만 원을 지원한다.\n"
    "신청은 3월 2일부터 마을회관에서 받는다.\n\n(단위: 만 원)\n구분\t지원 한도\t자부담\n철거\t600\t없음\n"
    "수리\t1,200\t20%\n\n문의: 도시재생과 <b>02-000-0000</b>",
    blocks=(),
    metadata=Metadata("빈집 정비 지원 공고", "해온시", "2025-02-17", "stated", "공고", "", "공공누리 제1유형"),
)
PLAN = Document(
    id="plan.txt",
    text="해온시는 빈집 수리 한도를 900만 원으로 한다.\n" + "이 줄은 길이를 채운다.\n" * 80,
    blocks=(),
    metadata=Metadata("빈집 정비 기본계획", "해온시 도시재생과", "2024-11", "inferred", "계획", "", ""),
)


class FakeIndex:
    """Holds documents; every line with a word of the question is a hit, in reading order."""

    def __init__(self, documents: Sequence[Document] = (NOTICE, PLAN)) -> None:
        self.held = {document.id: document for document in documents}

    def documents(self) -> list[Document]:
        return [self.held[name] for name in sorted(self.held)]

    def document(self, name: str) -> Document | None:
        return self.held.get(name)

    def search(self, question: str, k: int) -> list[Hit]:
        found = []
        for document in self.documents():
            for line in dict.fromkeys(document.text.split("\n")):
                if any(word in line for word in question.split()):
                    start, end = span(document, line)
                    name = f"{document.id}#{start}"
                    found.append(Passage(name, document.id, start, end, line, "", ()))
        return [Hit(passage, 1 / rank, rank) for rank, passage in enumerate(found[:k], 1)]


class FakeAssistant:
    """Answers 지원금 (쉽게: in a model's words), 한도 with a conflict, fails at 고장 and 실수, abstains from all else.

    천천히 makes it wait behind its gate once it has told of the passages.
    """

    def __init__(self) -> None:
        self.index = FakeIndex()
        self.asked: list[Question] = []
        self.gate = threading.Event()
        self.gate.set()

    def ask(
        self,
        question: Question,
        on_passages: Callable[[Sequence[Hit]], None] = lambda hits: None,
        on_turn: Callable[[], None] = lambda: None,
    ) -> Reply:
        on_turn()
        self.asked.append(question)
        if "고장" in question.text:
            raise StoreError("색인을 다시 만들어 주십시오.")
        if "실수" in question.text:
            raise ZeroDivisionError
        passages = tuple(self.index.search(question.text + " 빈집", question.k))
        on_passages(passages)
        if "천천히" in question.text:
            self.gate.wait(20)
        if "지원금" in question.text:
            quote = cite(1, NOTICE, "해온시는 빈집을 고치는 집주인에게 최대 1,200만 원을 지원한다.")
            text = "최대 1,200만 원을 지원합니다. [1]"
            amount = Value("1,200만 원", "money", 1, *span(NOTICE, "1,200만 원"))
            effective = question.text.replace("올해", f"{question.today.year}년")
            answer = Answer(question.text, effective, text, 0.87, (quote,), passages, (amount,), as_of="2025-02-17")
            return replace(answer, reader="generative") if "쉽게" in question.text else answer
        if "한도" in question.text:
            quotes = (
                cite(1, NOTICE, "수리\t1,200\t20%"),
                cite(2, PLAN, "해온시는 빈집 수리 한도를 900만 원으로 한다."),
            )
            values = (ConflictValue("1,200만 원", "공고", 1), ConflictValue("900만 원", "기본계획", 2))
            conflict = Conflict("빈집 수리 지원 한도", "changed", values)
            text = "구분\t한도\n공고 [1]\t1,200만 원\n기본계획 [2]\t900만 원"
            return Answer(question.text, question.text, text, 0.6, quotes, passages, (), (conflict,))
        reason = "문서에 이 질문의 답이 되는 문장이 없습니다."
        return Abstention(question.text, question.text, reason, 0.1, passages)


def span(document: Document, words: str) -> tuple[int, int]:
    start = document.text.index(words)
    return start, start + len(words)


def cite(marker: int, document: Document, quote: str) -> Citation:
    known = document.metadata
    start, end = span(document, quote)
    return Citation(
        marker, document.id, known.title, known.publisher, known.published, known.licence, attribution(known),
        start, end, quote,
    )  # fmt: skip
