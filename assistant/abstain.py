"""Whether to answer at all: the probability that the draft is right, and the words of a refusal."""

from assistant.question import Analysis
from assistant.reader import Draft
from index.search import Index


def confidence_of(analysis: Analysis, draft: Draft | None) -> float:
    return 0.0 if draft is None else min(max(draft.quotes[0].candidate.coverage, 0.0), 1.0)


def reason(analysis: Analysis, draft: Draft | None, index: Index) -> str:
    return "문서에서 답을 찾지 못했습니다."
