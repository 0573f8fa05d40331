"""Whether to answer at all: the probability that the draft is right, and the words of a refusal."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import values
from assistant.evidence import Candidate, is_form
from assistant.question import GENERIC, Analysis
from assistant.reader import Draft, wants_name
from index.search import Index
from index.types import Hit

_DONE = re.compile(
    r"현재|지금|실제|(?:됐|되었|나왔|올랐|내렸|열렸|끝났|받았|늘었|줄었)(?!다던|다고|다며)|(?:선정|확정|임명|배정|지급|완료)된"
)
_MOST = re.compile(
    r"가장|제일|최대|최소|최고|최초|최저|최다|처음|first|most|largest|biggest|highest|最も|最大|最多|最高|第一|一番|\b1위"
)
_PLANNED = re.compile(r"계획|예정|목표|방침|심의중|할 것|될 것|추진")
# A logistic regression over `features`, of whether the documents hold the answer; fitted on the tune half of
# seeds/gold.jsonl by tests/bench/fit.py. Below THRESHOLD nothing is answered.
THRESHOLD = 0.54
# A unit that shares less than this with the question answers nothing, whatever it is called (조선 시대, 조선 산업).
FAINT = 0.12
INTERCEPT = 0.739
# What no answer survives: not fitted.
VETOES = {"half of it unheard of": -6.0, "another year": -6.0, "figure missing": -6.0, "list missing": -6.0}
WEIGHTS: dict[str, float] = {
    "coverage": 0.476,
    "phrase": -0.950,
    "wording": -0.073,
    "similarity": -0.409,
    "foreign": -0.671,
    "foreign similarity": 0.222,
    "foreign coverage": 0.023,
    "hardly about it": -2.443,
    "score": 1.478,
    "lead": 0.229,
    "relevance": 0.720,
    "named": 0.793,
    "row or contact not named": -0.297,
    "row of another": -1.580,
    "holes in names": -2.110,
    "number missing": -1.967,
    "focus missing": 0.288,
    "focus missing in like wording": -1.529,
    "done but only planned": -1.350,
    "definition missing": -1.551,
    "reason missing": 0.866,
    "name missing": -2.386,
    "name of another kind": -2.476,
    "focus of a value missing": -0.862,
    "superlative missing": -0.541,
}
# From that regression's value to the probability that the answer is right (Platt scaling), on the same half.
SLOPE, OFFSET = 0.818, -0.702


def features(analysis: Analysis, draft: Draft) -> dict[str, float]:
    """What speaks for and against a draft, each about 0..1."""
    best = draft.quotes[0].candidate
    total = sum(best.weights.values()) or 1.0
    korean = 1.0 if analysis.korean else 0.0
    missing = 0.0 if draft.has_value else 1.0
    unnamed = missing == 1.0 or analysis.kind == "text"
    gap = max((1 - best.matched[term] for term in analysis.focus if term in best.matched), default=0.0)
    years = [1 - value for term, value in best.matched.items() if term[0] == "#" and term.endswith("년")]
    numbers = [value for term, value in best.matched.items() if term[0].isdecimal() or re.match(r"=제?\d", term)]
    names = [best.weights[term] * (1 - value) for term, value in best.matched.items() if term in analysis.names]
    unnamed_row = best.unit.kind == "row" and not is_form(best.unit) and best.named == 0
    unnamed_contact = best.unit.kind == "contact" and best.named < 0.5
    nouns = [term for term in best.matched if term not in analysis.predicates and term not in GENERIC]
    strange = [term for term in nouns if term[0] not in "#=" and best.matched[term] < 0.1]
    hole = max((best.weights[term] for term in nouns if best.matched[term] < 0.5), default=0.0)
    planned = _DONE.search(analysis.text) and _PLANNED.search(best.text)
    return {
        "coverage": korean * best.coverage,
        "phrase": korean * best.phrase,
        "wording": korean * best.wording,
        "similarity": korean * best.similarity,
        "foreign": 1 - korean,
        "foreign similarity": (1 - korean) * best.similarity,
        "foreign coverage": (1 - korean) * best.coverage,
        "hardly about it": max(0.0, 1 - _about(analysis, best) / 0.4),
        "half of it unheard of": 1.0 if nouns and 2 * len(strange) >= len(nouns) else 0.0,
        "score": draft.score / 5,
        "lead": draft.lead,
        "relevance": best.relevance,
        "named": min(best.named, 1.0),
        "row or contact not named": 1.0 if unnamed_row or unnamed_contact else 0.0,
        "row of another": hole / max(best.weights.values()) if unnamed_row or is_form(best.unit) else 0.0,
        "holes in names": sum(names) / total,
        "another year": max(years, default=0.0),
        "number missing": max((1 - value for value in numbers), default=0.0),
        "focus missing": korean * gap,
        "focus missing in like wording": korean * gap * best.phrase,
        "done but only planned": 1.0 if planned else 0.0,
        "definition missing": missing if analysis.kind == "definition" else 0.0,
        "reason missing": missing if analysis.kind == "reason" else 0.0,
        "list missing": missing if analysis.kind == "list" else 0.0,
        "figure missing": missing if analysis.kind in values.FIGURES else 0.0,
        "name missing": 1.0 if wants_name(analysis) and not draft.has_name and unnamed else 0.0,
        "name of another kind": missing if analysis.kind in values.NAMES and draft.has_name else 0.0,
        "focus of a value missing": korean * gap if values.wants_value(analysis.kind) else 0.0,
        "superlative missing": 1.0 if _MOST.search(analysis.text) and not _MOST.search(best.text) else 0.0,
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to answer, and the probability that the answer is right."""

    answers: bool
    confidence: float


def judge(analysis: Analysis, draft: Draft | None) -> Verdict:
    """What speaks for the draft, weighed; nothing speaks for none."""
    if draft is None:
        return Verdict(False, 0.0)
    measured = features(analysis, draft)
    weights = WEIGHTS | VETOES
    logit = INTERCEPT + sum(weights.get(name, 0.0) * value for name, value in measured.items())
    best = draft.quotes[0].candidate
    speaks = _about(analysis, best) >= FAINT
    return Verdict(speaks and _logistic(logit) >= THRESHOLD, _logistic(OFFSET + SLOPE * logit))


def _about(analysis: Analysis, best: Candidate) -> float:
    """How much of what the question names the unit speaks of, whatever it says is done with it."""
    if not analysis.korean:
        return max(best.coverage, best.similarity)
    nouns = {term: best.weights[term] for term in best.matched if term not in analysis.predicates}
    return sum(weight * best.matched[term] for term, weight in nouns.items()) / (sum(nouns.values()) or 1.0)


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
