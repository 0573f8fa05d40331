"""Text made uniform before any offset exists."""

import unicodedata

import pytest

from index.normalise import join_letter_spaced, join_spaced_ranks, normalise, one_line, squeeze


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (unicodedata.normalize("NFD", "나루곶"), "나루곶"),
        ("가\r\n나\r다\u2028라\v마\f바", "가\n나\n다\n라\n마\n바"),
        ("가\xa0나\u3000다\u2009라\u3164마", "가 나 다 라 마"),
        ("\ufeff가\u200b나\u00ad다\u202e라\x00마\ufe0f", "가나다라마"),
        ("\ue000가\ud800나", "가나"),
        ("ᄒ\u200bᅡᆫ", "한"),
        ("가\t나", "가\t나"),
        ("", ""),
    ],
    ids=[
        "decomposed Hangul is composed", "every line end is one", "every space is one", "invisible marks go",
        "private and lone surrogates go", "a mark between two jamo does not keep them apart", "tabs stay", "nothing",
    ],
)  # fmt: skip
def test_characters_are_made_uniform(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


def test_normalising_twice_changes_nothing_more_for_any_character() -> None:
    text = "".join(f"가{chr(code)}나" for code in range(0x11_0000))
    once = normalise(text)
    assert normalise(once) == once
    once.encode()  # no lone surrogate is left


def test_a_line_has_single_spaces_and_none_at_its_ends() -> None:
    assert one_line("  가 \t\n 나\xa0") == "가 나"


def test_squeezing_drops_what_tells_nothing_in_compounds() -> None:
    assert squeeze("R&D 설계·제조, “가 나”") == "r&d설계제조가나"


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("과 장", "과장"),
        ("과  장", "과장"),
        ("홍 가 온", "홍가온"),
        ("과장 홍", "과장 홍"),
        ("과", "과"),
        ("A B", "A B"),
    ],
)
def test_only_cells_set_letter_by_letter_are_joined(cell: str, word: str) -> None:
    assert join_letter_spaced(cell) == word


@pytest.mark.parametrize(
    ("line", "joined"),
    [
        ("책임자 과  장 홍가온", "책임자 과장 홍가온"),
        ("담당자 팀 장 이나루", "담당자 팀장 이나루"),
        ("이 과 장점이 있다", "이 과 장점이 있다"),
        ("학과 장 선생", "학과 장 선생"),
    ],
)
def test_only_ranks_of_their_own_are_joined_within_a_line(line: str, joined: str) -> None:
    assert join_spaced_ranks(line) == joined
