"""How well each sentence and row of the found passages speaks to a question."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.question import Analysis
from index.normalise import squeeze
from index.search import Index
from index.types import Hit, Passage, Unit

# How much a term counts that stands not in the unit but in what it is read under.
IN_CONTEXT = 0.8
IN_PASSAGE = 0.45


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with what speaks for it: `matched` maps each question term to 0..1, `coverage` is their weighted mean.

    `similarity` is the cosine of question and unit, `relevance` the passage's fused score relative to the best.
    """

    hit: Hit
    unit: Unit
    text: str
    matched: dict[str, float]
    coverage: float
    similarity: float
    relevance: float

    @property
    def passage(self) -> Passage:
        return self.hit.passage


def candidates(analysis: Analysis, hits: Sequence[Hit], index: Index) -> list[Candidate]:
    """Every unit of the hits' passages, in their order, measured against the question."""
    weights = term_weights(analysis, index)
    result: list[Candidate] = []
    best, worst = (hits[0].score, min(hit.score for hit in hits)) if hits else (0.0, 0.0)
    for hit in hits:
        passage = hit.passage
        whole = _haystack(passage.text, index)
        above = ""
        for position, unit in enumerate(passage.units):
            text = passage.text[unit.start - passage.start : unit.end - passage.start]
            own = _haystack(" ".join([text, *(cell.label + cell.text for cell in unit.cells)]), index)
            context = _haystack(" ".join([*unit.path, unit.context, above]), index)
            matched = {
                term: _match(term, own, unit.terms, context, whole, passage.context_terms) for term in weights
            }
            coverage = sum(weights[term] * value for term, value in matched.items()) / (sum(weights.values()) or 1.0)
            relevance = (hit.score - worst) / (best - worst) if best > worst else 1.0
            similarity = hit.similarities[position] if hit.similarities else 0.0
            result.append(Candidate(hit, unit, text, matched, coverage, similarity, relevance))
            above = text if unit.kind not in ("row", "header", "contact") else above
    return result


def term_weights(analysis: Analysis, index: Index) -> dict[str, float]:
    """Each question term with how much it tells: its rarity among the passages."""
    return {term: index.rarity(term) for term in analysis.terms if len(term) > 1 or not "가" <= term <= "힣"}


def _haystack(text: str, index: Index) -> str:
    """The squeezed text with the other name of every alias that stands in it."""
    squeezed = squeeze(text)
    return squeezed + "".join(f" {other}" for other in index.other_names(squeezed))


def _match(
    term: str, own: str, own_terms: Sequence[str], context: str, whole: str, context_terms: Sequence[str]
) -> float:
    if term[0] in "#=":
        return 1.0 if term in own_terms else IN_CONTEXT if term in context_terms else 0.0
    if term in own or term in own_terms:
        return 1.0
    if term in context:
        return IN_CONTEXT
    return IN_PASSAGE if term in whole or term in context_terms else 0.0
