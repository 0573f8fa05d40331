"""What the lexical legs match on: morphemes, identifiers, one spelling per date and amount, character bigrams."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.terms import bigrams, terms, terms_of


def test_particles_and_endings_are_no_terms() -> None:
    assert {"등대", "오르", "시민"} <= set(terms("등대에 오르려는 시민에게"))
    assert not {"에", "에게", "려는"} & set(terms("등대에 오르려는 시민에게"))


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("문의 044-203-4310로", "=044-203-4310"),
        ("조례 제29조의2에 따른다", "=제29조의2"),
        ("제 29조", "=제29조"),
        ("R&D전략을", "=r&d"),
        ("정부R&D 예산", "=r&d"),
        ("M.AX를", "=m.ax"),
        ("제조M.AX", "=m.ax"),
        ("PPR-9087을", "=ppr-9087"),
        ("규격 KS9001을", "=ks9001"),
        ("공고 제2024-123호", "=2024-123"),
    ],
)
def test_identifiers_are_whole_whatever_is_attached(text: str, identifier: str) -> None:
    assert identifier in terms(text)


@pytest.mark.parametrize(
    "text",
    [
        "달빛 정원 : 밤에 여는 뜰",
        "□ 달빛 정원이란 밤에 여는 뜰을 말한다",
        "* “달빛 정원”(夜庭): 밤에 여는 뜰",
        "가. 달빛 정원 : 뜰",
    ],
)
def test_what_a_text_begins_by_defining_is_one_term_however_it_is_written(text: str) -> None:
    assert "=달빛정원:" in terms(text)
    assert "=달빛정원:" in terms("달빛정원이란 무엇인가요?")


def test_what_is_only_spoken_of_is_not_defined() -> None:
    assert not [term for term in terms("달빛 정원은 밤에 연다. 문의: 055-900-1001") if term.endswith(":")]


def test_an_article_is_not_its_neighbour() -> None:
    assert "=제29조" not in terms("제29조의2")
    assert "=제29조의2" not in terms("제29조")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("'25년", "2025년"),
        ("2025년", "2025. 5. 26."),
        ("5월 26일", "2025-05-26"),
        ("5.26", "5월 26일"),
        ("4.19", "4. 19.(토)"),
        ("1,860억", "1860억 원"),
        ("1조 2천억원", "1.2조 원"),
        ("(044)203-4310", "044.203.4310"),
        ("Hong@example.kr", "hong@example.kr"),
    ],
)
def test_another_spelling_of_the_same_quantity_shares_a_marked_term(asked: str, written: str) -> None:
    assert {term for term in terms(asked) if term[0] == "#"} & set(terms(written))


def test_numbers_match_with_and_without_commas() -> None:
    assert "1860" in terms("1,860개")


def test_the_parts_of_a_word_of_two_scripts_are_terms() -> None:
    assert {"ai", "팩토리"} <= set(terms("AI팩토리를"))


def test_texts_together_have_the_terms_they_have_alone() -> None:
    texts = ["등대를 연다.", "", "😀 2025년 5월 26일", "R&D"]
    assert list(terms_of(texts)) == [terms(text) for text in texts]


def test_terms_come_in_the_same_order_in_every_process() -> None:
    program = "from index.terms import terms; print(terms('2025년 5월 26일과 2024. 3. 2.'))"
    told = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[1],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]


def test_bigrams_stay_inside_words() -> None:
    assert bigrams("등대 A섬의 배") == ["등대", "a섬", "섬의", "배"]
    assert bigrams("…!") == []
