"""The extractive reader: which sentences or rows answer, and what is said of them in an answer of one breath."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant import values
from assistant.evidence import SENTENCES, Candidate, is_form
from assistant.lists import enumerated, told
from assistant.question import TITLE, Analysis
from assistant.rows import asked_cells, in_words, named_beside
from index.normalise import squeeze

TOPICAL = 0.2  # how much of what is asked about a desk's document must speak of
LENGTH = 200  # code points of a quote in an answer that is no list; longer sentences are cut at a clause
SOME_NAME = "name"  # the kind of a value that is a name, of a person, an office or a place
# What each of `marks` is worth: learnt on the tune part of seeds/gold.jsonl by tests/bench/fit.py.
WEIGHTS = {
    "coverage": 2.0,
    "phrase": 0.55,
    "wording": 0.3,
    "similarity": 0.55,
    "relevance": 0.4,
    "foreign coverage": 0.6,
    "named": 0.7,
    "focus": 0.65,
    "names missing": -0.3,
    "value": 0.55,
    "no telephone": -1.1,
    "definition": 1.05,
    "reason": 0.35,
    "statement": 0.1,
    "list": 0.55,
    "row": -0.1,
    "row defines": -0.3,
    "contact": 0.3,
    "denial": 0.9,
    "heading": -0.4,
}
_CLAUSE = re.compile(r"(?<=[,;])\s+|(?<=며,)\s*|(?<=고,)\s*|(?<=[.!?])\s+")
_NAME = re.compile(r"(?:이름|명칭|과제명|사업명|제목)[은는이을]?\s?(?:뭐|뭔|무엇|알려|어떻게|좀|\?|$)")
_QUOTED = re.compile(r"[“‘「『\"']([^”’」』\"'\n]{2,40})[”’」』\"']")
_QUOTES = re.compile(r"[“”\"'‘’「」｢｣<>]")
# How a sentence ends, or a clause of it, that says what something is.
_TOLD = (
    r"(?:말한다|말함|말하며|말해요|말합니다|뜻|의미|[을를]위한|하는것|접근법|사업이|제도|형태"
    r"|(?:것|곳|체제|체계|기관|시설|조직|사람|행사|단체|기준)\.?$|[가-힣](?:이다|입니다|이에요|예요|임)\.?$|[가-힣]{2}(?:으로|로|이며),)"
)
STATES = re.compile(r"^.{30,}(?:다|함|임|음|됨|것|요)[.”\"]*$", re.DOTALL)
# What gives a reason, and what plainly does: "… 때문이다", "… 의견을 반영한 것이다", "… 막으려는 것이다".
_REASON = re.compile(
    r"위해|위하여|때문|감안|따라|목적|차원|필수|이유|위함|만큼|고려|덕분|탓|(?:하|되|지|[아어])여\s|[아어]서\s|으로 인해|않아\s|없어\s"
)
_PLAIN_REASON = re.compile(
    r"때문|탓[이임에]|덕분|위해서?[다라이입]|위함|위한 것|(?:려는|따른|반영한|받아들인|달라 생긴|생긴|비롯한|한다는) 것|거든요|까닭[이입]|이유[다이입]"
    r"|(?:지적|의견|요청|요구|우려)[이가을에].{0,20}(?:따라|많|있|반영|받아)|분석[됨된했하]|점을 (?:들|꼽)|막으려"
)
# What is asked of what may not be, and what says so.
_DENIES = re.compile(
    r"(?:없는|않는|못\s?[가-힣]+[는은]|안\s?[가-힣]*[되돼]는|제외(?:[되하]는|된)|금지(?:[되하]는|된))\s"
)
_DENIED = re.compile(r"없[다는으습음]|못\s?(?:하|한|쓰|받)|지\s?(?:않|못|아니)|아니|제외|금지|뺀|빼고|안\s된|제한")
_DESK = re.compile(
    r"담당|부서|소관|책임|문의|연락|전화|번호|누[구가군]|[과국팀실]장|사무관|주무관|서기관|어느\s?(?:과|국|팀|실|곳|데)|무슨\s?과"
)
# An office with who holds it; a sentence whose subject speaks; one that goes on with what was said.
_HELD = re.compile(rf"[^\s()]+\((?:[^()]{{0,12}}\s)?{TITLE}\s[가-힣]{{2,4}}(?=[,)])[^()]*\)")
_SPEAKS = re.compile(rf"{TITLE}[은는이가]\s")
_GOES_ON = re.compile(r"(?:이어서?|또한?|아울러|그는|그러면서),?\s[^“\"]{0,20}[“\"]")
_LEADING_MARK = re.compile(r"^(?:[□■○●◎◇◆▶▷►•∙▪▫◦☞✓✔⇒→ㅇ❍➤▲△※]|[❶-❿➊-➓①-⑳]|[-–—·*+](?=\s)|\*{1,3}|\d{1,2}[)](?=\s))\s*")


Ranked = Sequence[tuple[float, Candidate]]  # scores, best first
Rank = Callable[
    [Analysis, Ranked], tuple[Ranked, float]
]  # a second look: ranked anew, and the log-odds that one answers


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of a candidate's unit that the answer says: `start`/`end` in the document's text; `said` is how."""

    candidate: Candidate
    start: int
    end: int
    said: str
    value: values.Found | None = None  # offsets in the document's text


@dataclass(frozen=True, slots=True)
class Draft:
    """What the reader would answer, and the log-odds that some unit answers at all.

    `ranked` are all candidates with their scores, best first, ties in reading order.
    """

    quotes: tuple[Quote, ...]
    odds: float
    ranked: Ranked

    @property
    def score(self) -> float:
        return self.ranked[0][0]


def read(analysis: Analysis, found: Sequence[Candidate], rank: Rank) -> Draft | None:
    """The best draft from the candidates, which stand in reading order; None where there is none at all."""
    found = to_be_read(analysis, found)
    if not found:
        return None
    scored, odds = rank(analysis, by_score(analysis, found))
    best = _below(analysis, scored, found)
    chosen = [best]
    if analysis.kind == "list":
        chosen = told(analysis, scored, found) + _note_on(best, found)
    elif analysis.kind == "reason":
        chosen += _reason_beside(best, found)
    else:
        chosen += _note_on(best, found) if analysis.kind == "text" else []
        if analysis.kind == "person":
            chosen = [*_speaker(best, found), best]
        if len(rows := named_beside(analysis, best, found)) > 1:
            chosen = rows
    quotes = [quote(analysis, candidate, whole_list=analysis.kind == "list") for candidate in chosen]
    return Draft(tuple(quotes), odds, scored)


def to_be_read(analysis: Analysis, found: Sequence[Candidate]) -> list[Candidate]:
    """Those of the candidates that may answer: all but desks that nobody asks for."""
    return [each for each in found if each.unit.kind != "contact" or _asks_for_desk(analysis, each)]


def by_score(analysis: Analysis, found: Sequence[Candidate]) -> Ranked:
    """The candidates with their scores, best first, ties in reading order."""
    return sorted(((score(analysis, candidate), candidate) for candidate in found), key=lambda pair: -pair[0])


def _asks_for_desk(analysis: Analysis, desk: Candidate) -> bool:
    """Whether it may be asked who is in charge, and of something that the desk's document speaks of."""
    if not analysis.korean:
        return True
    if not {*analysis.kinds} & {"phone", "email", *values.NAMES} and not _DESK.search(analysis.text):
        return False
    topic = {term: desk.weights[term] for term in desk.matched if not _DESK.fullmatch(term)}
    said = sum(weight * desk.matched[term] for term, weight in topic.items())
    return said >= TOPICAL * sum(topic.values())


def score(analysis: Analysis, candidate: Candidate) -> float:
    """How well the unit answers; comparable between the units of one question only."""
    return sum(WEIGHTS[name] * mark for name, mark in marks(analysis, candidate).items())


def marks(analysis: Analysis, candidate: Candidate) -> dict[str, float]:
    """What the unit shares with the question, and whether it holds what is asked for; each about 0..1."""
    unit, unit_text = candidate.unit, candidate.text.rstrip()
    foreign = 0.0 if analysis.korean else 1.0
    wants = values.wants_value(analysis.kind)
    holds = has_value(analysis, candidate)
    names = [1 - value for term, value in candidate.matched.items() if term in analysis.names]
    focus = [candidate.matched[term] for term in analysis.focus if term in candidate.matched]
    return {
        "coverage": candidate.coverage,
        "phrase": candidate.phrase,
        "wording": candidate.wording,
        "similarity": candidate.similarity,
        "relevance": candidate.relevance,
        "foreign coverage": foreign * candidate.coverage,
        "named": candidate.named * candidate.coverage,
        "focus": sum(focus) / len(focus) if focus else 0.5,
        "names missing": sum(names) / len(names) if names else 0.0,
        "value": 0.0 if not wants else 1.0 if holds else 0.5 * bool(names_in(analysis, candidate)),
        "no telephone": 1.0 if analysis.kind in ("phone", "email") and not holds else 0.0,
        "definition": _defines(analysis.subject, candidate) if analysis.kind == "definition" else 0.0,
        "reason": (0.6 + 0.4 * bool(_PLAIN_REASON.search(unit_text))) * holds if analysis.kind == "reason" else 0.0,
        "statement": 1.0 if analysis.kind in ("definition", "reason", "text") and STATES.search(unit_text) else 0.0,
        "list": 1.0 if analysis.kind == "list" and enumerated(candidate.text) else 0.0,
        "row": 1.0 if unit.kind == "row" else 0.0,
        "row defines": 1.0 if analysis.kind == "definition" and unit.kind == "row" else 0.0,
        "contact": 1.0 if unit.kind == "contact" and analysis.kind not in ("phone", "person") else 0.0,
        "denial": float(bool(_DENIES.search(analysis.text) and _DENIED.search(f"{unit.path[-1:]} {candidate.text}"))),
        "heading": 1.0 if unit.kind in ("heading", "header") else 0.0,
    }


def has_value(analysis: Analysis, candidate: Candidate) -> bool:
    """Whether the unit holds a value of the kind asked for; of kinds without values, the turn of speech."""
    match analysis.kind:
        case "definition":
            if re.search(r"약자|약어|줄임말|stand for", analysis.text):
                return _spells_out(analysis.subject, candidate.text)
            return not analysis.subject or _defines(analysis.subject, candidate) > 0
        case "reason":
            return bool(_REASON.search(candidate.text) or _PLAIN_REASON.search(candidate.text))
        case "list":
            return bool(enumerated(candidate.text)) or (
                is_form(candidate.unit) and bool(asked_cells(analysis, candidate.unit.cells, candidate.like))
            )
        case "text":
            return True
        case "person" if not values.titles(analysis.text) <= values.titles(
            " ".join([candidate.text, *(cell.label for cell in candidate.unit.cells)])
        ):
            return False
    if values.in_cells(analysis, candidate.unit):
        return True
    return not is_form(candidate.unit) and bool(values.find(analysis, candidate.text))


def wants_name(analysis: Analysis) -> bool:
    """Whether the answer must be a name: of a person, an office, a place, or whatever has one (과제 이름이 뭐예요?)."""
    return analysis.kind in values.NAMES or (analysis.kind == "text" and _NAME.search(analysis.text) is not None)


def names_in(analysis: Analysis, candidate: Candidate) -> list[values.Found]:
    """The unit's proper names that the question does not give, where it asks for a name of any such kind."""
    if not wants_name(analysis):
        return []
    question = squeeze(analysis.text)
    found = []
    unit = candidate.unit
    names = unit.names + unit.coined if analysis.kind == "person" else unit.names  # 임종석 may be in no dictionary
    spans = [(start - unit.start, end - unit.start) for start, end in names]
    if analysis.kind == "text":
        spans += [match.span(1) for match in _QUOTED.finditer(candidate.text)]
    for start, end in spans:
        text = candidate.text[start:end]
        if squeeze(text) not in question:
            found.append(values.Found(text, analysis.kind, start, end, text))
    return found


def _defines(subject: str, candidate: Candidate) -> float:
    """How plainly the unit says what the subject is: "X란, …" and "X : …" plainest, then "X은 … 말한다".

    So does the answer below a heading that asks for it; the subject may stand without its first words.
    """
    plain = _QUOTES.sub("", squeeze(_LEADING_MARK.sub("", candidate.text)))
    subject = _QUOTES.sub("", subject)
    if candidate.unit.kind == "note" and subject and f"{subject}*" in _QUOTES.sub("", squeeze(candidate.unit.context)):
        return 0.5
    short = next((subject[at:] for at in range(1, len(subject) // 2 + 1) if _opens(subject[at:], plain)), subject)
    at = plain.find(subject) if subject else -1
    if at < 0 and short == subject:
        heading = " ".join(candidate.unit.path[-1:])
        asked = bool(subject) and subject in squeeze(heading) and re.search(r"무엇|뭐|뭔|이?란|뜻|정의", heading)
        return 0.4 if asked and re.search(_TOLD, plain) else 0.0
    if at < 0:
        subject, at = short, 0
    behind = plain[at + len(subject) :]
    if at < 40 and re.match(r"(?:\([^)]*\))?(?:이?란(?!히)|:|즉)", behind):
        return 0.5
    before = plain[:at]
    if at > 15 and "가" <= before[-1:] <= "힣" and (ord(before[-1]) - ord("가")) % 28 in (4, 8):
        return 0.3  # "… 자율 운영되는 지능형 공장인 X": an adnominal ending, ㄴ or ㄹ, before it
    if re.match(r"\)", behind) and before.endswith("("):
        return 0.25  # 우수기업 집중 지원(survival 방식)
    return 0.35 if at < 40 and re.match(rf"(?:\([^)]*\))?[은는이가](?=.*{_TOLD})", behind) else 0.0


def _opens(subject: str, plain: str) -> bool:
    """Whether the text begins by saying what this is: "계절관리제: …", "빛잔치는 …"."""
    return (
        len(subject) > 2
        and re.match(rf"{re.escape(subject)}(?:\([^)]*\))?(?::|이?란|[은는](?=.*{_TOLD}))", plain) is not None
    )


def _spells_out(subject: str, text: str) -> bool:
    """MD in 투자관리자(Managing Director, MD), 인공지능(AI) or AI(인공지능)."""
    name = re.escape(subject)
    plain = squeeze(text)
    return (
        bool(subject)
        and re.search(rf"\([^()]{{2,}}[,:/]{name}\)|[^\s(]\({name}[,)]|{name}\([^()]{{2,}}\)", plain) is not None
    )


def _below(analysis: Analysis, scored: Sequence[tuple[float, Candidate]], found: Sequence[Candidate]) -> Candidate:
    """The best unit, or where that is a heading or a question and gives no value what stands below it."""
    best_score, best = scored[0]
    text = best.text.strip()
    heads = best.unit.kind == "heading" or text.endswith("?")
    if analysis.kind == "list" or not heads or (values.wants_value(analysis.kind) and has_value(analysis, best)):
        return best
    for score, unit in scored:
        if score < best_score - 1.0:
            break
        if (
            unit.passage.document == best.passage.document
            and text in map(str.strip, unit.unit.path)
            and unit.unit.kind != "heading"
        ):
            return unit
    return (_next(best, found) if text.endswith("?") else None) or best


def _next(unit: Candidate, found: Sequence[Candidate]) -> Candidate | None:
    """The unit after this one in its passage."""
    place = found.index(unit) + 1
    return found[place] if place < len(found) and found[place].passage.id == unit.passage.id else None


def _note_on(best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """The footnote below the best unit, where that enumerates and the best does not."""
    note = None if enumerated(best.text) else _next(best, found)
    return [note] if note and note.unit.kind == "note" and enumerated(note.text) else []


def _speaker(best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """The sentence before the best one that names who speaks, where that goes on with the speech: 이어 “…”."""
    if not _GOES_ON.match(best.text):
        return []
    place = found.index(best)
    before = [unit for unit in found[max(place - 3, 0) : place] if unit.passage.id == best.passage.id]
    return [unit for unit in before if _SPEAKS.search(unit.text)][-1:]


def _reason_beside(best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """Where the best gives no plain reason, the sentence near it that does: "이는 … 때문이다" behind it, or one before."""
    place = found.index(best)
    near = [
        found[at] for at in (*range(place + 1, min(place + 4, len(found))), *range(place - 1, max(place - 3, -1), -1))
    ]
    near = [unit for unit in near if unit.passage.id == best.passage.id and unit.unit.kind in SENTENCES]
    if _PLAIN_REASON.search(best.text):
        return []
    plain = [unit for unit in near if _PLAIN_REASON.search(unit.text)]
    if plain or _REASON.search(best.text):
        return plain[:1]
    return [unit for unit in near[:1] if _REASON.search(unit.text)]


def quote(analysis: Analysis, candidate: Candidate, whole_list: bool = False) -> Quote:
    unit = candidate.unit
    if unit.cells and unit.kind in ("row", "contact"):
        return _row_quote(analysis, candidate)
    text = candidate.text
    start, end = 0, len(text)
    while mark := _LEADING_MARK.match(text[start:]):
        start += mark.end()
    opening = start
    if end - start > (400 if whole_list else LENGTH):
        start, end = _best_clauses(analysis, candidate, start, 390 if whole_list else LENGTH)
    if analysis.kind == "person":
        start, end = _holder(analysis, candidate, start, end)
    said = text[start:end].strip()
    start = text.index(said, start)
    value = _nearest_value(analysis, candidate, said)
    at = unit.start + start
    placed = value._replace(start=at + value.start, end=at + value.end) if value else None
    said = ("… " if start > opening else "") + said + (" …" if end < len(text) else "")
    return Quote(candidate, at, unit.start + end - (len(text[start:end]) - len(text[start:end].rstrip())), said, placed)


def _holder(analysis: Analysis, candidate: Candidate, start: int, end: int) -> tuple[int, int]:
    """Of a sentence that names several holders of office in passing the one asked for: 솔재군(군수 나한별)."""
    held = list(_HELD.finditer(candidate.text, start, end))
    fitting = [match for match in held if values.titles(analysis.text) & values.titles(match[0])]
    value = _nearest_value(analysis, candidate, candidate.text[start:end]) if len(held) > 1 else None
    nearest = [match for match in fitting if value and match.start() <= start + value.start < match.end()] or fitting
    return nearest[0].span() if value and len(nearest) == 1 else (start, end)


def _best_clauses(analysis: Analysis, candidate: Candidate, start: int, limit: int) -> tuple[int, int]:
    """The run of clauses within the limit that matches the question best; ties go to the longer, then the earlier."""
    text = candidate.text
    cuts = [match.end() for match in _CLAUSE.finditer(text, start)]
    outside = [cut for cut in cuts if text.count("(", start, cut) == text.count(")", start, cut)]
    bounds = sorted({start, *outside, len(text)})
    best = (-1.0, 0, start, min(start + limit, len(text)))
    for first, begin in enumerate(bounds[:-1]):
        for end in bounds[first + 1 :]:
            if end - begin > limit:
                break
            piece = text[begin:end]
            squeezed = piece.lower().replace(" ", "")
            matches = sum(term in squeezed for term in candidate.matched)
            bonus = 1.5 if values.wants_value(analysis.kind) and values.find(analysis, piece) else 0.0
            best = max(
                best, (matches + bonus, end - begin, begin, end), key=lambda option: (option[0], option[1], -option[2])
            )
    return best[2], best[3]


def _nearest_value(analysis: Analysis, candidate: Candidate, text: str) -> values.Found | None:
    """The value of the kind asked for that stands nearest to the question's words."""
    shift = candidate.text.index(text)
    named = [name._replace(start=name.start - shift, end=name.end - shift) for name in names_in(analysis, candidate)]
    inside = [name for name in named if name.start >= 0 and name.end <= len(text)]
    found = values.find(analysis, text) or [name._replace(kind=SOME_NAME) for name in inside]
    if len(found) < 2:
        return next(iter(found), None)
    anchors = candidate.anchors(analysis)

    def distance(value: values.Found) -> int:
        return sum(min(min(_gap(value, place - shift), 40) for place in places) for places in anchors)

    return min(found, key=distance, default=None)


def _gap(value: values.Found, place: int) -> int:
    return value.start - place if place < value.start else max(place - value.end, 0)


def _row_quote(analysis: Analysis, candidate: Candidate) -> Quote:
    """A row said in words: whose it is, and the cells asked for, or all of them."""
    unit = candidate.unit
    cells = [cell for cell in unit.cells if cell.text]
    if unit.kind == "contact":
        said = " ".join(cell.text for cell in cells)
        asked = [cell for cell in cells if cell.label == {"phone": "전화", "person": "이름"}.get(analysis.kind)]
    else:
        asked = asked_cells(analysis, cells, candidate.like)
        said = in_words(analysis, candidate, asked)
        if len(said) > 300:
            said = said[:299] + "…"
    value = None
    if len(asked) == 1 and unit.start <= asked[0].start:
        value = values.Found(asked[0].text, analysis.kind, asked[0].start, asked[0].end, asked[0].text)
    start = unit.start + len(candidate.text) - len(candidate.text.lstrip())
    end = min(unit.start + len(candidate.text.rstrip()), start + 400)
    return Quote(candidate, start, end, said, value)
