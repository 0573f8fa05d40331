"""Whether to answer at all: the probability that the draft is right, and the words of a refusal."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.question import Analysis
from assistant.reader import Draft
from index.search import Index
from index.types import Hit

# The least log-odds, by assistant/ranking.py, that some unit answers at which an answer is given.
THRESHOLD = -0.2
# From those log-odds to the probability that the answer is right (Platt scaling); both by tests/bench/fit.py.
SLOPE, OFFSET = 0.74, -0.75


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to answer, and the probability that the answer is right."""

    answers: bool
    confidence: float


def judge(draft: Draft | None) -> Verdict:
    """Whether what speaks for the draft is enough; nothing speaks for none."""
    if draft is None:
        return Verdict(False, 0.0)
    return Verdict(draft.odds >= THRESHOLD, _logistic(OFFSET + SLOPE * draft.odds))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def reason(analysis: Analysis, draft: Draft | None, hits: Sequence[Hit], index: Index) -> str:
    """Why nothing is answered: what was looked for, the nearest document, and the office to ask."""
    subject = _shortened(analysis.text.rstrip("?？. "))
    if not hits or draft is None:
        return f"색인된 문서에서 ‘{subject}’의 답이 될 내용을 찾지 못했습니다."
    nearest = index.document(hits[0].passage.document)
    title = nearest.metadata.title if nearest else hits[0].passage.document
    told = f"색인된 문서에는 ‘{subject}’의 답이 없습니다. 가장 가까운 문서는 「{title}」입니다."
    contact = index.contact(hits[0].passage.document)
    return f"{told} 담당 부서에 문의해 주십시오: {contact}" if contact else told


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
