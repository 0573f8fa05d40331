"""A language model's wording of an answer, kept only as far as the sentences that the extractive reader found bear it out."""

import json
import logging
import re
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import httpx

from assistant import values
from assistant.cite import cite
from assistant.evidence import Candidate
from assistant.prompts import messages, neutral
from assistant.question import Analysis, Kind
from assistant.reader import Draft, Quote, quote
from assistant.types import Answer
from index import korean
from index.errors import SettingsError
from index.normalise import normalise, one_line, squeeze
from index.quantities import quantities
from index.search import Index
from index.settings import Settings

MOST_PASSAGES = 5
# A unit this much below the best one in score no longer speaks of the thing asked: nothing is proven by it.
NEARNESS = 1.5
LARGEST_REPLY = 256 * 1024  # bytes
LONGEST_TEXT = 2000  # code points
MOST_TOKENS = 700
LONGEST_CONNECT = 3  # seconds

_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_MARKERS = re.compile(r"\[\s*\d+(?:\s*,\s*\d+)*\s*\]")
_MARKERS_BEHIND = re.compile(rf"([.!?。]+[”\"’']?)\s*((?:{_MARKERS.pattern}\s*)+)")
_LEADING = re.compile(r"^\s*(?:[-*•]\s+|#{1,6}\s+|\d{1,2}[.)]\s+)")
_MARKUP = re.compile(r"[<>\[\]{}`|\\]|://|www\.|__")
_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|‘([^’]*)’|[「｢『]([^」｣』]*)[」｣』]")
_DATE = re.compile(r"(\d+년)?(\d+월)?(\d+일)?")
_NAMES: tuple[Kind, ...] = ("person", "organisation", "place")
_NOUNS = ("NNG", "NNP", "XR", "NR")
_FOREIGN = re.compile(r"[^\W\d_\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]+")
_COUNTING = frozenset("한 두 세 네 석 넉 다섯 여섯 일곱 여덟 아홉 열 첫 첫째 둘째 셋째".split())  # noqa: SIM905
_NEGATIONS = frozenset(
    {("않", "VX"), ("못하", "VX"), ("말", "VX"), ("아니", "VCN"), ("없", "VA"), ("못", "MAG"), ("안", "MAG")}
)
# Nouns that carry a sentence and claim nothing by themselves.
_CARRIERS = frozenset(
    """경우 때 내용 사항 문서 자료 보도 보도자료 명시 기재 언급 안내 설명 질문 해당 관련 전체 각각 현재 기준 예정 대상 목적 이유 까닭
    방법 결과 위 다음 사실 정도 규모 금액 날짜 시기 시점 기간 일정 장소 사람 이름 전화 전화번호 번호 연락처 담당 담당자 부서 기관 의미
    뜻 정의 문의 포함 진행 실시 시행 참여 제공 운영 발표 확인 정보 사용 이용 활용 수 개 총 이상 이하 약""".split()  # noqa: SIM905
)
_log = logging.getLogger(__name__)


class Writer:
    """Has a model word answers; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError where the address, the name or the key cannot be meant."""
        try:
            url = httpx.URL(settings.model_url)
        except httpx.InvalidURL:
            url = httpx.URL("")
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or (url.port or 1) > 65535:
            raise SettingsError("model_url은 http://127.0.0.1:8080/v1처럼 http나 https로 시작하는 주소여야 합니다")
        if not settings.model_name or not (settings.model_key.isascii() and settings.model_key.isprintable()):
            raise SettingsError(
                "언어모델을 쓰려면 model_name을 정하고, model_key는 영문자, 숫자, 기호로만 적어 주십시오"
            )
        self._url = f"{settings.model_url.rstrip('/')}/chat/completions"
        self._name = settings.model_name
        self._seconds = settings.model_timeout_s
        headers = {"Accept-Encoding": "identity"}
        if settings.model_key:
            headers["Authorization"] = f"Bearer {settings.model_key}"
        self._client = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(self._seconds, connect=min(self._seconds, LONGEST_CONNECT)),
            limits=httpx.Limits(max_keepalive_connections=0),
            verify=ssl.create_default_context(),
            trust_env=False,  # no proxy of the environment: to this address and nowhere else
        )

    def write(self, analysis: Analysis, draft: Draft, answer: Answer, index: Index) -> Answer:
        """The answer in the model's words, as far as they are borne out; else as it is."""
        sources = _sources(analysis, draft, index)
        shown = [(best.title, best.quote.candidate.passage.text) for best, *_ in sources]
        said = self._ask(messages(analysis.text, shown))
        if len(said) > LONGEST_TEXT:
            return answer
        checked = [(sentence, _checked(analysis, sentence, sources)) for sentence in _sentences(said)]
        statements = {_without_markers(sentence): proofs for sentence, proofs in checked if proofs}
        return _composed(statements, draft, answer, index)

    def _ask(self, chat: list[dict[str, str]]) -> str:
        """What the model says; empty where it says nothing in time or nothing that can be read."""
        body = bytearray()
        given_up = time.monotonic() + self._seconds
        request = {"model": self._name, "messages": chat, "temperature": 0, "max_tokens": MOST_TOKENS, "stream": False}
        try:
            with self._client.stream("POST", self._url, json=request) as response:
                if response.status_code != 200:
                    raise ValueError(f"HTTP {response.status_code}")
                for piece in response.iter_raw():
                    body += piece
                    if len(body) > LARGEST_REPLY or time.monotonic() > given_up:
                        raise ValueError("too long")
            match json.loads(body):
                case {"choices": [{"message": {"content": str(text)}}, *_]}:
                    return _THOUGHT.sub("", normalise(text))
            raise ValueError("no text")
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            # The kind of error only: what a server sends, and what was asked, belongs in no log.
            why = error if type(error) is ValueError else type(error).__name__
            _log.warning("언어모델의 답을 쓸 수 없어 문서의 문장으로 답합니다: %s", why)
            return ""


@dataclass(frozen=True, slots=True, eq=False)
class _Proof:
    """A unit that speaks of what is asked, with what it bears out; nothing else of a passage proves anything."""

    quote: Quote
    title: str  # of its document
    text: str
    squeezed: str
    keys: frozenset[str]
    negated: bool

    def bears(self, sort: str, claim: str) -> bool:
        if sort == "quantity":
            return claim in self.keys
        if sort == "quote":
            return claim in self.text
        if sort == "digits":
            return _stands(claim, self.text)
        if claim.isascii():
            return re.search(rf"(?<![a-z]){re.escape(claim)}(?![a-z])", self.text) is not None
        return claim in self.squeezed


def _stands(words: str, text: str) -> bool:
    """Whether the words stand in the text, a number never inside a longer one."""
    return re.search(rf"(?<![\d.,]){re.escape(words)}(?![.,]?\d)", text) is not None


def _sources(analysis: Analysis, draft: Draft, index: Index) -> list[list[_Proof]]:
    """By passage, the units that speak of what is asked: those that the draft quotes first, then the best."""
    near = [candidate for score, candidate in draft.ranked if score >= draft.score - NEARNESS]
    found: dict[str, dict[int, Candidate]] = {}
    for candidate in [*(told.candidate for told in draft.quotes), *near]:
        found.setdefault(candidate.passage.id, {}).setdefault(candidate.unit.start, candidate)
    return [
        [_proof(analysis, candidate, index) for candidate in units.values()]
        for units in list(found.values())[:MOST_PASSAGES]
    ]


def _proof(analysis: Analysis, candidate: Candidate, index: Index) -> _Proof:
    """The unit as it would be cited (at most 400 code points), its table's labels and its document's title."""
    told, document = quote(analysis, candidate, whole_list=True), index.document(candidate.passage.document)
    title = f"{document.metadata.title} {document.metadata.publisher}" if document else ""
    shown = candidate.text[told.start - candidate.unit.start : told.end - candidate.unit.start]
    labels = [cell.label for cell in candidate.unit.cells]
    text = neutral("\n".join([shown, told.said, *labels, title]))
    negated = _negated(korean.analyse([shown])[0])
    return _Proof(told, title, one_line(text).lower(), squeeze(text), frozenset(_keys(text)), negated)


def _keys(text: str) -> Iterator[str]:
    """The quantities that a text states, one spelling for each; a whole date states its parts too."""
    for quantity in quantities(text):
        yield quantity.key
        if parts := _DATE.fullmatch(quantity.key):
            year, month, _ = (part or "" for part in parts.groups())
            yield from (year, month, year + month, quantity.key.removeprefix(year))


def _negated(morphemes: Sequence[korean.Morpheme]) -> bool:
    return any((morpheme.form, morpheme.tag) in _NEGATIONS for morpheme in morphemes)


def _sentences(said: str) -> Iterator[str]:
    """The sentences of a model's reply, each with its markers, on whichever side of the full stop those stand."""
    for line in said.split("\n"):
        plain = _MARKERS_BEHIND.sub(r" \2\1 ", _LEADING.sub("", line).replace("*", ""))
        for start, end in korean.sentences(plain):
            yield plain[start:end]


def _without_markers(sentence: str) -> str:
    return re.sub(r"\s+([.,!?])", r"\1", one_line(_MARKERS.sub(" ", sentence)))


def _checked(analysis: Analysis, sentence: str, sources: Sequence[Sequence[_Proof]]) -> list[_Proof]:
    """The fewest units that bear the sentence out; none where a marker, quote, number, name or noun has no ground."""
    numbers = {int(number) for found in _MARKERS.findall(sentence) for number in re.findall(r"\d+", found)}
    text = _without_markers(sentence)
    if not numbers <= set(range(1, len(sources) + 1)) or _MARKUP.search(text):
        return []
    cited = [proof for number in sorted(numbers) for proof in sources[number - 1]]
    paired = all(text.count(opening) == text.count(closing) for opening, closing in ("“”", "「」", "｢｣"))
    if not paired or text.count('"') % 2:
        return []
    morphemes = korean.analyse([text])[0]
    open_claims = _claims(analysis, text, morphemes)
    proofs: list[_Proof] = []
    while open_claims and cited:
        best = max(cited, key=lambda proof: sum(proof.bears(*claim) for claim in open_claims))
        borne = {claim for claim in open_claims if best.bears(*claim)}
        if not borne:
            return []
        proofs.append(best)
        open_claims -= borne
    return proofs if _negated(morphemes) == any(proof.negated for proof in proofs) else []


def _claims(analysis: Analysis, text: str, morphemes: Sequence[korean.Morpheme]) -> set[tuple[str, str]]:
    """What a sentence says that must be borne out: its quotes, quantities, other digits, names and nouns."""
    found = quantities(text)
    claims = {("quantity", quantity.key) for quantity in found}
    claims |= {("quote", "".join(words).lower()) for words in _QUOTED.findall(text)}
    for match in re.finditer(r"\d+(?:[.,]\d+)*", text):
        if not any(quantity.start <= match.start() < quantity.end for quantity in found):
            claims.add(("digits", match[0]))
    for kind in _NAMES:
        claims |= {("name", squeeze(name.text)) for name in values.find(replace(analysis, kind=kind), text)}
    claims |= {("noun", word.lower()) for word in _FOREIGN.findall(text)}
    for form, tag, *_ in morphemes:
        if (tag in _NOUNS and form not in _CARRIERS) or (tag == "MM" and form in _COUNTING):
            claims.add(("noun", form))
    return claims


def _composed(statements: Mapping[str, Sequence[_Proof]], draft: Draft, answer: Answer, index: Index) -> Answer:
    """The answer that the statements make; the given one where they leave out a value or unit that it rests on."""
    used = list(dict.fromkeys(proof for proofs in statements.values() for proof in proofs))
    text = "\n".join(statements)
    stated = set(_keys(text))
    for told in draft.quotes:
        value = told.value
        named = value is None or value.key in stated or _stands(one_line(value.text), text)
        if not named or not any(proof.quote.candidate is told.candidate for proof in used):
            return answer
    lines = [
        f"{said} {''.join(f'[{number}]' for number in sorted(used.index(proof) + 1 for proof in proofs))}"
        for said, proofs in statements.items()
    ]
    _, citations, marked = cite(replace(draft, quotes=tuple(proof.quote for proof in used)), index)
    return replace(
        answer,
        text="\n".join(lines),
        citations=citations,
        values=marked,
        as_of=max(citation.published for citation in citations),
        reader="generative",
    )
