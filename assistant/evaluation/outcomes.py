"""Gold questions asked: what became of each, scored once, and the measures over many."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from assistant.evaluation.evidence import Sources
from assistant.evaluation.gold import Gold
from assistant.evaluation.grades import Grade, grade, quantity_keys
from assistant.evaluation.measures import (
    Judged,
    Measurement,
    calibration_error,
    character_f1,
    compared,
    measure,
    reliability,
)
from assistant.pipeline import Assistant
from assistant.types import Answer, Question, Reply

RETRIEVED = 10  # passages asked for: what evidence_mrr@10 looks at
MEASURES = {  # as staff read them, in the order shown
    "accuracy": "정답률",
    "accuracy_attempted": "답했을 때",
    "accuracy_answerable": "답이 있을 때",
    "true_abstention": "바른 보류",
    "false_abstention": "잘못된 보류",
    "evidence_recall@1": "근거@1",
    "evidence_recall@5": "근거@5",
    "evidence_mrr@10": "근거MRR",
    "citation_soundness": "인용 정확",
    "citation_fit": "인용 적합",
    "citation_precision": "인용 정밀도",
    "citation_recall": "인용 재현율",
    "exact_match": "값 일치",
    "character_f1": "값 글자 F1",
    "quantity_match": "수·날짜 일치",
    "conflict_recall": "엇갈림 알림",
    "false_conflicts": "거짓 엇갈림",
    "calibration_error": "보정 오차",
    "answer_length_median": "길이 중앙",
    "answer_length_p90": "길이 90%",
    "prose_length_median": "목록 밖 중앙",
    "prose_length_p90": "목록 밖 90%",
}
QUANTILES = {"median": 0.5, "p90": 0.9}  # by how the names of the measures that are none of means end


@dataclass(frozen=True, slots=True)
class Outcome:
    """One gold question asked. `ranks`: per evidence, of the first passage that has it; `scores` by measure.

    A measure is only in `scores` where the question can be asked of it.
    """

    gold: Gold
    reply: Reply
    grade: Grade
    ranks: tuple[int | None, ...]
    scores: dict[str, float]

    @property
    def said(self) -> str:
        return self.reply.text if isinstance(self.reply, Answer) else f"(보류) {self.reply.reason}"

    @property
    def asked(self) -> str:
        return " → ".join([*(turn.content for turn in self.gold.history), self.gold.question])

    @property
    def expected(self) -> str:
        return ", ".join(" 또는 ".join(fact) for fact in self.gold.facts) or "(보류)"

    def as_json(self) -> dict[str, object]:
        gold, answer = self.gold, self.reply if isinstance(self.reply, Answer) else None
        return {
            **{name: getattr(gold, name) for name in ("id", "split", "type", "question")},
            "grade": self.grade,
            "answer": answer and answer.text,
            "values": [value.text for value in answer.values] if answer else [],
            "confidence": self.reply.confidence,
            "evidence_ranks": list(self.ranks),
            "scores": self.scores,
        }


def ask(gold: Gold, assistant: Assistant, sources: Sources) -> Outcome:
    """Puts a gold question, after its history and on its day, and scores the reply."""
    question = Question(gold.question, k=RETRIEVED, history=gold.history)
    reply = assistant.ask(replace(question, today=gold.today) if gold.today else question)
    ranks, graded = sources.ranks(gold, reply.passages), grade(gold, reply)
    right, answer = float(graded == "right"), reply if isinstance(reply, Answer) else None
    scores: dict[str, float] = {"accuracy": right}
    if gold.facts:
        scores |= {"accuracy_answerable": right, "false_abstention": answer is None}
    else:
        scores["true_abstention"] = answer is None
    if len(gold.facts) == 1:
        scores |= _marked(gold.facts[0], answer)
    if ranks:
        places = [rank or math.inf for rank in ranks]
        scores |= {f"evidence_recall@{k}": sum(place <= k for place in places) / len(places) for k in (1, 5)}
        scores["evidence_mrr@10"] = 1 / min(places)
    if gold.type == "conflict":
        scores["conflict_recall"] = bool(answer and answer.conflicts)
    if answer:
        scores |= {"accuracy_attempted": right, "answer_length": len(answer.text)}
        scores["citation_soundness"] = sources.is_sound(answer)
        if gold.type != "list":
            scores["prose_length"] = len(answer.text)
        if gold.type != "conflict":
            scores["false_conflicts"] = bool(answer.conflicts)
        if gold.evidence:
            precision, recall = sources.fit(gold, answer.citations)
            scores |= {"citation_fit": recall > 0, "citation_precision": precision, "citation_recall": recall}
    return Outcome(gold, reply, graded, ranks, {name: float(score) for name, score in scores.items()})


def _marked(spellings: Sequence[str], answer: Answer | None) -> dict[str, float]:
    """The first value that the answer marks, against the spelling nearest to it; where it marks none, zero."""
    marked = answer.values[0].text if answer and answer.values else ""
    scores: dict[str, float] = {
        "exact_match": any(compared(marked) == compared(spelling) for spelling in spellings),
        "character_f1": max(character_f1(marked, spelling) for spelling in spellings),
    }
    if quantities := [keys for spelling in spellings if (keys := quantity_keys(spelling))]:
        scores["quantity_match"] = any(keys <= quantity_keys(marked) for keys in quantities)
    return scores


def judged(outcomes: Iterable[Outcome]) -> list[Judged]:
    """Of each answer, not of abstentions: they hide what they are sure of."""
    return [(o.reply.confidence, o.grade == "right") for o in outcomes if isinstance(o.reply, Answer)]


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Measurement]:
    """Every measure by its name, over the questions it can be asked of; lengths are in code points."""
    found = {}
    for name in MEASURES:
        score, _, end = name.rpartition("_")
        statistic = partial(np.quantile, q=QUANTILES[end], axis=-1) if end in QUANTILES else None
        score = score if statistic else name
        found[name] = measure([o.scores[score] for o in outcomes if score in o.scores], statistic)
    if answers := judged(outcomes):  # a resample is always worse calibrated than its sample: no bounds
        error = calibration_error(reliability(answers))
        found["calibration_error"] = Measurement(error, None, None, len(answers))
    return found
