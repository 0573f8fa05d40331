"""A question into a ranking, over invented documents and the legible encoder."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from index_doubles import FILES, WordEncoder

from index.aliases import aliases
from index.build import index_documents, update
from index.errors import EncoderMismatch, StoreError
from index.search import Index, open_index
from index.structure import plain_document
from index.types import Hit, Metadata

ENCODER = WordEncoder()
LINES = {
    "규정": "마을 정비 조례 제29조의2에 따라 돕는다.",
    "이웃 규정": "마을 정비 조례 제29조에 따라 돕는다.",
    "전화": "묻는 곳은 044-203-4310이다.",
    "이웃 전화": "묻는 곳은 044-203-4311이다.",
    "연구": "정부R&D 예산을 늘린다.",
    "이니셜": "R과 D라는 배 두 척이 있다.",
    "모임": "M.AX 모임을 만든다.",
    "해": "2025년에 축제를 연다.",
    "이웃 해": "2024년에 축제를 연다.",
    "돈": "모두 1,860억 원을 쓴다.",
    "이웃 돈": "모두 1,870억 원을 쓴다.",
    "날": "5월 26일에 문을 연다.",
    "이웃 날": "5월 27일에 문을 연다.",
    "이름": "해온시청(이하 시청)은 등대를 돌본다.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("색인")
    index_documents([plain_document(name, text, Metadata()) for name, text in LINES.items()], folder, ENCODER)
    return open_index(folder, ENCODER)


def best(index: Index, question: str) -> str:
    return index.search(question, 5)[0].passage.document


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("제29조의2가 뭐야?", "규정"),
        ("제29조는?", "이웃 규정"),
        ("044-203-4310은 누구 번호?", "전화"),
        ("044-203-4311은 누구 번호?", "이웃 전화"),
        ("R&D 예산", "연구"),
        ("M.AX가 뭐야?", "모임"),
        ("'25년 축제", "해"),
        ("2024년 축제", "이웃 해"),
        ("1860억은 어디에 쓰나?", "돈"),
        ("1,870억원은?", "이웃 돈"),
        ("5.26에는 무엇을 하나?", "날"),
        ("2025. 5. 27.(화) 문", "이웃 날"),
    ],
)
def test_an_identifier_or_quantity_finds_its_own_and_not_its_neighbour(
    index: Index, question: str, document: str
) -> None:
    assert best(index, question) == document


def test_a_question_in_decomposed_letters_ranks_like_a_composed_one(index: Index) -> None:
    question = "등대를 돌보는 곳은?"
    assert index.search(unicodedata.normalize("NFD", question), 5) == index.search(question, 5)


@pytest.mark.parametrize("question", ["쿼크 xylophone", "", " ", "?!", "\ud800", "ㅋㅋ"])
def test_a_question_that_nothing_matches_finds_nothing(index: Index, question: str) -> None:
    assert index.search(question, 5) == []


def test_only_passages_with_something_in_common_are_found(index: Index) -> None:
    assert [hit.passage.document for hit in index.search("축제", 50)] == ["이웃 해", "해"]


def test_ranks_run_from_one_with_falling_scores_and_k_bounds_them(index: Index) -> None:
    hits = index.search("마을 조례와 등대와 축제와 문", 50)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert index.search("마을 조례와 등대와 축제와 문", 2) == hits[:2]


def test_ties_are_broken_by_the_documents_id_whatever_the_order_of_indexing(tmp_path: Path) -> None:
    names = ["다", "가", "나"]
    for turn, order in enumerate((names, names[::-1])):
        folder = tmp_path / str(turn)
        index_documents([plain_document(name, "등대가 있다.", Metadata()) for name in order], folder, ENCODER)
        assert [hit.passage.document for hit in open_index(folder, ENCODER).search("등대", 9)] == ["가", "나", "다"]


def test_a_hit_has_the_cosine_of_each_of_its_units(index: Index) -> None:
    hit = index.search("등대와 배", 1)[0]
    assert len(hit.similarities) == len(hit.passage.units)
    assert hit.similarities[0] == pytest.approx(0.5**0.5, abs=1e-3)


def test_a_short_name_that_a_document_defines_finds_the_long_one(index: Index) -> None:
    assert index.other_names("시청은어디") == ["해온시청"]
    assert list(aliases("인공지능(AI)과 해온시청(시장 홍가온, 이하 시청)")) == [
        ("해온시청", "시청"),
        ("인공지능", "AI"),
    ]


def test_rare_terms_tell_more_than_common_ones(index: Index) -> None:
    assert index.rarity("모르는말") > index.rarity("등대") > index.rarity("묻")


def test_questions_from_many_threads_are_answered_as_from_one(index: Index) -> None:
    questions = [f"{text} {number}" for number, text in enumerate([*LINES.values()] * 5)]
    alone = [index.search(question, 5) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together: list[list[Hit]] = list(pool.map(lambda question: index.search(question, 5), questions))
    assert together == alone


def test_files_of_every_format_are_found_under_their_ids(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / "문서" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "문서" / name).write_text(text, "utf-8")
    update([tmp_path / "문서"], tmp_path / "색인", ENCODER)
    index = open_index(tmp_path / "색인", ENCODER)
    for question, name in {"등대 개방": "등대.txt", "철거 한도": "빈집.md", "아이 요금": "요금/배.html"}.items():
        hit = index.search(question, 1)[0]
        document = index.document(name)
        assert document is not None
        assert (hit.passage.document, hit.passage.text) == (name, document.text[hit.passage.start : hit.passage.end])
    assert index.document("../등대.txt") is None


def test_an_index_without_documents_finds_nothing(tmp_path: Path) -> None:
    index_documents([], tmp_path, ENCODER)
    assert open_index(tmp_path, ENCODER).search("등대", 5) == []


def test_opening_with_another_encoder_or_no_index_is_refused(tmp_path: Path) -> None:
    index_documents([], tmp_path / "색인", ENCODER)
    with pytest.raises(EncoderMismatch, match="--into"):
        open_index(tmp_path / "색인", WordEncoder("other"))
    with pytest.raises(StoreError, match="assistant index"):
        open_index(tmp_path / "없음", ENCODER)
