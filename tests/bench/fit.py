"""Learns what evidence is worth from gold pairs: `python -m tests.bench.fit reader|ranking`.

`reader` prints the constants of assistant/reader.py (a listwise softmax over the units of each question, learnt on the
tune part of seeds/gold.jsonl); they are pasted there by hand, rounded. `ranking` writes assistant/ranking.npz, learnt on
that part and on the invented documents that are not held out, and prints the constants of assistant/abstain.py. The
report part and the sets held out are only measured, never learnt from. Takes PyTorch and about ten minutes on 2 cores.
"""

import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant import ranking, reader
from assistant.evaluation.evidence import Sources
from assistant.evaluation.gold import SPLITS, Gold, read_gold, spread
from assistant.evaluation.grades import fold, grade, occurrences
from assistant.evidence import Candidate
from assistant.pipeline import PASSAGES_READ, Assistant
from assistant.question import Analysis
from assistant.types import Answer, Question
from index.build import update
from index.encoders import load_encoder
from index.search import open_index
from index.settings import load

TODAY = date(2026, 1, 1)
LEARNT = {"tune": 3.0} | dict.fromkeys(
    ("industry", "welfare", "energy", "trade", "rules", "science", "culture", "safety"), 1.0
)  # sets, and how much each counts
HELD_OUT = ("report", "digital", "local")
NETWORKS, EPOCHS, BATCH, HIDDEN = 3, 40, 64, 128
ALONE, STRANGE = 4, 8  # pairs asked of a document alone: its own, at least, and such as it cannot answer
Matrix = NDArray[np.float64]


def question_of(gold: Gold) -> Question:
    return Question(gold.question, today=gold.today or TODAY, history=gold.history)


def understood(gold: Gold, assistant: Assistant) -> tuple[Analysis, list[Candidate]]:
    analysis = assistant.analysed(assistant.effective(question_of(gold)))
    return analysis, assistant.measured(analysis, assistant.index.search(analysis.sought, PASSAGES_READ))


def squeezed(text: str) -> str:
    return re.sub(r"[\s,'‘’\"“”`*|「」『』｢｣]+", "", unicodedata.normalize("NFKC", text).lower())


def of_set(name: str, folder: Path) -> tuple[list[Gold], Assistant]:
    """The pairs of a set, and an assistant over its documents, indexed below the folder."""
    return pairs_of(name), over(source(name), folder / name)


def source(name: str) -> Path:
    return Path("seeds") if name in SPLITS else Path(__file__).parent / "invented" / name


def pairs_of(name: str) -> list[Gold]:
    pairs = read_gold(source(name) / "gold.jsonl")
    return [pair for pair in pairs if pair.split == name] if name in SPLITS else pairs


built_in = cache(lambda: load_encoder(load()))


def over(documents: Path, into: Path) -> Assistant:
    encoder = built_in()
    update([documents], into, encoder)
    return Assistant(open_index(into, encoder))


def apart(name: str, folder: Path) -> Iterator[tuple[list[Gold], Assistant]]:
    """Each document of a set alone, with some of its pairs, and with pairs of another set, which it cannot answer.

    So that small collections, and questions that have nothing to do with what is there, are learnt too.
    """
    names, pairs = list(LEARNT), pairs_of(name)
    paths = sorted(source(name).glob("[0-9]*"))
    others = iter(spread(pairs_of(names[names.index(name) - 1]), STRANGE * len(paths)))
    for path in paths:
        own = [pair for pair in pairs if pair.documents == (path.name,)]
        strange = [replace(pair, facts=(), evidence=(), documents=()) for pair in islice(others, STRANGE)]
        yield own[:: max(len(own) // ALONE, 1)] + strange, over(path, folder / path.stem)


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


# --- the network that ranks units anew


class Seen(NamedTuple):
    """One question: features of its best units, shape (units, features), and what the answer led by each is worth, 0..1."""

    gold: Gold
    names: list[str]
    features: Matrix
    worth: Matrix


def seen(name: str) -> list[Seen]:
    """The questions of a set, each answered once for each of its best units, as though that were ranked first."""
    with tempfile.TemporaryDirectory() as folder:
        several = [of_set(name, Path(folder)), *(apart(name, Path(folder)) if name in LEARNT else ())]
        results = [_seen(gold, assistant) for pairs, assistant in several for gold in pairs]
    return [result for result in results if result]


def _seen(gold: Gold, assistant: Assistant) -> Seen | None:
    effective = assistant.effective(question_of(gold))
    analysis = assistant.analysed(effective)
    hits = assistant.index.search(analysis.sought, PASSAGES_READ)
    found = reader.to_be_read(analysis, assistant.measured(analysis, hits))
    if not found:
        return None
    top = ranking.best_units(reader.by_score(analysis, found))
    rows = ranking.features(analysis, top, assistant.index)
    worths = [0.0] * len(top)
    if gold.facts:
        sources = Sources(assistant.index.document)
        for place in range(len(top)):
            first = [float(place == other) for other in range(len(top))]
            assistant.rank = lambda _, scored, first=first: (ranking.dealt_anew(scored, top, first), np.inf)
            reply, _ = assistant.drafted(question_of(gold), effective, analysis, hits, found)
            if grade(gold, reply) == "right" and isinstance(reply, Answer):
                fits = sources.fit(gold, reply.citations)[1] > 0
                worths[place] = 1.0 if fits else 0.4
    return Seen(gold, list(rows[0]), np.array([list(row.values()) for row in rows]), np.array(worths))


def fit_ranking(groups: Sequence[tuple[Sequence[Seen], float]], networks: int = NETWORKS) -> ranking.Network:
    """Networks over a unit's features, of one value each, under which a softmax with one more value for none puts most on
    the units whose answers are worth most, or on none; those networks side by side are one."""
    import torch

    names = groups[0][0][0].names
    every = np.concatenate([each.features for group, _ in groups for each in group])
    mean, spread = every.mean(0), every.std(0) + 1e-6
    # An answer that stands in none of the best units teaches nothing.
    taught = [(each, weight) for group, weight in groups for each in group if each.worth.any() or not each.gold.facts]
    units = ranking.LOOKED_AT
    width = ranking.inputs(every[:1], mean, spread).shape[1]
    values, wanted = np.zeros((len(taught), units, width)), np.zeros((len(taught), units + 1))
    masked = np.full((len(taught), units + 1), -1e9)
    for row, (each, _) in enumerate(taught):
        count = len(each.worth)
        values[row, :count] = ranking.inputs(each.features, mean, spread)
        wanted[row, :count] = each.worth
        wanted[row, units] = float(not each.gold.facts)
        masked[row, :count], masked[row, units] = 0, 0
    weights = np.array([weight for _, weight in taught])
    tensors = [torch.tensor(array, dtype=torch.float32) for array in (values, wanted, masked, weights / weights.mean())]
    parts = [_network(tensors, seed) for seed in range(networks)]
    inner, inner_bias, outer, none = zip(*parts, strict=True)
    return {
        "names": np.array(names),
        "mean": mean.astype(np.float32),
        "spread": spread.astype(np.float32),
        "inner": np.concatenate(inner, axis=1).astype(np.float16),
        "inner_bias": np.concatenate(inner_bias).astype(np.float16),
        "outer": (np.concatenate(outer) / networks).astype(np.float16),
        "none": np.array(np.mean(none), np.float32),
    }


def _network(tensors, seed: int):  # type: ignore[no-untyped-def]
    import torch

    torch.manual_seed(seed)
    values, wanted, masked, weights = tensors
    net = torch.nn.Sequential(
        torch.nn.Dropout(0.15),
        torch.nn.Linear(values.shape[2], HIDDEN),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.3),
        torch.nn.Linear(HIDDEN, 1, bias=False),
    )
    none = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.AdamW([*net.parameters(), none], lr=4e-3, weight_decay=0.3)
    steps = EPOCHS * (len(values) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: max(0.05, 1 - step / steps))
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(values)).split(BATCH):
            logits = torch.cat([net(values[batch])[..., 0], none.expand(len(batch), 1)], 1) + masked[batch]
            likely = torch.log_softmax(logits, 1) + torch.log(wanted[batch] + 1e-12)
            loss = (-torch.logsumexp(likely, 1) * weights[batch]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    state = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    return state["1.weight"].T, state["1.bias"], state["4.weight"][0], none.item()


def fit_all() -> None:
    with get_context("spawn").Pool(2) as pool:
        sets = dict(zip((*LEARNT, *HELD_OUT), pool.map(seen, (*LEARNT, *HELD_OUT), 1), strict=True))
    calibrate([(sets[name], weight) for name, weight in LEARNT.items()])
    network = fit_ranking([(sets[name], weight) for name, weight in LEARNT.items()])
    np.savez_compressed("assistant/ranking.npz", allow_pickle=False, **network)
    for name in HELD_OUT:
        odds, right, answerable = judged(sets[name], network)
        least = np.quantile(odds[answerable], 0.1)
        print(f"# {name}, a tenth of the answerable refused: {told(odds, right, answerable, least)}")


def judged(found: Sequence[Seen], network: ranking.Network) -> tuple[Matrix, NDArray[np.bool_], NDArray[np.bool_]]:
    """By question: the log-odds that a unit answers, whether the answer led by the best one is right, and answerable."""
    logits = [
        ranking.judged([dict(zip(each.names, row, strict=True)) for row in each.features], network) for each in found
    ]
    odds = np.array([np.logaddexp.reduce(each) for each in logits])
    right = np.array([each.worth[values.argmax()] > 0 for each, values in zip(found, logits, strict=True)])
    return odds, right, np.array([bool(each.gold.facts) for each in found])


def calibrate(groups: Sequence[tuple[Sequence[Seen], float]], folds: int = 4) -> None:
    """Prints what thresholds would do, and Platt's constants, from networks that have not seen what they judge."""
    results = []
    for part in range(folds):
        network = fit_ranking([([s for at, s in enumerate(g) if at % folds != part], w) for g, w in groups], networks=1)
        results.append(judged([each for group, _ in groups for each in group[part::folds]], network))
    odds, right, answerable = map(np.concatenate, zip(*results, strict=True))
    for threshold in np.arange(-0.6, 0.3, 0.1):
        print(f"# threshold {threshold:.1f}: {told(odds, right, answerable, threshold)}")
    slope, offset = 1.0, 0.0
    for _ in range(5000):  # logistic regression of right on the odds
        error = 1 / (1 + np.exp(-slope * odds - offset)) - right
        slope, offset = slope - 0.1 * float((error * odds).mean()), offset - 0.1 * float(error.mean())
    print(f"SLOPE, OFFSET = {slope:.2f}, {offset:.2f}")


def told(odds: Matrix, right: NDArray[np.bool_], answerable: NDArray[np.bool_], least: float) -> str:
    kept = odds >= least
    return (
        f"right {(right & kept)[answerable].mean():.3f}, false abstention {(~kept)[answerable].mean():.3f}, "
        f"true abstention {(~kept)[~answerable].mean():.3f}"
    )


def main() -> None:
    if "reader" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            pairs, assistant = of_set("tune", Path(folder))
            learnt = fit_reader([pair for pair in pairs if pair.facts], assistant)
        print("WEIGHTS = {", *(f'    "{name}": {weight:.2f},' for name, weight in learnt.items()), "}", sep="\n")
    if "ranking" in sys.argv:
        fit_all()


if __name__ == "__main__":
    main()
