"""Retrieval alone on a BEIR folder: a throw-away index, a TREC run, and the usual measures."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from assistant.evaluation.gold import read_lines, read_object
from assistant.evaluation.measures import ndcg, recall, reciprocal_rank
from assistant.evaluation.throwaway import throw_away_index
from index.errors import GoldError
from index.search import Index
from index.structure import plain_document
from index.types import Encoder, Metadata

DOCUMENTS = 100  # written per query
TAG = "assistant"
Judgments = Mapping[str, Mapping[str, float]]  # query id -> document id -> relevance
Run = Mapping[str, Mapping[str, float]]  # query id -> document id -> score, best first


def evaluate_beir(folder: Path, run: Path, encoder: Encoder, progress: Callable[[int, int], None]) -> dict[str, float]:
    """Means over every judged query; one without text or hits counts as zero. Raises GoldError."""
    documents = [
        plain_document(id, text if text.strip() else title, Metadata(title=title))
        for id, (title, text) in _texts(folder / "corpus.jsonl").items()
    ]
    queries = _texts(folder / "queries.jsonl")
    judgments = _judgments(folder / "qrels" / "test.tsv")
    with throw_away_index(documents, encoder, progress) as opened:
        rankings = {query: _search(opened, queries[query][1]) for query in judgments if query in queries}
    _write(run, rankings)
    return score(rankings, judgments)


def score(run: Run, judgments: Judgments) -> dict[str, float]:
    """Each measure's mean over the judged queries; a query the run misses counts as zero."""
    ranked = [(list(run.get(query, {})), relevance) for query, relevance in judgments.items()]
    return {
        f"{name}@{k}": sum(measure(ranking, relevance, k) for ranking, relevance in ranked) / len(ranked)
        for name, measure, k in (
            ("nDCG", ndcg, 10),
            ("Recall", recall, 10),
            ("Recall", recall, 100),
            ("MRR", reciprocal_rank, 10),
        )
    }


def _search(opened: Index, query: str) -> dict[str, float]:
    """Documents by their best passage's score, ties by id, at most DOCUMENTS of them.

    A tied score is lowered by a hair (of single precision): readers of runs break ties each their own way.
    """
    best = opened.document_scores(query) if query.strip() else {}
    ranking: dict[str, float] = {}
    above = np.float32(np.inf)
    for document in sorted(best, key=lambda document: (-best[document], document))[:DOCUMENTS]:
        above = min(np.float32(best[document]), np.nextafter(above, np.float32(-np.inf)))
        ranking[document] = float(above)
    return ranking


def _write(path: Path, run: Run) -> None:
    """`query Q0 document rank score tag` a line, rank from 1."""
    lines = [
        f"{query} Q0 {document} {rank} {score!r} {TAG}\n"
        for query, ranking in run.items()
        for rank, (document, score) in enumerate(ranking.items(), 1)
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), "utf-8", newline="\n")
    except OSError as error:
        raise GoldError(f"{path}에 쓸 수 없습니다: {error.strerror}") from error


def _texts(path: Path) -> dict[str, tuple[str, str]]:
    """Title and text by id, in the file's order; a number as id is read as its digits."""
    found: dict[str, tuple[str, str]] = {}

    def parse(line: str) -> None:
        record = read_object(line)
        id = "" if record.get("_id") is None else str(record["_id"])
        if id in found or id.splitlines() != [id]:
            raise ValueError(f"_id가 없거나, 겹치거나, 여러 줄입니다: {id!r}")
        found[id] = (str(record.get("title") or ""), str(record.get("text") or ""))

    read_lines(path, parse)
    return found


def _judgments(path: Path) -> Judgments:
    """From tab-separated lines of query id, document id and relevance, below a header."""
    judgments: dict[str, dict[str, float]] = defaultdict(dict)

    def parse(line: str) -> None:
        try:
            query, document, relevance = line.split("\t")
            judgments[query][document] = float(relevance)
        except ValueError as error:
            raise ValueError("물음 id, 문서 id, 점수가 탭으로 나뉘어야 합니다") from error

    read_lines(path, parse, header=1)
    return judgments
