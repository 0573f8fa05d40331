"""Invented documents of Haeon, a town that is nowhere, in the forms offices write; asked about through the real pipeline."""

from collections.abc import Mapping
from pathlib import Path

from assistant.evidence import Candidate, Evidence
from assistant.pipeline import Assistant
from assistant.question import Analysis, analyse
from index.build import index_documents
from index.search import Index, open_index
from index.structure import plain_document
from index.types import Document, Encoder, Metadata

# As a press release is set: marks, a footnote, contacts, and a sentence far too long for an answer of one breath.
RELEASE = """해온시, 나루곶 등대를 시민에게 연다

□ 해온시(시장 문가람)는 나루곶 등대를 5월 26일부터 시민에게 개방한다고 밝혔다.

□ 등대 계단을 고친 것은 사람이 다칠 수 있기 때문이다.

□ 해온시는 등대 둘레길을 넓히고 어두운 길에 등불을 새로 달았으며, 비가 올 때 머무를 쉼터를 지었고, 휠체어가 오를 수 있는 \
경사로를 놓았으며, 전망대에 망원경 40대를 설치했고, 바다 안개를 알리는 오래된 나팔을 손보아 다시 울리게 했으며, 갈매기 둥지를 \
지키는 나무 울타리를 세웠고, 아이들이 앉아 그림을 그릴 수 있는 널찍한 마루를 깔았으며, 낮은 돌담을 따라 해당화와 갯국화를 \
심어 봄부터 가을까지 꽃이 이어지게 했다.

 * 등대지킴이: 찾아온 사람에게 등대의 쓰임을 들려주는 시민

담당 부서\t해양관광과\t책임자\t과장\t서다온 (055-900-1001)
\t\t담당자\t주무관\t윤보미 (055-900-1002)
"""
BUDGET = """해온시 마을 사업 예산

사업\t과제 수\t총 예산(억원)\t'25년 예산(억원)
빈집 수리\t12\t340\t85
바닷길 청소\t7\t95\t21
옛길 잇기\t3\t1,260\t410
합계\t22\t1,695\t516
"""
LEARNING = """마을배움 안내

마을배움이란 주민이 서로 선생이 되어 살림의 솜씨를 가르치는 모임을 말한다.

마을배움의 세 가지 약속은 다음과 같다.

❶ 배우는 값을 받지 않는다
❷ 누구나 가르칠 수 있다
❸ 한 달에 한 번은 밖에서 만난다
"""
NOTICE = "바다축제 공고\n\n해온 바다축제는 2025년 9월 13일에 갈매기 광장에서 연다."
NEWS = "바다축제 소식\n\n해온 바다축제는 2025년 10월 4일에 갈매기 광장에서 연다."
METADATA = {
    "등대.txt": Metadata("나루곶 등대 개방", "해온시", "2025-05-20", "stated", "보도자료", "", "공공누리 제1유형"),
    "예산.txt": Metadata("마을 사업 예산", "해온시", "2025", "inferred"),
    "배움.txt": Metadata("마을배움 안내", "해온시 배움과"),
    "공고.txt": Metadata("바다축제 공고", "해온시", "2025-03-02", "stated", "공고"),
    "소식.txt": Metadata("바다축제 소식", "해온신문", "2025-07-11", "stated", "기사"),
}
TEXTS = dict(zip(METADATA, (RELEASE, BUDGET, LEARNING, NOTICE, NEWS), strict=True))


def opened(texts: Mapping[str, str], folder: Path, encoder: Encoder) -> Index:
    """A throw-away index of the texts by document id, with what METADATA knows of them."""
    documents: list[Document] = [
        plain_document(name, text, METADATA.get(name, Metadata(name))) for name, text in texts.items()
    ]
    index_documents(documents, folder, encoder)
    return open_index(folder, encoder)


def measured(index: Index, question: str) -> tuple[Analysis, list[Candidate]]:
    """The question understood and every unit of the passages found for it, as the pipeline measures them."""
    analysis = analyse(question, index.other_names)
    return analysis, Evidence(index).candidates(analysis, index.search(question, 12))


def unit(found: list[Candidate], words: str) -> Candidate:
    """The one sentence or row with these words."""
    (only,) = [candidate for candidate in found if words in candidate.text]
    return only


def line(assistant: Assistant, document: str, start: int, end: int) -> str:
    """What stands in a document from `start` to `end`."""
    found = assistant.index.document(document)
    assert found is not None
    return found.text[start:end]
