"""The words of a Korean question: each a stem with its particles, and whether it names, asks or tells."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.values import titles
from index import korean
from index.korean import Morpheme

THINGS = frozenset(["누구", "어디", "뭐", "뭐뭐", "뭣", "무엇", "무슨", "어느", "어떤"])
ASKING = THINGS | {"언제", "얼마", "얼마나", "몇", "왜", "어떻", "어떡", "알리", "설명", "부탁", "궁금", "궁금하"}
# What things have and are asked for by, so that no question is about it alone.
VALUES = """예산 금액 규모 투자 투자액 비용 사업비 총액 액수 돈 값 가격 요금 수 개수 인원 인구 면적 비율 비중 몫 순위 기간 기한 시기
    시점 일정 날짜 일자 연도 전화 번호 전화번호 연락처 이메일 메일 주소 팩스 이름 명칭 성함 뜻 의미 정의 이유 배경 목적 취지 방법 절차
    조건 자격 기준 대상 서류 효과 성과 내용 평균 합계 총계 목표 계획 장소 위치 문의 담당 담당자 책임자 총괄 소관
    주관""".split()  # noqa: SIM905
_ATTRIBUTES = frozenset(VALUES) | frozenset(
    """기관 부처 부서 기업 회사 업체 단체 사람 과 팀 과제 사업 분야 업종 단계 자리 역할 신청 접수 지원 추진 참여 시행 선정 모집 마감
    종류 목록 명단 가지 자료 품목 나머지 주요 필요 세부""".split()  # noqa: SIM905
)
YEAR = re.compile(r"재작년|작년|지난해|전년도?|올해|금년도?|내년도?|내후년|['’]?(?:20)?\d\d년도?")
_UNSPLIT = re.compile(r"(?:에서|에게|에|으로)는?$|엔$")  # what the analyser leaves on a word that it does not know


class Word(NamedTuple):
    """What stands between two spaces: "전략에선" is the stem "전략" with the ending "에서는".

    `names`: it names something, and not only what things have, or when. `asks`: the form that asks, in it or of it
    (몇 군데). `acts`: it holds a verb, an adjective or a copula.
    """

    text: str
    stem: str
    ending: str
    head: Morpheme
    nouns: tuple[Morpheme, ...]
    names: bool
    asks: str
    acts: bool

    @property
    def noun(self) -> str:
        """The head noun: 단계 of 고도화단계."""
        return self.nouns[-1].form if self.nouns else ""

    @property
    def proper(self) -> bool:
        return any(noun.tag == "NNP" for noun in self.nouns[-1:])


def words_of(text: str) -> list[Word]:
    known = [m for m in korean.analyse([text])[0] if not m.tag.startswith(("SF", "SP", "SS"))]
    words: list[Word] = []
    for match in re.finditer(r"\S+", text):
        if parts := [m for m in known if match.start() <= m.start < match.end()]:
            word = _word(match[0], match.start(), parts)
            if words and words[-1].asks and words[-1].head.tag in ("MM", "NR") and not word.asks:
                word = word._replace(asks=words[-1].asks, names=False)
            words.append(word)
    return words


def _word(text: str, start: int, parts: Sequence[Morpheme]) -> Word:
    tags = [part.tag for part in parts]
    verbs = [tag[0] == "V" or tag in ("XSV", "XSA") for tag in tags]
    bound = [tag[0] in "JE" and tag != "ETN" for tag in tags]
    for i in range(len(parts) - 1):
        verbs[i] &= tags[i + 1] != "ETN"  # 배움, 잇기
        bound[i] &= parts[i].form != "과"  # 정책과는: an office, taken for a particle
    cut = next((i for i in range(len(parts)) if verbs[i] or bound[i]), len(parts))
    stem = text[: parts[cut].start - start] if cut < len(parts) else text
    forms = [part.form for part in parts[cut:] if part.tag[0] == "J" and part.form != "요"]
    ending = "".join({"ᆫ": "는", "ᆯ": "를"}.get(form, form) for form in forms)
    if cut == len(parts) and parts[-1].id < korean.SHARED_IDS and (unsplit := _UNSPLIT.search(stem)):
        stem, ending = stem[: unsplit.start()], unsplit[0]
    stem = stem.strip("「」｢｣‘’“”\"'(),.?!") or text
    nominal = parts[: cut - tags[cut].startswith("XS")] if cut < len(parts) else parts  # 투자 is none in 투자하다
    nouns = tuple(part for part in nominal if part.tag[0] in "NSXW" and part.tag not in ("NP", "XSN"))
    asks = next((part.form for part in parts if part.form in ASKING), "")
    plain = [noun for noun in nouns if noun.tag != "NNB" and noun.form not in _ATTRIBUTES | titles(noun.form)]
    names = bool(plain) and not asks and not YEAR.fullmatch(stem)
    return Word(text, stem, ending, parts[0], nouns, names, asks, any(verbs))


def said(*words: Word | str) -> str:
    return " ".join(word if isinstance(word, str) else word.text for word in words)


def stem(words: Sequence[Word]) -> str:
    """The words without the particles of the last."""
    return said(*words[:-1], words[-1].stem)


def phrase(words: Sequence[Word], i: int) -> str:
    """The noun phrase that ends in a word, of four words at most, without its particles."""
    first = i
    while first > max(0, i - 3) and words[first - 1].nouns and not (words[first - 1].ending or words[first - 1].acts):
        first -= 1
    return stem(words[first : i + 1])


def asking(words: Sequence[Word]) -> int:
    """Where the asking begins."""
    return next((i for i, word in enumerate(words) if word.asks), len(words))


def is_closed(word: str) -> bool:
    """Whether the last sound is a consonant, as particles ask: 공장 is, 회사 is not, nor is what is no Hangul."""
    return "가" <= word[-1:] <= "힣" and (ord(word[-1]) - ord("가")) % 28 > 0


def attached(noun: str, ending: str) -> str:
    """A particle behind another noun, in the form that fits its last sound: 은 or 는, 이 or 가, 을 or 를."""
    pair = next((pair for pair in ("은는", "이가", "을를", "과와") if ending and ending[0] in pair), "")
    return f"{noun}{pair[0 if is_closed(noun) else 1]}{ending[1:]}" if pair else noun + ending
