"""The second look: a small network ranks the best units anew and says how likely it is that one of them answers."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import values
from assistant.evidence import Candidate, is_form
from assistant.question import GENERIC, WH, Analysis
from assistant.reader import STATES, Ranked, has_value, marks, names_in, wants_name
from assistant.rows import asked_cells
from index.normalise import squeeze
from index.quantities import quantities
from index.search import Index

Network = dict[str, NDArray[Any]]  # the features' names, mean and spread, and the weights of the layers
LOOKED_AT = 16  # units
CLIPPED = 4.0  # standard deviations
STEP = 0.3  # of a score, for one of a logit
KINDS = (
    "phone",
    "person",
    "organisation",
    "place",
    "date",
    "amount",
    "ratio",
    "count",
    "definition",
    "reason",
    "list",
    "text",
)
UNITS = ("row", "contact", "heading", "item", "paragraph", "note")
# Shares of the question's weight that the unit says: itself, by what it is read under, by words alike, by its passage.
_LEVELS = (("said", 0.99, 9.0), ("under", 0.75, 0.99), ("alike", 0.5, 0.75), ("beside", 0.3, 0.5), ("faint", 0.1, 0.3))
_CLASSES = ("name", "number", "predicate", "noun")
_CLAUSE = re.compile(r"(?<=[,;])\s+|(?<=[며고])\s+|(?<=[.!?])\s+|(?<=으로)\s|(?<=는데)\s")
_DONE = re.compile(
    r"현재|지금|실제|(?:됐|되었|나왔|올랐|내렸|열렸|끝났|받았|늘었|줄었)(?!다던|다고|다며)|(?:선정|확정|임명|배정|지급|완료)된"
)
_PLANNED = re.compile(r"계획|예정|목표|방침|심의중|할 것|될 것|추진")
_ROLE = re.compile(r"담당자|책임자|실무자|[가-힣]?[과국실팀]장|사무관|주무관|서기관")
_MOST = re.compile(
    r"가장|제일|최대|최소|최고|최초|최저|최다|처음|first|most|largest|biggest|highest|最も|最大|最多|最高|第一|一番|\b1위"
)


class Ranking:
    """Ranks the best units of a question by the network that is shipped with the package (see tests/bench/fit.py)."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def __call__(self, analysis: Analysis, scored: Ranked) -> tuple[Ranked, float]:
        """The units anew, best first, and the log-odds that one of the best answers."""
        top = best_units(scored)
        logits = judged(features(analysis, top, self._index))
        return dealt_anew(scored, top, logits.tolist()), float(np.logaddexp.reduce(logits))


def best_units(scored: Ranked) -> Ranked:
    """The first units of each wording, LOOKED_AT of them at most."""
    first: dict[str, tuple[float, Candidate]] = {}
    for score, candidate in scored:
        first.setdefault(candidate.text, (score, candidate))
        if len(first) == LOOKED_AT:
            break
    return list(first.values())


def dealt_anew(scored: Ranked, top: Ranked, logits: Sequence[float]) -> Ranked:
    """All units by the logits of those of their wording, best first; what was not looked at comes behind.

    The best score stays what it was, each other one lies below it by how much less its logit is.
    """
    best = max(logits)
    places = {candidate.text: STEP * (logit - best) for (_, candidate), logit in zip(top, logits, strict=True)}
    first, last = scored[0][0], min(places.values())
    anew = [
        (first + places[each.text] if each.text in places else min(score, first + last), each) for score, each in scored
    ]
    return sorted(anew, key=lambda pair: -pair[0])


def judged(rows: Sequence[Mapping[str, float]], network: Network | None = None) -> NDArray[np.float64]:
    """How much speaks for each unit against none, by its features: as logits. `network` is the shipped one by default."""
    net = network or _shipped()
    values = np.array([[row[name] for name in net["names"]] for row in rows], np.float32)
    hidden = np.maximum(inputs(values, net["mean"], net["spread"]) @ net["inner"] + net["inner_bias"], 0)
    return np.asarray(hidden @ net["outer"] - net["none"], np.float64)


def inputs(values: NDArray[Any], mean: NDArray[Any], spread: NDArray[Any]) -> NDArray[Any]:
    """The features in standard deviations, shape (units, features), then how far from the units' best and their mean."""
    scaled = np.clip((values - mean) / spread, -CLIPPED, CLIPPED)
    return np.concatenate([scaled, scaled - scaled.max(0), scaled - scaled.mean(0)], axis=1)


@cache
def _shipped() -> Network:
    with (files("assistant") / "ranking.npz").open("rb") as file, np.load(file) as arrays:
        weights = {name: arrays[name].astype(np.float32) for name in arrays.files if name != "names"}
        return {"names": arrays["names"].astype(object), **weights}


def features(analysis: Analysis, scored: Sequence[tuple[float, Candidate]], index: Index) -> list[dict[str, float]]:
    """What is known of each of the units, best first: each about 0..1, or a count."""
    elsewhere: dict[str, float] = {}
    for _, candidate in scored:
        for term, value in candidate.matched.items():
            elsewhere[term] = max(elsewhere.get(term, 0.0), value)
    question = _of_question(analysis, scored[0][1], elsewhere)
    similarities = [each.similarity for _, each in scored]
    rows = []
    for score, candidate in scored:
        row = question | _of_unit(analysis, candidate, elsewhere, index)
        row["score"] = score
        row["similarity rank"] = sum(other > candidate.similarity for other in similarities)
        row["passage rank"] = candidate.hit.rank
        rows.append(row)
    return rows


def _class(term: str, analysis: Analysis) -> str:
    if term[0] == "#":
        return "number"
    if term in analysis.names:
        return "name"
    return "predicate" if term in analysis.predicates else "noun"


def _of_question(analysis: Analysis, any_of: Candidate, elsewhere: dict[str, float]) -> dict[str, float]:
    """What is the same for all units."""
    total = sum(any_of.weights.values()) or 1.0
    row = {f"kind {kind}": float(analysis.kind == kind) for kind in KINDS}
    for name in _CLASSES:
        of_class = [term for term in any_of.matched if _class(term, analysis) == name]
        row[f"weight of {name}s"] = sum(any_of.weights[term] for term in of_class) / total
    return row | {
        "terms": len(any_of.matched),
        "length": len(analysis.phrase),
        "Korean": float(analysis.korean),
        "joined": float(analysis.joined),
        "wants a value": float(values.wants_value(analysis.kind)),
        "wants a name": float(wants_name(analysis)),
        "asks whether": float(WH.search(analysis.text) is None),
        "nowhere": sum(any_of.weights[term] * (1 - value) for term, value in elsewhere.items()) / total,
        "unheard of": sum(value < 0.1 for value in elsewhere.values()),
    }


def _of_unit(analysis: Analysis, candidate: Candidate, elsewhere: dict[str, float], index: Index) -> dict[str, float]:
    unit, text, matched = candidate.unit, candidate.text, candidate.matched
    total = sum(candidate.weights.values()) or 1.0
    weights = {term: candidate.weights[term] / total for term in matched}
    found = quantities(text)
    lowered = text.lower()
    places = {term: candidate.places(term.lstrip("="), lowered, found) for term in weights}
    row = {f"marks {name}": value for name, value in marks(analysis, candidate).items()}
    for name, least, most in _LEVELS:
        row[name] = sum(weights[term] for term, value in matched.items() if least <= value < most)
    for name in _CLASSES:
        of_class = [term for term in matched if _class(term, analysis) == name]
        row[f"missing {name}s"] = sum(weights[term] * (1 - matched[term]) for term in of_class)
        row[f"worst {name}"] = max((1 - matched[term] for term in of_class), default=0.0)
        row[f"{name}s not its own"] = sum(weights[term] for term in of_class if not places[term])
    row["worst compound"] = max((1 - matched[term] for term in analysis.compounds if term in matched), default=0.0)
    row["hole"] = max((weights[term] * (1 - matched[term]) for term in matched), default=0.0)
    row["better elsewhere"] = sum(weights[term] * max(0.0, elsewhere[term] - matched[term]) for term in matched)
    row["last asked of"] = matched.get(analysis.focus[-1], 0.5) if analysis.focus else 0.5
    cells = len(asked_cells(analysis, unit.cells, candidate.like)) if unit.kind == "row" else 0
    row |= {"a cell asked for": float(cells == 1), "cells asked for": float(cells > 1)}
    row |= _of_clauses(analysis, candidate, weights, places)
    own = [term for term in set(unit.terms) if term[0] not in "#="]
    rarity = {term: index.rarity(term) for term in own}
    meant = {
        *weights,
        *(other for term in weights for other, like in candidate.like.get(term, {}).items() if like > 0.5),
    }
    row["to the point"] = sum(rarity[term] for term in own if term in meant) / (sum(rarity.values()) or 1.0)
    question = squeeze(analysis.text)
    spans = [text[start - unit.start : end - unit.start] for start, end in unit.names + unit.coined]
    row["other names"] = min(sum(squeeze(name) not in question for name in spans), 4) / 4
    row["other names instead"] = row["other names"] * row["names not its own"]
    row["other subject"] = 1 - candidate.subject
    row["stage"] = candidate.stage
    nouns = {term: weights[term] for term in matched if term not in analysis.predicates}
    row["about it"] = sum(weight * matched[term] for term, weight in nouns.items()) / (sum(nouns.values()) or 1.0)
    unnamed = unit.kind == "row" and not is_form(unit) and candidate.named == 0
    row["row of another"] = row["hole"] if unnamed or is_form(unit) else 0.0
    roles = set(_ROLE.findall(analysis.text))
    row["another role"] = float(unit.kind == "contact" and bool(roles) and not roles & set(_ROLE.findall(text)))
    row["contact not named"] = float(unit.kind == "contact" and candidate.named < 0.5)
    years = [1 - value for term, value in matched.items() if term[0] == "#" and term.endswith("년")]
    row["another year"] = max(years, default=0.0)
    row["generic"] = sum(weights[term] * matched[term] for term in weights if term in GENERIC)
    row["superlative missing"] = float(bool(_MOST.search(analysis.text) and not _MOST.search(text)))
    row["only planned"] = float(bool(_DONE.search(analysis.text) and _PLANNED.search(text)))
    row["under headings"] = sum(
        weights[term] for term in weights if any(term in words.lower() for words in (*unit.path, unit.context))
    )
    row |= {f"unit {kind}": float(unit.kind == kind) for kind in UNITS}
    row["form"] = float(is_form(unit))
    row["states"] = float(STATES.search(text.rstrip()) is not None)
    row["long"] = math.log1p(len(text))
    row["numbers"] = min(len(found), 8)
    return row


def _of_clauses(
    analysis: Analysis, candidate: Candidate, weights: dict[str, float], places: dict[str, list[int]]
) -> dict[str, float]:
    """How near to each other the question's words and the value asked for stand."""
    text = candidate.text
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    clauses = list(pairwise(cuts))
    said = [sum(weights[t] for t in weights if any(start <= at < end for at in places[t])) for start, end in clauses]
    named = names_in(analysis, candidate)
    wanted = (values.find(analysis, text) if values.wants_value(analysis.kind) else []) or named
    near, beside = 0.0, 0.0
    for value in wanted[:6]:
        around = [
            t for t in weights if any(-12 <= at - value.end <= 12 or -12 <= value.start - at <= 12 for at in places[t])
        ]
        near = max(near, sum(weights[term] for term in around))
        in_clause = [share for (start, end), share in zip(clauses, said, strict=True) if start <= value.start < end]
        beside = max(beside, *in_clause, 0.0)
    focus = [places[term] for term in analysis.focus if places.get(term)]
    far = min((abs(at - value.start) for ats in focus for at in ats for value in wanted[:6]), default=90)
    terms = [term for term in analysis.terms if places.get(term)]
    pairs = list(pairwise(terms))
    joined = sum(any(0 <= b - a <= len(one) + 4 for a in places[one] for b in places[two]) for one, two in pairs)
    return {
        "has a value": float(has_value(analysis, candidate)),
        "has a name": float(bool(named)),
        "values": min(len(wanted), 6),
        "near the value": near,
        "in the value's clause": beside,
        "in one clause": max(said),
        "focus far": min(far, 90) / 60,
        "pairs": joined / (len(pairs) or 1),
        "unit of measure": (1.0 if analysis.unit in text else -1.0) if analysis.unit else 0.0,
    }
