"""Whether to answer at all: the probability that the draft is right, and the words of a refusal."""

import math
import re

from assistant import values
from assistant.evidence import is_form
from assistant.question import Analysis
from assistant.reader import Draft
from index.search import Index

_DONE = re.compile(r"현재|지금|실제|(?:됐|되었|나왔|올랐|내렸|열렸|끝났|받았|늘었|줄었)(?!다던|다고|다며)|(?:선정|확정|임명|배정|지급|완료)된")
_PLANNED = re.compile(r"계획|예정|목표|방침|심의중|할 것|될 것|추진")
# Below this probability nothing is answered; chosen on the tune half of seeds/gold.jsonl.
THRESHOLD = 0.5

# A logistic regression over `features`, fitted on the tune half by tests/bench/fit_confidence.py.
INTERCEPT = -3.746
WEIGHTS: dict[str, float] = {
    "coverage": 1.266,
    "phrase": 0.069,
    "similarity": -0.081,
    "wording": 0.486,
    "score": 2.887,
    "lead": 0.892,
    "relevance": 1.216,
    "named": 0.972,
    "row or contact not named": -0.778,
    "largest hole": 0.192,
    "hole in like wording": 3.021,
    "holes in names": -2.701,
    "another year": -1.897,
    "focus missing": -0.226,
    "focus missing in like wording": -0.302,
    "number missing": -2.127,
    "done but only planned": -1.418,
    "definition missing": -1.312,
    "reason missing": -0.107,
    "list missing": -1.208,
    "value missing": -3.131,
    "value found": -0.202,
    "foreign": 0.142,
    "foreign similarity": 1.097,
    "foreign coverage": 1.455,
}


def features(analysis: Analysis, draft: Draft) -> dict[str, float]:
    """What speaks for and against a draft, each about 0..1."""
    best = draft.quotes[0].candidate
    total = sum(best.weights.values()) or 1.0
    holes = {term: best.weights[term] * (1 - value) / total for term, value in best.matched.items()}
    years = [1 - value for term, value in best.matched.items() if term[0] == "#" and term.endswith("년")]
    focus = [1 - best.matched[term] for term in analysis.focus if term in best.matched]
    numbers = [value for term, value in best.matched.items() if term[0].isdecimal() or re.match(r"=제?\d", term)]
    wants = values.wants_value(analysis.kind)
    hole = max(holes.values(), default=1.0)
    gap = max(focus, default=0.0)
    korean = 1.0 if analysis.korean else 0.0
    unnamed_row = best.unit.kind == "row" and not is_form(best.unit) and best.named == 0
    unnamed_contact = best.unit.kind == "contact" and best.named < 0.5
    return {
        "coverage": korean * best.coverage,
        "phrase": korean * best.phrase,
        "similarity": korean * best.similarity,
        "wording": korean * best.wording,
        "score": draft.score / 5,
        "lead": draft.lead,
        "relevance": best.relevance,
        "named": min(best.named, 1.0),
        "row or contact not named": 1.0 if unnamed_row or unnamed_contact else 0.0,
        "largest hole": korean * hole,
        "hole in like wording": korean * hole * best.phrase,
        "holes in names": sum(hole for term, hole in holes.items() if term in analysis.names),
        "another year": max(years, default=0.0),
        "focus missing": korean * gap,
        "focus missing in like wording": korean * gap * best.phrase,
        "number missing": 1.0 if any(value < 0.8 for value in numbers) else 0.0,
        "done but only planned": 1.0 if _DONE.search(analysis.text) and _PLANNED.search(best.text) else 0.0,
        "definition missing": 1.0 if analysis.kind == "definition" and not draft.has_value else 0.0,
        "reason missing": 1.0 if analysis.kind == "reason" and not draft.has_value else 0.0,
        "list missing": 1.0 if analysis.kind == "list" and not draft.has_value else 0.0,
        "value missing": 1.0 if wants and not draft.has_value else 0.0,
        "value found": 1.0 if wants and draft.has_value else 0.0,
        "foreign": 1 - korean,
        "foreign similarity": (1 - korean) * best.similarity,
        "foreign coverage": (1 - korean) * best.coverage,
    }


def confidence_of(analysis: Analysis, draft: Draft | None) -> float:
    """The probability that the draft is right, 0..1; 0 without a draft."""
    if draft is None:
        return 0.0
    measured = features(analysis, draft)
    return 1 / (1 + math.exp(-INTERCEPT - sum(weight * measured[name] for name, weight in WEIGHTS.items())))


def reason(analysis: Analysis, draft: Draft | None, index: Index) -> str:
    return "문서에서 답을 찾지 못했습니다."
