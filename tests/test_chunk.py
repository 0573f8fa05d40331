"""Passages: where they begin and end, over the shipped documents and over invented ones meant to break them."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from index_doubles import FARES, HOUSES, LIGHTHOUSE, WRAPPED

from index import korean
from index.chunk import LIMIT, UNIT_LIMIT, passages
from index.parse.document import parse
from index.structure import plain_document
from index.types import Document, Metadata, Passage

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))
SENTENCE = "해온시는 올해 나루곶 등대를 시민에게 열고 배 요금을 내린다."


def shuffled(seed: int) -> str:
    """Lines of every kind in no order."""
    draw = random.Random(seed)
    kinds = [
        lambda: " ".join([SENTENCE] * draw.randrange(1, 12)),
        lambda: f"# 제목 {draw.randrange(100)}",
        lambda: f"□ {SENTENCE}",
        lambda: f"※ {SENTENCE}",
        lambda: "구분\t한도\t비고\n" + "\n".join(f"{n}동\t{n * 100}\t{SENTENCE * draw.randrange(3)}" for n in range(5)),
        lambda: "\t".join([SENTENCE] * draw.randrange(1, 60)),
        lambda: "등대와 배와 축제를 " * draw.randrange(1, 150),
        lambda: "가" * draw.randrange(1, 2000),
        lambda: "😀 𝟏 " * draw.randrange(1, 30) + SENTENCE,
        lambda: "".join(draw.choices("□○※★…·. \t\n()[]<>|*-_'\"가나1,", k=200)),
        lambda: "담당 부서\t총무과\t책임자\t과 장\t홍가온\t044-000-1001\n\t\t담당자\t사무관\t이나루\t044-000-1002",
        lambda: "“그는 ‘왔다. 갔다.’고 했다. 또 왔다!” " * draw.randrange(1, 20),
    ]
    return "\n\n".join(draw.choice(kinds)() for _ in range(30))


DOCUMENTS = {
    **{path.name: path.read_bytes() for path in SEEDS},
    **{"plain": LIGHTHOUSE.encode(), "Markdown": HOUSES.encode(), "HTML": FARES.encode(), "PDF": WRAPPED.encode()},
    **{f"lines in no order {seed}": shuffled(seed).encode() for seed in range(4)},
    "one sentence of 5,000 characters": ("등대와 배와 축제와 " * 455 + "빈집이 있다.").encode(),
    "one word of 5,000 characters": ("가" * 5_000).encode(),
    "one row of 2,000 characters": ("가\t" + "등대와 배 " * 333 + "\t나").encode(),
    "two sentences of 800 characters": (("등대와 배와 축제와 " * 72 + "빈집이 있다. ") * 2).encode(),
    "a heading of 2,000 characters": ("# " + "등대와 배 " * 333 + "\n\n글이다.").encode(),
    "400 headings": "\n\n".join(f"# 제목 {number}" for number in range(400)).encode(),
    "a paragraph of 20,000 characters": (f"{SENTENCE} " * 570).encode(),
    "marks alone": "□ ○ ★\n\n…\n".encode(),
}


@pytest.fixture(scope="module", params=DOCUMENTS, name="document")
def _document(request: pytest.FixtureRequest) -> Document:
    return parse(request.param, DOCUMENTS[request.param], Metadata())


@pytest.fixture(scope="module", name="cut")
def _cut(document: Document) -> list[Passage]:
    return passages(document)


def test_passages_hold_all_of_the_text_but_white_space_in_order(document: Document, cut: list[Passage]) -> None:
    bounds = [0, *(bound for passage in cut for bound in (passage.start, passage.end)), len(document.text)]
    assert bounds == sorted(bounds)
    gaps = [document.text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    assert "".join(gaps).strip() == ""
    assert all(passage.text == document.text[passage.start : passage.end] for passage in cut)
    assert len({passage.id for passage in cut}) == len(cut)


def test_no_passage_is_over_the_limit_but_a_single_unit(cut: list[Passage]) -> None:
    for passage in cut:
        assert 0 < len(passage.text) <= (UNIT_LIMIT if len(passage.units) == 1 else LIMIT)


def test_the_units_of_a_passage_hold_all_of_it_and_nothing_else(document: Document, cut: list[Passage]) -> None:
    for passage in cut:
        assert (passage.start, passage.end) == (passage.units[0].start, passage.units[-1].end)
        assert all(document.text[unit.start : unit.end].strip() for unit in passage.units)
        for left, right in pairwise(passage.units):
            assert not document.text[left.end : right.start].strip()
            assert left.end <= right.start


def test_no_passage_begins_inside_a_sentence_or_a_row(document: Document, cut: list[Passage]) -> None:
    starts = {passage.start for passage in cut}
    for block in document.blocks:
        inside = document.text[block.start : block.end]
        whole = block.kind in ("heading", "header", "row", "contact") or len(inside) > 3_000
        spans = [(0, len(inside))] if whole else korean.statements(inside)
        for start, end in spans:
            if end - start <= UNIT_LIMIT:
                assert starts.isdisjoint(range(block.start + start + 1, block.start + end))


def test_the_same_document_is_cut_alike_every_time(document: Document, cut: list[Passage]) -> None:
    assert passages(document) == cut


def test_a_long_paragraph_is_cut_at_the_same_sentences_as_in_pieces() -> None:
    document = plain_document("글", f"{SENTENCE} " * 570, Metadata())
    units = [document.text[unit.start : unit.end] for passage in passages(document) for unit in passage.units]
    assert units == [SENTENCE] * 570


def test_a_heading_stays_with_what_it_heads_and_a_header_with_its_rows() -> None:
    filler = " ".join([SENTENCE] * 16)
    document = plain_document(
        "글", f"{filler}\n\n## 요금\n\n구분\t요금\n어른\t9,000\n아이\t4,500\n\n{filler}", Metadata()
    )
    kinds = [[unit.kind for unit in passage.units] for passage in passages(document)]
    assert all(unit_kinds[-1] not in ("heading", "header") for unit_kinds in kinds)
    assert any({"heading", "header", "row"} <= set(unit_kinds) for unit_kinds in kinds)


def test_a_passage_is_read_under_its_title_headings_and_columns() -> None:
    document = plain_document("글", "## 요금\n\n구분\t요금\n어른\t9,000\n" + "아이\t4,500\n" * 200, Metadata("배 안내"))
    last = passages(document)[-1]
    assert last.context == "배 안내 > 요금 > 구분 | 요금"
    assert {"배", "요금"} <= set(last.context_terms)


def test_a_document_without_text_has_no_passages() -> None:
    assert passages(plain_document("글", " \n", Metadata())) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "가. 배는 열 시에 뜬다.",
        "네. 개도 탈 수 있습니다.",
        "□ (요금) 어른은 구천 원이다.",
        "위원 아홉 명(위원장 홍가온 교수, 부위원장 이나루 이사)이 왔다.",
        "등대 수리. 사업비 육백만원을 들인다.",
        "홍가온 시장은 “배를 늘리겠다. 요금도 내리겠다”고 말했다.",
    ],
)
def test_what_says_little_alone_goes_with_what_follows(sentence: str) -> None:
    document = plain_document("글", f"{sentence} 다음은 다른 이야기이다.", Metadata())
    units = [document.text[unit.start : unit.end] for passage in passages(document) for unit in passage.units]
    assert units == [sentence, "다음은 다른 이야기이다."]
