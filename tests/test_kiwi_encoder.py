"""The built-in encoder: Kiwi's vectors recovered and cached, words of four languages, one space."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import korean
from index.encoders import kiwi, load_encoder
from index.encoders.words import Words, sound_of_hangul, sound_of_katakana, sound_of_latin, stemmed
from index.settings import Settings
from index.types import Encoder

ROOT = Path(__file__).parents[1]
Cosine = Callable[[str, str], float]
Arrays = dict[str, np.ndarray]


def ignore(done: int, total: int) -> None:
    pass


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """With the machine's own cache: derived here at most once."""
    return load_encoder(Settings())


@pytest.fixture(scope="session")
def cosine(encoder: Encoder) -> Cosine:
    def of(left: str, right: str) -> float:
        vectors = encoder.encode_queries([left, right])
        return float(vectors[0] @ vectors[1])

    return of


# --- recovering


def test_products_of_recovered_vectors_are_the_similarities_kiwi_gives() -> None:
    landmarks = [682, 261, 2135, 5000, 7777, 12345, 30000, 60874]
    calls: list[tuple[int, int]] = []
    vectors = kiwi.recover(landmarks, lambda done, total: calls.append((done, total)))
    for landmark in landmarks:
        expected = korean.cosines(landmark)
        np.testing.assert_allclose(vectors @ vectors[landmark], expected, atol=2e-3)
    assert calls == [(done, 8) for done in range(9)]


def test_vectors_are_turned_back_onto_the_reference_whatever_the_eigenvectors_signs() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((50, 6)).astype(np.float32)
    rotation = np.linalg.qr(rng.standard_normal((6, 6)))[0].astype(np.float32)
    landmarks = list(range(0, 50, 5))
    np.testing.assert_allclose(kiwi.turned(vectors @ rotation, landmarks, vectors[landmarks]), vectors, atol=1e-5)


def test_slots_shared_by_all_words_of_a_tag_are_zero_and_common_words_weigh_less() -> None:
    vectors = np.random.default_rng(1).standard_normal((5000, 4)).astype(np.float32)
    lengths = np.linalg.norm(kiwi.whitened(vectors, np.zeros((1, 4), np.float32), np.eye(4, dtype=np.float32)), axis=1)
    assert not lengths[:61].any()
    assert (np.diff(lengths[61:]) > -1e-6).all()
    assert lengths[61] < 0.1 < lengths[-1] < 1


# --- the cache


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one each time that the table is derived: here something small and quick."""
    made: list[int] = []

    def derive(table: kiwi.Arrays, progress: kiwi.Progress) -> Arrays:
        made.append(1)
        return {"forms": kiwi.joined(["/", "가/NNG"]), "vectors": np.ones((2, 256), np.float16)}

    monkeypatch.setattr(kiwi, "derive", derive)
    return made


def test_the_cache_is_one_file_named_after_the_analyser_and_made_once(tmp_path: Path, derivations: list[int]) -> None:
    for _ in range(3):
        arrays = kiwi.cached(tmp_path / "deep" / "cache", {}, "0123456789", ignore)
    assert kiwi.strings(arrays["forms"]) == ["/", "가/NNG"]
    assert len(derivations) == 1
    (file,) = (tmp_path / "deep" / "cache").iterdir()
    assert korean.VERSION.replace("/", "-") in file.name


def test_a_cache_with_any_byte_altered_is_never_believed(tmp_path: Path, derivations: list[int]) -> None:
    expected = kiwi.cached(tmp_path, {}, "0123456789", ignore)
    (file,) = tmp_path.iterdir()
    good = file.read_bytes()
    for place in range(0, len(good), 7):
        file.write_bytes(good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :])
        arrays = kiwi.cached(tmp_path, {}, "0123456789", ignore)
        assert set(arrays) == set(expected)
        assert all(np.array_equal(arrays[name], expected[name]) for name in expected)


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04", b"not a table at all"])
def test_a_cut_or_foreign_file_in_the_cache_is_replaced(tmp_path: Path, derivations: list[int], broken: bytes) -> None:
    kiwi.cached(tmp_path, {}, "0123456789", ignore)
    (file,) = tmp_path.iterdir()
    good = file.read_bytes()
    for content in (broken, good[: len(good) // 2]):
        file.write_bytes(content)
        kiwi.cached(tmp_path, {}, "0123456789", ignore)
        assert len(file.read_bytes()) == len(good)
    assert len(derivations) == 3
    assert list(tmp_path.iterdir()) == [file]


# --- words


@pytest.mark.parametrize(
    ("hangul", "latin", "katakana", "sound"),
    [("트럼프", "Trump", "トランプ", "TRNP"), ("런던", "London", "ロンドン", "RNTN")],
)
def test_a_name_sounds_alike_in_three_scripts(hangul: str, latin: str, katakana: str, sound: str) -> None:
    assert sound_of_hangul(hangul) == sound_of_latin(latin) == sound_of_katakana(katakana) == sound


def test_a_name_of_one_consonant_has_no_sound_to_match() -> None:
    words = Words()
    words.hash_sound("K")
    assert words.hashed == []


@pytest.mark.parametrize(
    ("word", "stem"),
    [("factories", "factory"), ("invested", "invest"), ("investing", "invest"), ("uses", "use"), ("class", "class")],
)
def test_english_endings_are_dropped(word: str, stem: str) -> None:
    assert stemmed(word) == stemmed(stem)


# --- the encoder


def test_vectors_have_length_one_and_a_text_without_words_is_zero(encoder: Encoder) -> None:
    texts = ["정부가 투자한다", "the government invests", "政府が投資する", "政府投资", "풀스택", "", " ", "...!?"]
    lengths = np.linalg.norm(encoder.encode_passages(texts), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 1, 1, 1, 0, 0, 0], atol=1e-5)
    assert encoder.encode_passages([]).shape == (0, 256)


def test_the_same_text_has_the_same_vector_alone_or_among_others(encoder: Encoder) -> None:
    alone = encoder.encode_passages(["정부가 투자한다"])[0]
    np.testing.assert_array_equal(encoder.encode_queries(["사과", "정부가 투자한다", "公園"])[1], alone)


@pytest.mark.parametrize("text", ["government", "政府", "정권", "行政機関"])
def test_a_word_is_near_its_meaning_in_any_of_the_four_languages(cosine: Cosine, text: str) -> None:
    assert cosine(text, "정부") > cosine(text, "사과") + 0.15


@pytest.mark.parametrize("question", ["Where can I park my car?", "駐車場はどこですか", "停车场在哪里?"])
def test_a_foreign_question_is_nearest_to_the_korean_sentence_that_answers_it(encoder: Encoder, question: str) -> None:
    passages = ["주차장은 건물 뒤에 있습니다.", "도서관은 아홉 시에 문을 엽니다.", "세금은 은행에서 낼 수 있습니다."]
    scores = encoder.encode_passages(passages) @ encoder.encode_queries([question])[0]
    assert scores.argmax() == 0


def test_a_hangul_word_glued_to_latin_letters_keeps_its_own_vector(cosine: Cosine) -> None:
    assert cosine("AI팩토리", "팩토리") > 0.4
    assert cosine("AI팩토리", "AI") > 0.4


@pytest.mark.parametrize("han", ["政府", "經濟", "経済", "经济"])
def test_hanja_of_old_and_simplified_forms_are_read_as_korean(cosine: Cosine, han: str) -> None:
    assert cosine(f"{han} 대책", "정부 대책" if han == "政府" else "경제 대책") > 0.7


def test_words_nobody_knows_match_themselves_and_nothing_else(cosine: Cosine) -> None:
    assert cosine("풀스택", "풀스택을 배운다") > 0.3
    assert abs(cosine("풀스택", "세금")) < 0.3


def test_numbers_match_only_when_they_are_equal(cosine: Cosine) -> None:
    assert cosine("1,200", "1200") == pytest.approx(1, abs=1e-5)
    assert abs(cosine("1200", "1201")) < 0.4


def test_the_identity_names_the_encoder_its_dimension_and_its_weights(encoder: Encoder) -> None:
    identity = encoder.identity
    assert (identity.name, identity.dimension) == ("built-in", 256)
    assert len(identity.fingerprint) == 16


def test_the_shipped_table_is_under_sixteen_megabytes_with_its_licence_beside_it() -> None:
    assert kiwi.TABLE.stat().st_size <= 16_000_000
    assert "CC BY-SA 4.0" in kiwi.TABLE.with_suffix(".LICENSE").read_text("utf-8")


def test_torch_is_never_imported_for_the_built_in_encoder(encoder: Encoder) -> None:
    code = (
        "import sys; from index.encoders import load_encoder; from index.settings import Settings;"
        "load_encoder(Settings()).encode_queries(['정부 government']); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
