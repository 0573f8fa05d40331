"""What `make bench` prints: the legs of the search side by side on the report part of the gold, and what they cost.

All figures of a run come from one machine and one index, made for the run: trust their ratios.
"""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median, quantiles
from time import perf_counter
from typing import Any
from unittest.mock import patch

from assistant.conversation import whole
from assistant.evaluation.evidence import Sources
from assistant.evaluation.gold import Gold, read_gold
from assistant.pipeline import Assistant
from assistant.question import with_year
from assistant.types import Question
from index import search
from index.build import update
from index.encoders import load_encoder
from index.search import Index, open_index
from index.settings import load
from index.types import Encoder, Hit

SEEDS = Path(__file__).parents[2] / "seeds"
DEPTH = 5  # passages looked at for evidence
Find = Callable[[Question], Sequence[Hit]]


def main() -> None:
    """Measures with the settings of the moment; a throw-away index is made of the seeds."""
    encoder = load_encoder(load())
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(*(f"{package} {version(package)}" for package in ("numpy", "faiss-cpu", "kiwipiepy")), sep=", ")
    print(f"encoder {encoder.identity.name}, {encoder.identity.dimension} dimensions\n")
    gold = [each for each in read_gold(SEEDS / "gold.jsonl") if each.split == "report"]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "index"
        update([SEEDS], folder, encoder)
        assistant = Assistant(open_index(folder, encoder))
        finds: dict[str, Find] = {
            "search": lambda question: assistant.index.search(effective(question), DEPTH),
            "ask": lambda question: assistant.ask(question).passages,
        }
        quality(Sources(assistant.index.document), gold, finds)
        cost(encoder, [asked(each) for each in gold], finds)
        print(f"{'cold start of assistant ask':<28}{cold_start(folder):9.2f} s")


def quality(sources: Sources, gold: Sequence[Gold], finds: dict[str, Find]) -> None:
    """Prints evidence@5, the mean share of a question's evidence in the first five passages, and ratios to fused."""
    proven = [each for each in gold if each.evidence]
    groups = {"all": proven, "Korean": [each for each in proven if each.type != "foreign"]}
    groups |= {type: [each for each in proven if each.type == type] for type in ("paraphrase", "foreign")}
    rows: dict[str, list[float]] = {}
    for row, find, leg in (
        ("fused", "search", None),
        ("lexical alone", "search", 0),  # its place among the legs that are fused
        ("dense alone", "search", 1),
        ("fused, then reranked", "ask", None),
    ):
        with ExitStack() as patches:
            if leg is not None:
                patches.enter_context(patch.object(search, "fuse", lambda legs, leg=leg: legs[leg][1]))
            if leg == 0:  # without an encoder no terms near in meaning are asked for either
                patches.enter_context(patch.object(Index, "_neighbours", lambda index, asked: {}))
            rows[row] = [evidence(members, sources, finds[find]) for members in groups.values()]
    print(f"{f'evidence@{DEPTH} (ratio)':<22}", *(f"{f'{name}, {len(each)}':>16}" for name, each in groups.items()))
    for row, shares in rows.items():
        pairs = zip(shares, rows["fused"], strict=True)
        print(f"{row:<22}", *(f"{f'{share:.3f} ({share / fused:.2f})':>16}" for share, fused in pairs))
    print()


def cost(encoder: Encoder, questions: Sequence[Question], finds: dict[str, Find]) -> None:
    """Prints how long a question takes, searched and answered, and how much the encoder gets through."""
    for name, find in finds.items():
        cuts = quantiles([timed(find, question) for question in questions], n=20)
        print(f"{name + ', p50 / p95':<28}{1000 * cuts[9]:9.1f} / {1000 * cuts[18]:.1f} ms")
    found = {hit.passage.id: hit.passage.text for question in questions for hit in finds["search"](question)}
    taken, length = timed(encoder.encode_passages, list(found.values())), sum(map(len, found.values()))
    print(f"{'encoder':<28}{len(found) / taken:9.0f} passages/s, {length / taken:,.0f} characters/s")


def effective(question: Question) -> str:
    """What is searched for, as the pipeline makes it."""
    return with_year(whole(question.text, question.history), question.today)


def asked(gold: Gold) -> Question:
    return Question(gold.question, DEPTH, gold.today or date.today(), gold.history)


def evidence(gold: Sequence[Gold], sources: Sources, find: Find) -> float:
    ranks = [sources.ranks(each, find(asked(each))) for each in gold]
    return mean(sum(rank is not None and rank <= DEPTH for rank in each) / len(each) for each in ranks)


def timed(work: Callable[[Any], object], of: object) -> float:
    start = perf_counter()
    work(of)
    return perf_counter() - start


def cold_start(folder: Path) -> float:  # the median of three
    command = [sys.executable, "-m", "assistant", "ask", "AI 팩토리는 무엇인가요?", "--into", str(folder)]
    return median(timed(lambda start: subprocess.run(start, check=True, capture_output=True), command) for _ in "123")


if __name__ == "__main__":
    main()
