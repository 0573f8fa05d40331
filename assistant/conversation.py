"""A question that leans on those before it ("그럼 거기 과장은?") made whole."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from assistant.phrases import ASKING, THINGS, VALUES, YEAR, Word, asking, attached, phrase, said, stem, words_of
from assistant.question import kind_of
from assistant.types import Turn
from assistant.values import titles
from index import korean
from index.normalise import normalise
from index.types import Vectors

_PLACE = re.compile(r"(?:첫|두|세|네|다섯|\d+)(?=\s?(?:번째|단계|차|분기|호|기|위))")
_NEXT = {"첫": "두", "두": "세", "세": "네", "네": "다섯"}
_OFFICES = "부처청원시군구도과팀국실"  # names that end alike in one of these are of one kind
_MARKER = re.compile(r"\s*\[\d+\]")
_QUOTES = re.compile("[「」｢｣『』“”‘’]")
_READ = 1000  # code points of a past turn
_FOREIGN = re.compile(
    r"^(?:and|what about|how about|then|it|its|they|that)\b|^(?:では|じゃあ|それ|その|那么?|它|这个?|其中)"
    r"|^[!-~]+(?: [!-~]+)?$|^[^!-~]{1,8}$",  # or two words, or as many signs as two words have
    re.IGNORECASE,
)
Encode = Callable[[Sequence[str]], Vectors]
Asked = tuple[str, str]  # a question made whole, and what was answered with citations


def whole(question: str, history: Sequence[Turn], encode: Encode) -> str:
    """The question with what it leaves to the ones before it; as it is where it stands alone.

    In canonical characters, as the documents are. `encode` gives unit vectors of words.
    """
    past: list[Asked] = []
    for turn in history:
        content = normalise(turn.content)[:_READ]
        if turn.role == "user" and words_of(content):
            past.append((_whole(content, past, encode), ""))
        elif turn.role == "assistant" and past and _MARKER.search(content):
            past[-1] = past[-1][0], _QUOTES.sub("", _MARKER.sub("", content))
    return _whole(normalise(question), past, encode)


def _whole(question: str, past: Sequence[Asked], encode: Encode) -> str:
    if not past or not korean.is_korean(question):
        return f"{past[-1][0].rstrip('?？. ')} → {question}" if past and _FOREIGN.search(question) else question
    words = spoken = words_of(question)
    while words and (words[0].head.tag == "MAJ" or words[0].text.strip(",.") in ("아까", "방금", "또", "네", "아")):
        words = words[1:]
    if not words:
        return question
    leaning = _placed(past[-1][0], words) or _pointed(words, past, encode)
    return leaning or _elliptic(words, past[-1], encode, connected=words != spoken) or question


def _placed(question: str, words: Sequence[Word]) -> str:
    """The question of another year or place in a row: "올해는요?", "두 번째는?", "그다음 단계는?"."""
    new, before = stem(words), _PLACE.search(question)
    if any(word.acts or word.asks for word in words):
        return ""
    if year := YEAR.fullmatch(new):
        return YEAR.sub(year[0], question, count=1) if YEAR.search(question) else f"{year[0]} {question}"
    if before and re.match(r"(?:그\s?)?다음", new):
        place = str(int(before[0]) + 1) if before[0].isdecimal() else _NEXT.get(before[0], "")
    else:
        place = match[0] if (match := _PLACE.match(new)) else ""
    return question[: before.start()] + place + question[before.end() :] if before and place else ""


def _pointed(words: Sequence[Word], past: Sequence[Asked], encode: Encode) -> str:
    """Made whole where the question begins by pointing back; empty where it does not."""
    head, last, pointer, noun = words[0].head, past[-1], words[:1], ""
    if head.form in ("그", "이", "저", "해당", "같", "그중") and head.tag in ("MM", "IC", "NNG", "VA"):
        pointer = words[: 1 if head.form == "그중" or words[0].nouns[-1:] not in ((), (head,)) else 2]
        noun = pointer[-1].stem.removeprefix("그")
    elif head.tag != "NP" or head.form in ASKING | {"저", "나", "우리", "저희"}:
        return ""
    rest, among, subject = words[len(pointer) :], noun in ("중", "가운데"), _subject(last[0])
    named = subject if among else _referent(last, THINGS if noun else THINGS | {"몇"})
    if among or head.form == "같":
        named += f" {stem(pointer).removeprefix('그').strip()}"
    elif noun and (found := _called(noun, past)):
        last, named = found
    elif noun not in ("", "곳", "분", "사람") and named == subject:
        named += f" {noun}"
    if not any(word.names for word in rest) or any(word.acts or word.asks for word in rest):
        return said(attached(named, pointer[-1].ending), *rest)
    if among:
        before = words_of(last[0])
        return said(named, attached(stem(rest), "은"), *before[asking(before) :])
    return _elliptic(rest, last, encode, connected=True)


def _elliptic(words: Sequence[Word], last: Asked, encode: Encode, connected: bool) -> str:
    """Made whole where the question lacks a subject or a predicate; empty where it lacks neither."""
    names = [i for i, word in enumerate(words, 1) if word.names]
    asks, acts = any(word.asks for word in words), any(word.acts for word in words)
    topical, also = words[-1].ending.endswith(("은", "는", "도")), words[0].ending == "도"
    if placed := _placed(last[0], words):
        return placed
    if not names:
        leans = asks or topical or (words[-1].nouns and not acts)
        return (asks and not acts and _asked_again(last[0], words)) or _joined(last, words) if leans else ""
    if asks or acts:
        asked, again = ([(word.asks, word.noun) for word in turn if word.asks] for turn in (words_of(last[0]), words))
        if names != [1] or not (connected or also or asked == again):
            return ""
    elif len(names) > 2 or not (topical or len(words) == 1):
        return ""
    elif swapped := _swapped(last[0], words, encode):
        return swapped
    part, rest = words[: names[-1]], words[names[-1] :]
    least = 0.0 if connected or also or not asks else 0.4  # "중국은 몇 위예요?" after "한국은 몇 위예요?"
    if rest and (swapped := _swapped(_subject(last[0]), part, encode, least)):
        return said(attached(swapped, part[-1].ending), *rest)
    return _joined(last, words) if also or not (asks or acts) else ""


def _asked_again(question: str, words: Sequence[Word]) -> str:
    """The question with what is asked for now in place of what it asked for: "왜요?", "어느 건물에서요?"."""
    before = words_of(question)
    after = [word for word in before[asking(before) :] if not word.asks]
    new = re.sub(r"요?[\s?？.]*$", "", said(*words))
    acts = any(word.acts and not word.nouns for word in after)
    return said(*before[: asking(before)], new, *after) if acts else ""


def _swapped(question: str, part: Sequence[Word], encode: Encode, least: float = 0.0) -> str:
    """The question with the part that is parallel to this one replaced by it; empty where none is.

    Parallel is what has the same head noun; else what is most like it in meaning and role, if more so than any value.
    """
    words = words_of(question)
    before, head, new = words[: asking(words)], part[-1], stem(part)
    vectors = encode([new, *(word.stem for word in before)])
    cosines, value = (vectors[1:] @ vectors[0]).tolist(), float((_of_values(encode) @ vectors[0]).max())
    faint = 0.1 if sum(word.names for word in before) > 1 else 0.2
    best, place = max(least, value if value >= 0.2 else faint), -1
    for i, word in enumerate(before):
        same = word.noun and (word.noun == head.noun or word.stem[-2:] == head.stem[-2:] != head.stem)
        score = 2.0 if same or (titles(word.stem) and titles(head.stem)) else 0.0
        if not score and word.names and head.names:
            ending = next((other.ending for other in before[i:] if other.ending), "")
            score = cosines[i] + 0.15 * ending.endswith(("은", "는")) + 0.3 * (word.proper and head.proper)
            score += 0.25 * (word.stem[-1] == new[-1] in _OFFICES)
        if score > best:
            best, place = score, i
    if place < 0:
        return ""
    first, old = max(0, place + 1 - len(part)), before[place]
    replaced = attached(new, old.ending) if old.ending else new + old.text.partition(old.stem)[2]
    return said(*words[:first], replaced, *words[place + 1 :])


@lru_cache(maxsize=1)
def _of_values(encode: Encode) -> Vectors:
    return encode(VALUES)


def _joined(last: Asked, words: Sequence[Word]) -> str:
    """The last question's subject before what is asked of it now."""
    text = said(*words)
    of_office = words[0].nouns and kind_of(text) in ("phone", "email", "person")
    subject = words_of(_referent(last, THINGS) if of_office else _subject(last[0]))
    if YEAR.search(text):
        subject = [word for word in subject if not YEAR.fullmatch(word.stem)]
    if len(subject) > 1 and subject[-1].stem == words[0].stem:
        subject.pop()
    topical = words[0].nouns or any(word.ending.endswith(("은", "는")) for word in words)
    return said(*subject, text) if topical else f"{attached(said(*subject), '은')} {text}"


def _subject(question: str, answered: bool = False) -> str:
    """What a question is about: up to its 은 or 는, or the first word that asks, without the value it asks for."""
    words = words_of(question)
    end = asking(words) - (asking(words) == len(words) and words[-1].acts)
    topics = (i for i, word in enumerate(words[:end], 1) if word.ending.endswith(("은", "는")))
    kept = words[: next((i for i in topics if any(word.names for word in words[:i])), end)]
    for before, word in reversed(list(pairwise(kept))):
        empty = all(noun.tag == "NNB" for noun in word.nouns)
        value = all(noun.tag == "NNB" or noun.form in VALUES for noun in word.nouns) and (word.nouns or not word.ending)
        if word.acts or not (answered and empty if before.acts else value):
            break
        kept = kept[:-1]
    return stem(kept) if kept else question.rstrip("?？. ")


def _referent(last: Asked, things: frozenset[str]) -> str:
    """What "거기" or "그건" stands for: the last question's subject, and what was answered where that is a thing."""
    asked, words = map(words_of, last)
    new = [i for i, word in enumerate(words) if word.nouns and word.stem not in {word.stem for word in asked}]
    if not new or next((word.asks for word in asked if word.asks), "") not in things:
        return _subject(last[0])
    return f"{_subject(last[0], answered=True)} {phrase(words, new[-1])}"


def _called(noun: str, past: Sequence[Asked]) -> tuple[Asked, str] | None:
    """The last turn that named something so, and its name in full there."""
    for asked in reversed(past):
        for words in map(words_of, asked):
            for name in (phrase(words, i) for i in range(len(words))):
                if name.endswith(noun) and name != noun:
                    return asked, name
    return None
