"""A question's misspelt words as the documents spell them: 반도채, 로보트, 얼라이언쓰, 에이아이."""

import re
from collections.abc import Collection, Mapping, Sequence

from index import korean
from index.encoders.words import sound_of
from index.korean import Morpheme
from index.terms import content_morphemes

_LETTERS = {
    **{"에이치": "h", "더블유": "w", "에이": "a", "에프": "f", "제이": "j", "케이": "k", "브이": "v", "엑스": "x"},
    **{
        "와이": "y",
        "아이": "i",
        "비": "b",
        "씨": "c",
        "시": "c",
        "디": "d",
        "이": "e",
        "지": "g",
        "엘": "l",
        "엠": "m",
    },
    **{
        "엔": "n",
        "오": "o",
        "피": "p",
        "큐": "q",
        "알": "r",
        "에스": "s",
        "티": "t",
        "유": "u",
        "제트": "z",
        "앤": "&",
    },
}
_SPELT_OUT = re.compile(f"(?:{'|'.join(_LETTERS)}){{2,}}")
_LETTER = re.compile("|".join(_LETTERS))
SHORTEST_SOUND = 3  # consonants: fewer are too many words'


def sounds(vocabulary: Collection[str]) -> dict[str, list[str]]:
    """The Hangul words of two syllables or more by their consonants, where these are enough to tell a word by."""
    found: dict[str, list[str]] = {}
    for word in vocabulary:
        if len(word) > 1 and all("가" <= letter <= "힣" for letter in word):
            found.setdefault(sound_of(word), []).append(word)
    return {sound: words for sound, words in found.items() if len(sound) >= SHORTEST_SOUND}


def respelt(question: str, vocabulary: Collection[str], by_sound: Mapping[str, Sequence[str]]) -> str:
    """The question with each word that the documents do not know in a spelling that they do, if there is one."""
    spelt = _by_typing(question, vocabulary)
    for word in _unknown(korean.analyse([spelt])[0], vocabulary):
        strange = word.id < korean.SHARED_IDS  # no word of the language either
        inflected = word.form[:-1] in vocabulary or word.form[:-2] in vocabulary  # 얼라이언스로
        sound = _by_sound(word.form, by_sound) if strange and not inflected else ""
        if instead := _by_letters(word.form, vocabulary) or sound:
            spelt = spelt.replace(word.form, instead)
    return spelt


def is_strange(question: str, vocabulary: Collection[str]) -> bool:
    """Whether any word of the question is in no document: of all others nothing need be looked up."""
    return bool(_unknown(korean.analyse([question])[0], vocabulary))


def _unknown(morphemes: Sequence[Morpheme], vocabulary: Collection[str]) -> list[Morpheme]:
    """The Korean content words that no document has."""
    return [
        morpheme
        for morpheme in content_morphemes(morphemes)
        if morpheme.form.lower() not in vocabulary and re.search("[가-힣]", morpheme.form)
    ]


def _by_typing(question: str, vocabulary: Collection[str]) -> str:
    """Each word that holds an unknown one as the analyser would correct it, where all of that is known."""
    spelt: list[str] = []
    end = 0
    as_typed = korean.analyse([question])[0]
    for start, stop, corrected, morphemes in korean.corrected(question):
        unknown = _unknown([typed for typed in as_typed if start <= typed.start < stop], vocabulary)
        if len(_unknown(morphemes, vocabulary)) < len(unknown):
            spelt += [question[end:start], corrected]
            end = stop
    return "".join([*spelt, question[end:]])


def _by_letters(form: str, vocabulary: Collection[str]) -> str:
    """엠디 -> MD, 에이아이 -> AI, where the documents write it so."""
    for match in _SPELT_OUT.finditer(form):
        code = "".join(_LETTERS[name] for name in _LETTER.findall(match[0]))
        if code in vocabulary or f"={code}" in vocabulary:
            return form.replace(match[0], code.upper())
    return ""


def _by_sound(form: str, by_sound: Mapping[str, Sequence[str]]) -> str:
    """The end of the word, or all of it, as a word of the documents with the same consonants and first syllable's vowel."""
    for start in range(max(len(form) - 2, 1)):
        alike = by_sound.get(sound_of(form[start:]), ())
        near = [word for word in alike if abs(len(word) - len(form) + start) <= 1 and _begins_alike(word, form[start:])]
        if near:
            return form[:start] + min(near, key=lambda word: (abs(len(word) - len(form) + start), word))
    return ""


def _begins_alike(one: str, other: str) -> bool:
    """Whether both first syllables have the same initial and vowel."""
    return (ord(one[0]) - 0xAC00) // 28 == (ord(other[0]) - 0xAC00) // 28
