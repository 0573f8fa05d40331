"""A question's misspelt words as the documents spell them: 반도채, 드러간, 에이아이."""

import re
from collections.abc import Collection, Sequence

from index import korean
from index.korean import Morpheme
from index.terms import content_morphemes

_NAMES = (
    "에이치 더블유 에이 에프 제이 케이 브이 엑스 와이 아이 비 씨 시 디 이 지 엘 엠 엔 오 피 큐 알 에스 티 유 제트 앤"
)
_LETTERS = dict(zip(_NAMES.split(), "hwafjkvxyibccdeglmnopqrstuz&", strict=True))
_LETTER = re.compile("|".join(_LETTERS))
_SPELT_OUT = re.compile(f"(?:{_LETTER.pattern}){{2,}}")


def respelt(question: str, vocabulary: Collection[str]) -> str:
    """The question with each word that the documents do not know in a spelling that they do, if there is one."""
    as_typed = korean.analyse([question])[0]
    if not _unknown(as_typed, vocabulary):
        return question
    spelt = _by_typing(question, as_typed, vocabulary)
    for word in _unknown(korean.analyse([spelt])[0], vocabulary):
        spelt = spelt.replace(word.form, _by_letters(word.form, vocabulary))
    return spelt


def _unknown(morphemes: Sequence[Morpheme], vocabulary: Collection[str]) -> list[Morpheme]:
    """The Korean content words that no document has."""
    return [
        morpheme
        for morpheme in content_morphemes(morphemes)
        if morpheme.form.lower() not in vocabulary and re.search("[가-힣]", morpheme.form)
    ]


def _by_typing(question: str, as_typed: Sequence[Morpheme], vocabulary: Collection[str]) -> str:
    """Each word that holds an unknown one as the analyser would correct it, where that leaves fewer of them."""
    spelt: list[str] = []
    end = 0
    for start, stop, corrected, morphemes in korean.corrected(question):
        unknown = _unknown([typed for typed in as_typed if start <= typed.start < stop], vocabulary)
        if len(_unknown(morphemes, vocabulary)) < len(unknown):
            spelt += [question[end:start], corrected]
            end = stop
    return "".join([*spelt, question[end:]])


def _by_letters(form: str, vocabulary: Collection[str]) -> str:
    """엠디 -> MD, 에이아이 -> AI, where the documents write it so; any other word as it is."""
    for match in _SPELT_OUT.finditer(form):
        code = "".join(_LETTERS[name] for name in _LETTER.findall(match[0]))
        if code in vocabulary or f"={code}" in vocabulary:
            return form.replace(match[0], code.upper())
    return form
