"""What stands for a text in the built-in encoder: morpheme ids, keys of the learned table, hashed names."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from index import korean
from index.korean import SHARED_IDS, Morpheme

_CONTENT = re.compile(r"NN|NR|VV|VA|XR|MA")
_HANGUL = re.compile(r"[가-힣]+")
_RUN = re.compile(
    r"(?P<latin>[A-Za-zÀ-ɏ]+)|(?P<number>\d[\d,.]*)|(?P<han>[㐀-䶿一-鿿々]+)"
    r"|(?P<hiragana>[ぁ-ゟ]+)|(?P<katakana>[゠-ヿ]+)"
)
_NUMBER, _NAME, _SOUND = 0.5, 0.7, 0.6  # weights of what is hashed; a common morpheme has less, a rare one 1


@dataclass(slots=True)
class Words:
    """`ids` of Kiwi's morphemes, `keys` of the learned table, `hashed` keys with their weights."""

    ids: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hashed: list[tuple[str, float]] = field(default_factory=list)

    def hash_sound(self, skeleton: str) -> None:
        """A name by its consonants, and by pairs and threes of them, so that near spellings are near."""
        if len(skeleton) < 2:
            return
        bounded = f"^{skeleton}$"
        pieces = [bounded[i : i + n] for n in (2, 3) for i in range(len(bounded) - n + 1)]
        weight = _SOUND * min(1.0, len(skeleton) / 3) / 2**0.5
        self.hashed.append((f"sound:{skeleton}", weight))
        self.hashed += [(f"sound:{piece}", weight / len(pieces) ** 0.5) for piece in pieces]


class WordFinder:
    """Finds the words of texts in any of the four languages; each word is judged by its script.

    `nouns` maps a Korean noun of two or more syllables to its morpheme id. `han` maps a Han character
    to its traditional form and its Korean readings, the usual one first.
    """

    def __init__(self, nouns: Mapping[str, int], han: Mapping[str, tuple[str, str]], morphemes: int) -> None:
        self._nouns, self._han, self._morphemes = nouns, han, morphemes

    def find(self, texts: Sequence[str]) -> list[Words]:
        found = []
        for text, morphemes in zip(texts, korean.analyse(texts), strict=True):
            words = Words()
            self._add_korean(words, morphemes)
            self._add_runs(words, unicodedata.normalize("NFKC", text))
            found.append(words)
        return found

    def _add_korean(self, words: Words, morphemes: Sequence[Morpheme]) -> None:
        for form, tag, number, *_ in morphemes:
            if not _CONTENT.match(tag) or not (hangul := _HANGUL.findall(form)):
                continue
            if number < SHARED_IDS and hangul[0] != form:  # AI팩토리: 팩토리 has a vector of its own
                for inner in korean.analyse(hangul):
                    self._add_korean(words, inner)
                continue
            if SHARED_IDS <= number < self._morphemes:
                words.ids.append(number)
            else:
                words.hashed.append((f"word:{form}", _NAME))
            if tag == "NNP" or (tag == "NNG" and number < SHARED_IDS):
                words.hash_sound(sound_of_hangul(form))

    def _add_runs(self, words: Words, text: str) -> None:
        english = not (_HANGUL.search(text) or re.search(r"[ぁ-ヿ一-鿿]", text))
        for match in _RUN.finditer(text):
            run = match.group()
            if match.lastgroup == "latin":
                stem = stemmed(run.lower())
                words.keys.append(f"e{stem}")
                if len(run) > 4:
                    words.keys += [f"p{run[:4].lower()}", f"p{run[:5].lower()}"]
                if not english or (len(run) > 1 and run[1:] != run[1:].lower()):
                    words.hashed.append((f"word:{run.lower()}", _NAME))
                if len(run) > 2 and run[0].isupper():
                    words.hash_sound(sound_of_latin(run))
            elif match.lastgroup == "number":
                words.hashed.append((f"number:{run.replace(',', '').rstrip('.')}", _NUMBER))
            elif match.lastgroup == "han":
                traditional = "".join(self._han.get(character, (character, ""))[0] for character in run)
                words.keys += [f"h{piece}" for n in (1, 2) for piece in _pieces(traditional, n)]
                words.ids += [i for n in (2, 3, 4) for piece in _pieces(run, n) if (i := self.read(piece))]
            elif match.lastgroup == "hiragana":
                words.keys += [f"k{piece}" for n in (1, 2, 3) for piece in _pieces(run, n)]
            else:
                words.keys += [f"k{piece}" for piece in _pieces(f"^{run}$", 3)] + [f"w{run}"]
                words.hash_sound(sound_of_katakana(run))

    def read(self, han: str) -> int:
        """The id of the commonest Korean noun that these characters may spell (政府: 정부), or 0."""
        readings = (self._han.get(character, ("", ""))[1] for character in han)
        found = (self._nouns.get("".join(reading), 0) for reading in itertools.product(*readings))
        return min(filter(None, found), default=0)


def _pieces(run: str, length: int) -> Iterator[str]:
    return (run[i : i + length] for i in range(len(run) - length + 1))


def stemmed(word: str) -> str:
    """An English word in lower case without its plural, -ing, -ed, -ly or final e."""
    for suffix, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("ly", ""), ("s", "")):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(suffix) + instead
            break
    return word.removesuffix("e") if len(word) > 3 else word


# --- the consonants of a name, so that Trump, トランプ and 트럼프 are all TRNP

_INITIAL = "KKNTTRMPPSS CCCKTPH"  # in Unicode's order of the letters; a space is silent
_FINAL = " KKKNNNTRKNPRRPRNPPTTNCCKTP "
_KATAKANA_GROUPS = (
    "Kカキクケコガギグゲゴヵヶ Sサシスセソ Cザジズゼゾチツヂヅ Tタテトダデド Nナニヌネノン "
    "Hハヒヘホ Pフバビブベボパピプペポヴ Mマミムメモ Rラリルレロ"
)
_KATAKANA = {letter: group[0] for group in _KATAKANA_GROUPS.split() for letter in group[1:]}
_LATIN_GROUPS = (("ph", "f"), ("sch|sh|th", "s"), ("tch|ch", "j"), ("ck", "k"), ("gh", "g"))
_LATIN = dict(zip("kqgjzpbfvdtls", "KKKCCPPPPTTRS", strict=True))


def _without_doubles(sound: str) -> str:
    return re.sub(r"(.)\1+", r"\1", sound)


def sound_of_hangul(word: str) -> str:
    codes = [ord(character) - 0xAC00 for character in word if "가" <= character <= "힣"]
    sound = "".join(_INITIAL[code // 588] + _FINAL[code % 28] for code in codes)
    return _without_doubles(sound.replace(" ", ""))


def sound_of_katakana(word: str) -> str:
    return _without_doubles("".join(_KATAKANA.get(character, "") for character in word))


def sound_of_latin(word: str) -> str:
    """As Korean would write it: r only before a vowel, h only first, c and g soft before e and i."""
    word = re.sub("[^a-z]", "", unicodedata.normalize("NFKD", word.lower()))
    for letters, instead in _LATIN_GROUPS:
        word = re.sub(letters, instead, word)
    sound = ""
    for i, letter in enumerate(word):
        following = word[i + 1 : i + 2]
        vowel = following != "" and following in "aeiouy"
        soft = following != "" and following in "ei"
        if letter in "rmn":
            sound += {"r": "R" if vowel else "", "m": "M" if vowel else "N", "n": "N"}[letter]
        elif letter == "c":
            sound += "S" if soft or following == "y" else "K"
        elif letter == "x":
            sound += "KS"
        elif letter == "g" and ((soft and i) or (word[i - 1 : i] == "n" and not vowel)):
            sound += "C" if soft else ""
        elif letter == "h":
            sound += "" if i else "H"
        else:
            sound += _LATIN.get(letter, "")
    return _without_doubles(sound)


@lru_cache(maxsize=50_000)
def sound_of(word: str) -> str:
    """The consonants of a word in any script that spells sounds; empty for one that does not."""
    if re.fullmatch(r"[゠-ヿ]+", word):
        return sound_of_katakana(word)
    return sound_of_latin(word) if re.fullmatch(r"[A-Za-z]+", word) else sound_of_hangul(word)
