"""Learns what evidence is worth from the tune half of the gold pairs: `python -m tests.bench.fit [reader|abstain]`.

Prints the constants of assistant/reader.py (a listwise softmax over the units of each question) and of
assistant/abstain.py (a logistic regression); they are pasted there by hand, rounded. The report half is only
measured, never learnt from.
"""

import re
import sys
import tempfile
import unicodedata
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant import abstain, reader
from assistant.evaluation.gold import Gold, read_gold
from assistant.evaluation.grades import fold, grade, occurrences
from assistant.evidence import Candidate
from assistant.pipeline import PASSAGES_READ, Assistant
from assistant.question import Analysis
from assistant.types import Question
from index.build import update
from index.encoders import load_encoder
from index.search import open_index
from index.settings import load

TODAY = date(2026, 1, 1)
Matrix = NDArray[np.float64]


def question_of(gold: Gold) -> Question:
    return Question(gold.question, today=gold.today or TODAY, history=gold.history)


def understood(gold: Gold, assistant: Assistant) -> tuple[Analysis, list[Candidate]]:
    analysis = assistant.analysed(assistant.effective(question_of(gold)))
    return analysis, assistant.measured(analysis, assistant.index.search(analysis.text, PASSAGES_READ))


def squeezed(text: str) -> str:
    return re.sub(r"[\s,'‘’\"“”`*|「」『』｢｣]+", "", unicodedata.normalize("NFKC", text).lower())


# --- the reader's weights


def worth(gold: Gold, analysis: Analysis, candidate: Candidate) -> float:
    """The share of the facts that the unit's quote says, where it is of the evidence and says nothing forbidden."""
    unit = squeezed(candidate.text)
    evidence = [squeezed(words) for words in gold.evidence]
    said = fold(reader.quote(analysis, candidate, whole_list=analysis.kind == "list").said)
    if not any(words in unit or (len(unit) > 8 and unit in words) for words in evidence):
        return 0.0
    if any(occurrences(said, spelling) for spelling in gold.forbidden):
        return 0.0
    return sum(any(occurrences(said, spelling) for spelling in fact) for fact in gold.facts) / len(gold.facts)


def fit_reader(pairs: list[Gold], assistant: Assistant) -> dict[str, float]:
    """Weights under which a softmax over each question's units puts most on those that answer; near the present ones."""
    names = list(reader.WEIGHTS)
    start = np.array([reader.WEIGHTS[name] for name in names])
    questions: list[tuple[Matrix, NDArray[np.bool_]]] = []
    for gold in pairs:
        analysis, found = understood(gold, assistant)
        values = np.array([worth(gold, analysis, candidate) for candidate in found])
        marks = np.array([list(reader.marks(analysis, candidate).values()) for candidate in found])
        if values.any():
            questions.append((marks, values == values.max()))
    weights, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, 601):  # Adam
        gradient = -0.05 * (weights - start)
        for marks, right in questions:
            likely = np.exp(6 * (marks @ weights - (marks @ weights).max()))
            likely /= likely.sum()
            wanted = likely * right / (likely * right).sum()
            gradient += 6 * marks.T @ (wanted - likely) / len(questions)
        first, second = 0.9 * first + 0.1 * gradient, 0.99 * second + 0.01 * gradient**2
        weights += 0.02 * first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    hits = np.mean([right[np.argmax(marks @ weights)] for marks, right in questions])
    print(f"# the best unit answers for {hits:.3f} of {len(questions)} questions whose evidence was found")
    return dict(zip(names, weights.tolist(), strict=True))


# --- whether to abstain


def drafts(pairs: list[Gold], assistant: Assistant) -> tuple[Matrix, NDArray[np.bool_], NDArray[np.bool_]]:
    """Features of each draft, shape (pairs, features), whether it is answerable, and whether its answer is right."""
    rows, answerable, right = [], [], []
    threshold, abstain.THRESHOLD = abstain.THRESHOLD, -1.0
    for gold in pairs:
        analysis, found = understood(gold, assistant)
        draft = reader.read(analysis, found)
        if draft is not None:
            reply = assistant.ask(question_of(gold))
            rows.append(list(abstain.features(analysis, draft).values()))
            answerable.append(bool(gold.facts))
            right.append(bool(gold.facts) and grade(gold, reply) == "right")
    abstain.THRESHOLD = threshold
    return np.array(rows), np.array(answerable), np.array(right)


def logistic(features: Matrix, labels: NDArray[np.bool_], ridge: float) -> tuple[Matrix, float]:
    """Weights and intercept by gradient descent over standardised features."""
    mean, spread = features.mean(0), features.std(0) + 1e-6
    scaled = (features - mean) / spread
    weights, intercept = np.zeros(features.shape[1]), 0.0
    for _ in range(3000):
        error = 1 / (1 + np.exp(-scaled @ weights - intercept)) - labels
        weights -= 0.5 * (scaled.T @ error / len(labels) + ridge * weights)
        intercept -= 0.5 * error.mean()
    return weights / spread, float(intercept - (weights * mean / spread).sum())


def fit_abstain(tune: list[Gold], report: list[Gold], assistant: Assistant) -> None:
    names = list(abstain.features(*_sample(tune, assistant)))
    fitted = np.array([name not in abstain.VETOES for name in names])
    fixed = np.array([abstain.VETOES.get(name, 0.0) for name in names])
    features, answerable, right = drafts(tune, assistant)
    open_ones = ~(features @ fixed < -3)
    learnt, intercept = logistic(features[open_ones][:, fitted], answerable[open_ones], 0.05)
    weights = fixed.copy()
    weights[fitted] = learnt
    logits = features @ weights + intercept
    slope, offset = logistic(logits[:, None], right, 0.0)
    print(f"INTERCEPT = {intercept:.3f}\nSLOPE, OFFSET = {slope[0]:.3f}, {offset:.3f}\nWEIGHTS = {{")
    told = [f'    "{name}": {weight:.3f},' for name, weight, kept in zip(names, weights, fitted, strict=True) if kept]
    print(*told, "}", sep="\n")
    for half, pairs in (("tune", tune), ("report", report)):
        features, answerable, right = drafts(pairs, assistant)
        chance = 1 / (1 + np.exp(-features @ weights - intercept))
        for threshold in np.arange(0.44, 0.7, 0.02):
            kept = chance >= threshold
            print(
                f"# {half} threshold {threshold:.2f}: right {(right & kept)[answerable].mean():.3f}, false abstention "
                f"{(~kept)[answerable].mean():.3f}, true abstention {(~kept)[~answerable].mean():.3f}"
            )


def _sample(pairs: list[Gold], assistant: Assistant) -> tuple[Analysis, reader.Draft]:
    analysis, found = understood(pairs[0], assistant)
    draft = reader.read(analysis, found)
    assert draft is not None
    return analysis, draft


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        encoder = load_encoder(load())
        update([Path("seeds")], Path(folder) / "index", encoder)
        assistant = Assistant(open_index(Path(folder) / "index", encoder))
        gold = read_gold(Path("seeds/gold.jsonl"))
        tune = [pair for pair in gold if pair.split == "tune"]
        if "reader" in sys.argv or len(sys.argv) == 1:
            learnt = fit_reader([pair for pair in tune if pair.facts], assistant)
            print("WEIGHTS = {", *(f'    "{name}": {weight:.2f},' for name, weight in learnt.items()), "}", sep="\n")
        if "abstain" in sys.argv or len(sys.argv) == 1:
            fit_abstain(tune, [pair for pair in gold if pair.split == "report"], assistant)


if __name__ == "__main__":
    main()
