"""A BEIR folder in, a TREC run and its measures out."""

import json
from collections.abc import Sequence
from math import log2
from pathlib import Path

import pytest
from evaluation_doubles import FakeEncoder

from assistant.evaluation import throwaway
from assistant.evaluation.beir import evaluate_beir
from index.errors import GoldError
from index.types import Document, Encoder

CORPUS = [
    {"_id": "d 1/가", "title": "공고", "text": "사과 배"},
    {"_id": 2, "title": "", "text": "사과"},
    {"_id": "빈", "title": "포도", "text": ""},
    {"_id": "아주 빈", "title": "", "text": " "},
]
QUERIES = [{"_id": "q1", "text": "사과"}, {"_id": "q2", "text": "없는말"}, {"_id": "q3", "text": "포도"}]
QRELS = ["q1\t2\t1", "q1\td 1/가\t0", "q2\t2\t1", "q9\t2\t1"]


class FakeIndex:
    """A document's score for a query is how often the query's word is in its text."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.asked: list[str] = []

    def document_scores(self, question: str) -> dict[str, float]:
        self.asked.append(question)
        return {d.id: float(d.text.count(question)) for d in self.documents if question in d.text}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[FakeIndex]:
    """The index that was built, and where it was no trace is left."""
    built: list[FakeIndex] = []

    def build(documents: Sequence[Document], folder: Path, encoder: Encoder, progress: object) -> None:
        assert folder.is_dir()
        built.append(FakeIndex(documents))

    monkeypatch.setattr(throwaway, "index_documents", build)
    monkeypatch.setattr(throwaway, "open_index", lambda folder, encoder: built[-1])
    return built


def write(folder: Path, corpus: Sequence[object] = CORPUS, qrels: Sequence[str] = QRELS) -> Path:
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)), "utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, QUERIES)), "utf-8")
    lines = ["query-id\tcorpus-id\tscore", *qrels, ""]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines), "utf-8")
    return folder


def evaluate(folder: Path, run: Path) -> dict[str, float]:
    return evaluate_beir(folder, run, None, lambda done, of: None)  # type: ignore[arg-type]


def test_measures_are_means_over_every_judged_query(tmp_path: Path, fake: list[FakeIndex]) -> None:
    measured = evaluate(write(tmp_path / "beir"), tmp_path / "out.trec")
    # q1 finds both with one score, "2" before "d 1/가"; q2 finds nothing, q9 has no text.
    assert measured == pytest.approx({"nDCG@10": 1 / 3, "Recall@10": 1 / 3, "Recall@100": 1 / 3, "MRR@10": 1 / 3})
    assert fake[0].asked == ["사과", "없는말"]  # judged queries alone


def test_a_document_below_another_is_discounted(tmp_path: Path, fake: list[FakeIndex]) -> None:
    folder = write(tmp_path / "beir", qrels=["q1\td 1/가\t1"])
    measured = evaluate(folder, tmp_path / "out.trec")
    assert measured == pytest.approx({"nDCG@10": 1 / log2(3), "Recall@10": 1, "Recall@100": 1, "MRR@10": 1 / 2})


def test_every_document_is_indexed_under_its_own_id(tmp_path: Path, fake: list[FakeIndex]) -> None:
    evaluate(write(tmp_path / "beir"), tmp_path / "out.trec")
    assert [(document.id, document.text) for document in fake[0].documents] == [
        ("d 1/가", "사과 배"),
        ("2", "사과"),
        ("빈", "포도"),  # a title alone is found by it
        ("아주 빈", ""),
    ]


def test_the_run_ranks_by_best_passage_and_parts_ties_by_id(tmp_path: Path, fake: list[FakeIndex]) -> None:
    corpus = [{"_id": id, "text": text} for id, text in (("나", "사과"), ("가", "사과"), ("다", "사과 사과"))]
    run = tmp_path / "new" / "out.trec"
    evaluate(write(tmp_path / "beir", corpus), run)
    rows = [line.split(" ") for line in run.read_text("utf-8").splitlines()]
    assert [row[:4] + row[5:] for row in rows] == [
        ["q1", "Q0", "다", "1", "assistant"],
        ["q1", "Q0", "가", "2", "assistant"],
        ["q1", "Q0", "나", "3", "assistant"],
    ]
    scores = [float(row[4]) for row in rows]
    assert scores[:2] == [2, 1]
    assert scores[2] == 1 - 2**-24  # a hair of single precision below its tie
    assert [path.name for path in run.parent.iterdir()] == ["out.trec"]


def test_at_most_a_hundred_documents_are_written_for_a_query(tmp_path: Path, fake: list[FakeIndex]) -> None:
    corpus = [{"_id": f"{number:03}", "text": "사과"} for number in range(120)]
    evaluate(write(tmp_path / "beir", corpus), tmp_path / "out.trec")
    ids = [line.split(" ")[2] for line in (tmp_path / "out.trec").read_text("utf-8").splitlines()]
    assert ids == [f"{number:03}" for number in range(100)]


@pytest.mark.parametrize(
    ("corpus", "qrels", "named"),
    [
        ([], QRELS, r"corpus\.jsonl이\(가\) 비어"),
        ([CORPUS[0], CORPUS[0]], QRELS, r"corpus\.jsonl 2번째 줄"),
        ([{"text": "글"}], QRELS, r"corpus\.jsonl 1번째 줄: _id"),
        ([{"_id": "두\n줄"}], QRELS, r"corpus\.jsonl 1번째 줄: _id"),
        (CORPUS, ["q1 2 1"], r"test\.tsv 2번째 줄"),
        (CORPUS, ["q1\t2\t1", "q1\t2\t높음"], r"test\.tsv 3번째 줄"),
        (CORPUS, [], r"test\.tsv이\(가\) 비어"),
    ],
)
def test_a_bad_folder_is_refused_by_file_and_line(
    tmp_path: Path, corpus: Sequence[object], qrels: Sequence[str], named: str
) -> None:
    with pytest.raises(GoldError, match=named):
        evaluate(write(tmp_path / "beir", corpus, qrels), tmp_path / "out.trec")
    assert not (tmp_path / "out.trec").exists()


def test_a_folder_without_its_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"corpus\.jsonl을\(를\) 읽을 수 없습니다"):
        evaluate(tmp_path, tmp_path / "out.trec")


def test_a_run_that_cannot_be_written_is_a_mistake_to_mend(tmp_path: Path, fake: list[FakeIndex]) -> None:
    (tmp_path / "out.trec").mkdir()
    with pytest.raises(GoldError, match="쓸 수 없습니다"):
        evaluate(write(tmp_path / "beir"), tmp_path / "out.trec")


def test_a_folder_is_indexed_and_searched_for_real(tmp_path: Path) -> None:
    corpus = [
        {"_id": "과일/사과 1", "title": "", "text": "사과는 가을에 거둔다.\n\n" + "창고는 서늘하게 둔다. " * 60},
        {"_id": "포도", "title": "포도", "text": ""},
        {"_id": "빈 글", "title": "", "text": ""},
        {"_id": "감", "title": "과일", "text": "감은 껍질을 벗겨 말린다."},
    ]
    folder = write(tmp_path / "beir", corpus, ["q1\t과일/사과 1\t1", "q3\t포도\t1"])
    heard: list[tuple[int, int]] = []
    measured = evaluate_beir(folder, tmp_path / "out.trec", FakeEncoder(), lambda done, of: heard.append((done, of)))
    assert measured == {"nDCG@10": 1, "Recall@10": 1, "Recall@100": 1, "MRR@10": 1}
    first, third = (tmp_path / "out.trec").read_text("utf-8").splitlines()[0], "q3 Q0 포도 1 "
    assert first.startswith("q1 Q0 과일/사과 1 1 ")
    assert third in (tmp_path / "out.trec").read_text("utf-8")
    assert heard[-1] == (4, 4)
