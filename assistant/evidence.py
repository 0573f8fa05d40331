"""How well each sentence and row of the found passages speaks to a question."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.instructions import instructs
from assistant.question import GENERIC, Analysis
from index import korean
from index.columns import is_total
from index.encoders.words import sound_of
from index.normalise import squeeze
from index.quantities import Quantity, quantities
from index.search import Index
from index.types import Hit, Passage, Unit

# How much a term counts that stands not in the unit but in what it is read under, or elsewhere in the passage.
IN_CONTEXT = 0.8
IN_PASSAGE = 0.4
IN_DOCUMENT = 0.25
OTHER_NAME = 0.8
SYNONYM = 0.8
MOST_ALIKE = 0.85
IN_RANGE = 0.9
PREDICATE = 0.4
SENTENCES = ("paragraph", "item", "note")  # the kinds of units that say something in words
MOST_KEPT = 5000  # passages
FAR = 4.0  # below the best passage's fused score: of no relevance
# Cosines of words up to this say nothing: nearly all pairs of unrelated words lie below.
UNLIKE = 0.24
Likeness = Mapping[str, Mapping[str, float]]  # question term -> term of the passages, likest first -> how alike, 0..1
_BOUND = re.compile(r"(\d[\d,]*(?:\.\d+)?)([%℃㎡]|[가-힣]{0,2}?)(이상|초과|이하|미만)")
Stages = Mapping[str, frozenset[str]]  # 차 -> {1, 2}
_STAGE = re.compile(
    r"(?<![\d.,])(?:제\s?)?(\d{1,2})\s?(차|기|분기|단계|회|호|학기|권역|공구|구간)(?![가-힣]?[원산년])|([상하])(반기)"
)
_SUBJECT = re.compile(r"^.{2,40}?[은는이가](?=\s)")
_HAN_PAIR = re.compile(r"[\u4e00-\u9fff]{2}")
_RELATIVE_YEARS = (
    (re.compile(r"올해|금년|올 한|이번 해"), 0),
    (re.compile(r"지난해|작년|전년"), -1),
    (re.compile(r"내년"), 1),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with what speaks for it.

    `matched` maps each question term to 0..1, `coverage` is their mean by `weights`, their rarity; `phrase` is the share of
    the question's character trigrams in the unit, `wording` of its runs of six; `named` is how much of what its cells name the question names;
    `similarity` the cosine of question and unit; `relevance` is 1 for the best passage, less the lower its fused score.
    `stage` is 1 where unit and question name the same stage (2차, 상반기), -1 where the unit names
    another; `subject` how much of what the unit says it speaks of, the question speaks of too. `like` is what `anchors` needs to find the question's words under other names.
    """

    hit: Hit
    unit: Unit
    text: str
    weights: dict[str, float]
    matched: dict[str, float]
    coverage: float
    phrase: float
    wording: float
    named: float
    similarity: float
    relevance: float
    like: Likeness
    stage: float
    subject: float

    @property
    def passage(self) -> Passage:
        return self.hit.passage

    def anchors(self, analysis: Analysis) -> list[list[int]]:
        """For each of the question's words found in `text` under any name, the offsets at which it stands."""
        lowered, found = self.text.lower(), quantities(self.text)
        places = [self.places(name, lowered, found) for name in [*analysis.terms, *analysis.aliases]]
        return [offsets for offsets in places if offsets]

    def places(self, term: str, lowered: str, found: Sequence[Quantity]) -> list[int]:
        """The offsets at which the term stands under any name; `lowered` is the text, `found` its quantities."""
        if term[0] == "#":
            return [quantity.start for quantity in found if term[1:] in quantity.key]
        alike = [other for other, like in self.like.get(term, {}).items() if like > 0.5]
        return [place for word in (term, *alike) for place in _all(word, lowered)]


def _all(word: str, text: str) -> Iterator[int]:
    """Where the word stands in the text, never twice in the same letters."""
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


@dataclass(frozen=True, slots=True)
class _Said:
    """Words, squeezed, with their terms; `together`, one line each: what is not in it is in none of them."""

    text: str
    terms: frozenset[str]

    @staticmethod
    def together(parts: Collection["_Said"]) -> "_Said":
        return _Said(
            "\n".join(part.text for part in parts),
            frozenset().union(*(part.terms for part in parts)),
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """A unit, its place in the passage, what it says itself and what it is read under; whatever is asked."""

    position: int
    unit: Unit
    text: str
    own: _Said
    context: _Said
    other_names: tuple[str, ...]
    stages: tuple[Stages, Stages]  # its own, and of what it is read under
    subject: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Setting:
    """The units of a passage, what they say together, and what stands around each: the passage, and the document."""

    places: tuple[_Place, ...]
    own: _Said
    context: _Said
    passage: str
    passage_terms: frozenset[str]
    document: str


class Evidence:
    """Measures the passages of one index; what it prepares of each passage it keeps. Safe to use from threads."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._settings: dict[str, _Setting] = {}
        self._documents: dict[str, str] = {}

    def candidates(self, analysis: Analysis, hits: Sequence[Hit]) -> list[Candidate]:
        """Every unit of the hits' passages, in their order, measured against the question."""
        like = _likeness(analysis, hits, self.index)
        weights = term_weights(analysis, like, self.index)
        total = sum(weights.values()) or 1.0
        question = squeeze(analysis.text)
        stages = stages_of(analysis.text)
        threes, sixes = _runs(analysis.phrase, 3), _runs(analysis.phrase, 6)
        hits = [hit for hit in hits if self._setting(hit.passage).places]  # others are orders and nothing else
        of_question = {other: value for likes in like.values() for other, value in likes.items()}
        result: list[Candidate] = []
        stands = {term: _finder(term) for term in weights}
        in_document = {
            document: {
                term: (
                    IN_DOCUMENT if stands[term](text) else 0.0,
                    [word for word in analysis.synonyms.get(term, ()) if len(word) > 2 and word in text],
                )
                for term in weights
            }
            for document, text in {hit.passage.document: self._setting(hit.passage).document for hit in hits}.items()
        }
        for hit in hits:
            relevance = max(0.0, 1 - (hits[0].score - hit.score) / FAR)
            setting = self._setting(hit.passage)
            matches = {
                term: _matches(
                    term, stands[term], setting, like.get(term, {}), *in_document[hit.passage.document][term]
                )
                for term in weights
            }
            phrase, wording = _shared(threes, setting), _shared(sixes, setting)
            for at, place in enumerate(setting.places):
                matched = {term: values[at] for term, values in matches.items()}
                coverage = sum(weights[term] * value for term, value in matched.items()) / total
                result.append(
                    Candidate(
                        hit=hit,
                        unit=place.unit,
                        text=place.text,
                        weights=weights,
                        matched=matched,
                        coverage=coverage,
                        phrase=phrase[at],
                        wording=wording[at],
                        named=_named(place, question, like),
                        similarity=hit.similarities[place.position] if hit.similarities else 0.0,
                        relevance=relevance,
                        like=like,
                        stage=_same_stage(stages, place.stages),
                        subject=sum(max(matched.get(term, 0.0), of_question.get(term, 0.0)) for term in place.subject)
                        / (len(place.subject) or 1),
                    )
                )
        return result

    def _setting(self, passage: Passage) -> _Setting:
        if passage.id not in self._settings:
            if len(self._settings) >= MOST_KEPT:
                self._settings.clear()
            self._settings[passage.id] = self._prepared(passage)
        return self._settings[passage.id]

    def _prepared(self, passage: Passage) -> _Setting:
        document = self.index.document(passage.document)
        published = document.metadata.published[:4] if document else ""
        title = document.metadata.title if document else ""
        whole = self._documents.setdefault(passage.document, squeeze(document.text) if document else "")
        places: list[_Place] = []
        above = ""
        above_terms: tuple[str, ...] = ()
        for position, unit in enumerate(passage.units):
            text = passage.text[unit.start - passage.start : unit.end - passage.start]
            if instructs(text):  # orders to a machine are no evidence
                continue
            own = " ".join([text, *(f"{cell.label} {cell.text}" for cell in unit.cells)])
            context = " ".join([title, *unit.path, unit.context, above])
            opening = squeeze(subject[0]) if (subject := _SUBJECT.search(text)) else ""
            own_terms = frozenset({*unit.terms, *_years(own, published)})
            # The year a document appeared in is the year it speaks of, unless the unit names another.
            spoken_of = {*own_terms, *_years(" ".join([*unit.path, unit.context]), published)}
            named = any(term.startswith(("#2", "#1")) for term in spoken_of if term.endswith("년"))
            of_document = {f"#{published}년"} if published and not named else set()
            context_terms = frozenset({*passage.context_terms, *above_terms, *_years(context, published), *of_document})
            places.append(
                _Place(
                    position,
                    unit,
                    text,
                    _Said(self._with_other_names(own), own_terms),
                    _Said(self._with_other_names(context), context_terms),
                    _other_names(unit),
                    (stages_of(own), stages_of(" ".join([*unit.path, unit.context]))),
                    frozenset(term for term in unit.terms if opening and term in opening),
                )
            )
            above, above_terms = (text, unit.terms) if unit.kind in ("paragraph", "item") else ("", ())
        around_terms = frozenset(term for unit in passage.units for term in unit.terms)
        return _Setting(
            tuple(places),
            _Said.together([place.own for place in places]),
            _Said.together([place.context for place in places]),
            self._with_other_names(passage.text),
            around_terms,
            whole,
        )

    def _with_other_names(self, text: str) -> str:
        """The squeezed text with the other name of every alias that stands in it."""
        squeezed = squeeze(text)
        return " ".join([squeezed, *self.index.other_names(squeezed)])


def term_weights(analysis: Analysis, like: Likeness, index: Index) -> dict[str, float]:
    """Each question term with how much it tells: its rarity among the passages, less for what is easily put otherwise."""
    terms = analysis.terms if analysis.korean else _segmented(analysis.terms, like)
    # Whoever asks for a telephone number finds one where nobody writes 전화번호.
    easily = analysis.predicates | (GENERIC if analysis.kind in ("phone", "email") else frozenset())
    return {term: index.rarity(term) * (PREDICATE if term in easily else 1.0) for term in terms}


def stages_of(text: str) -> Stages:
    """The stages that a text names, by what counts them: 제2차 -> 차: 2."""
    stages: dict[str, frozenset[str]] = {}
    for number, counter, half, of in _STAGE.findall(text):
        stages[counter or of] = stages.get(counter or of, frozenset()) | {number or half}
    return stages


def _same_stage(asked: Stages, said: Sequence[Stages]) -> float:
    """1 where all stages asked for are said (nearest first), -1 where another is instead, 0 where nothing is told."""
    result = 0.0
    for counter, numbers in asked.items():
        nearest = next((each[counter] for each in said if counter in each), frozenset[str]())
        if nearest and not numbers & nearest:
            return -1.0
        result = 1.0 if nearest else result
    return result


def _segmented(terms: Sequence[str], like: Likeness) -> list[str]:
    """Terms of which overlapping pairs of Han characters (機械, 械行, 行業) leave those that are words: the likeliest."""
    strength = {term: max(like.get(term, {}).values(), default=0.0) for term in terms}
    kept: list[str] = []
    for place, term in enumerate(terms):
        beside = (*terms[max(place - 1, 0) : place], *terms[place + 1 : place + 2])
        overlapping = [other for other in beside if other[-1] == term[0] or other[0] == term[-1]]
        if not _HAN_PAIR.fullmatch(term) or all(strength[term] > strength[other] for other in overlapping):
            kept.append(term)
    return kept


def _years(text: str, published: str) -> set[str]:
    """The years a text speaks of, "#2025년", its 올해 and 지난해 counted from the year it was published."""
    found = quantities(text)
    years = {f"#{quantity.key}" for quantity in found if quantity.kind == "year"}
    years |= {f"#{quantity.key[:5]}" for quantity in found if quantity.kind == "date" and "년" in quantity.key}
    if published:
        years |= {f"#{int(published) + shift}년" for pattern, shift in _RELATIVE_YEARS if pattern.search(text)}
    return years


def _matches(
    term: str,
    stands_in: Callable[[str], bool],
    setting: _Setting,
    likes: Mapping[str, float],
    in_document: float,
    synonyms: Sequence[str],
) -> list[float]:
    """How far each unit of the passage says the term: itself, by what it is read under, or by what stands around it.

    Most terms stand in no unit of a passage: only what any of them says is looked for in each.
    """

    def says(said: _Said) -> bool:
        return term in said.terms or stands_in(said.text)

    def named(said: _Said, words: Sequence[str]) -> bool:
        return any(word in said.text for word in words)

    def match(place: _Place) -> float:
        if in_own and says(place.own):
            return 1.0
        if in_context and says(place.context):
            return IN_CONTEXT
        if term[0] == "#":
            return 0.0
        if named(place.own, synonyms):
            return SYNONYM
        if named(place.context, synonyms):
            return IN_CONTEXT * SYNONYM
        alike = next((likes[other] for other in near_own if other in place.own.terms), 0.0)
        return max(
            alike, IN_CONTEXT * next((likes[other] for other in near_context if other in place.context.terms), 0.0)
        )

    beside = _beside(term, stands_in, setting, likes, in_document)
    in_own, in_context = says(setting.own), says(setting.context)
    synonyms = [word for word in synonyms if word in setting.own.text or word in setting.context.text]
    near_own = [other for other in likes if other in setting.own.terms]
    near_context = [other for other in likes if other in setting.context.terms]
    if not (in_own or in_context or synonyms or near_own or near_context):
        return [beside] * len(setting.places)
    return [max(match(place), beside) for place in setting.places]


def _beside(
    term: str, stands_in: Callable[[str], bool], setting: _Setting, likes: Mapping[str, float], in_document: float
) -> float:
    """How far what stands around the passage's units says the term."""
    if term[0] == "#":
        return 0.0
    if stands_in(setting.passage):
        return IN_PASSAGE
    alike = next((likes[other] for other in likes if other in setting.passage_terms), 0.0)
    return max(in_document, IN_PASSAGE * alike)


def _finder(term: str) -> Callable[[str], bool]:
    """Whether the term stands in a squeezed text: inside a compound too, but a number never inside a longer one."""
    if term[0] == "#":
        return lambda squeezed: False
    if len(term) < 3 and term.isascii() and term.isalpha():
        pattern = re.compile(rf"(?<![a-z]){re.escape(term)}(?![a-z])")
    elif term[-1].isdecimal() or term[0].isdecimal():
        pattern = re.compile(rf"(?<![\d.]){re.escape(term)}(?!\.?\d)")
    else:
        plain = term.lstrip("=")
        return lambda squeezed: plain in squeezed
    return lambda squeezed: pattern.search(squeezed) is not None


def is_form(unit: Unit) -> bool:
    """Whether the row is one of a form, key and value, rather than one of many of a kind."""
    return unit.kind == "row" and any(cell.label == unit.cells[0].text for cell in unit.cells[1:2])


def _other_names(unit: Unit) -> tuple[str, ...]:
    """What a row may go by besides its first cell, squeezed: the name of a standard that its number leads."""
    if unit.kind != "row" or is_form(unit):
        return ()
    parts = [part for cell in unit.cells[1:] if len(cell.text) < 40 for part in re.split(r"[,/]\s?", cell.text)]
    return tuple(name for name in map(squeeze, parts) if len(name) > 2 and re.search(r"[^\W\d]{2}", name))


def _named(place: _Place, question: str, like: Likeness) -> float:
    """For a row, 1 where the question names its subject; for a contact, the office, person and rank it names."""
    unit = place.unit
    if unit.kind == "contact":
        worth = {"담당 부서": 0.6, "이름": 0.8, "직위": 0.3, "구분": 0.2}
        words = [(cell.label, word) for cell in unit.cells for word in cell.text.split() if cell.label in worth]
        return sum(worth[label] for label, word in words if squeeze(word) in question and len(word) > 1)
    if is_form(unit):
        subject_words = [word for word in map(squeeze, unit.context.split()) if len(word) > 2]
        return min(sum(word in question for word in subject_words) / 2, 1.0)
    if unit.kind == "row" and unit.cells:
        first, *others = unit.cells
        subject = squeeze(re.sub(r"\(.*?\)", "", first.text))
        by_other = any(name in question for name in place.other_names)
        if re.fullmatch(r"총합계?|합계|총계|계", subject):
            added = re.search(r"총합|합계|합친|합하|합쳐|다합|전체|모두", question)
            of_column = any(is_total(cell.label) for cell in others)  # may be asked of another row
            return (0.5 if of_column else 1.0) if added else 0.0
        if within(subject, question):
            return IN_RANGE
        numbers = re.findall(r"\d+(?:\.\d+)?", subject)
        if numbers and not set(numbers) <= set(re.findall(r"\d+(?:\.\d+)?", question)):
            plain = squeeze(re.sub(r"\S*\d\S*", "", first.text))
            return 0.8 if by_other or (len(plain) > 3 and plain in question) else 0.0
        pairs = [subject[at : at + 2] for at in range(len(subject) - 1)]
        share = sum(pair in question for pair in pairs) / len(pairs) if pairs else 0.0
        inside = [term for term in unit.terms if len(term) > 1 and term in subject]
        alike = [max((likes.get(term, 0.0) for likes in like.values()), default=0.0) for term in inside]
        # 지능형로보트 names the row 지능형로봇, and so does a foreign word for it.
        by_likeness = min(alike) if alike and min(alike) >= 0.5 else 0.0
        return max(OTHER_NAME if by_other else 0.0, share if share >= 0.6 else 0.0, by_likeness)
    return 0.0


def within(subject: str, question: str) -> bool:
    """Whether a row of a range (120%초과180%이하, 10세미만) is of a figure that the squeezed question states."""
    if not _BOUND.search(subject):
        return False
    bounds = [(float(number.replace(",", "")), unit, word) for number, unit, word in _BOUND.findall(subject)]
    unit = next((unit for _, unit, _ in bounds if unit), "")
    if not unit:
        return False
    for number, how in re.findall(
        rf"(?<![\d.])(\d[\d,]*(?:\.\d+)?){unit}([을를이]?(?:넘|초과|미만|안되|못미))?", question
    ):
        value = float(number.replace(",", "")) + (0 if not how else 1e-6 if re.search("넘|초과", how) else -1e-6)
        tests = {"이상": value.__ge__, "초과": value.__gt__, "이하": value.__le__, "미만": value.__lt__}
        if all(tests[word](bound) for bound, _, word in bounds):
            return True
    return False


def _likeness(analysis: Analysis, hits: Sequence[Hit], index: Index) -> Likeness:
    """For each question term that is no name, the terms of the hits that mean much the same, likest first."""
    asked = [term for term in analysis.terms if term not in analysis.names and term not in analysis.compounds]
    bags = [bag for hit in hits for bag in (hit.passage.context_terms, *(unit.terms for unit in hit.passage.units))]
    present: list[str] = sorted({term for bag in bags for term in bag if term[0] not in "#="})
    stems = korean.stems(analysis.text)
    alike = index.likeness([f"{term}다" if term in stems else term for term in asked], present)
    like = {
        term: {present[at]: min((float(row[at]) - UNLIKE) * 2.2, MOST_ALIKE) for at in np.flatnonzero(row > UNLIKE)}
        for term, row in zip(asked, alike, strict=True)
    }
    for term in analysis.terms:
        of_term = like.setdefault(term, {})
        for other in analysis.synonyms.get(term, frozenset()).intersection(present):
            of_term[other] = max(of_term.get(other, 0.0), SYNONYM)
        if len(term) > 2 and term[0] >= "가":
            of_term |= {other: MOST_ALIKE for other in present if len(other) == len(term) and _misspelt(term, other)}
    return {term: dict(sorted(of_term.items(), key=lambda pair: -pair[1])) for term, of_term in like.items()}


def _misspelt(one: str, other: str) -> bool:
    """Whether two words of one length are one but for a syllable that sounds much the same, as a scan slips: 풀스택, 폴스택."""
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1 and sound_of(one) == sound_of(other)


def _runs(phrase: str, size: int) -> set[str]:
    """The phrase's runs of `size` characters."""
    return {phrase[at : at + size] for at in range(len(phrase) - size + 1)}


def _shared(runs: set[str], setting: _Setting) -> list[float]:
    """The share of the runs that stand in each unit of the passage; a row is read with what it is read under."""
    somewhere = [run for run in runs if run in setting.own.text or run in setting.context.text]
    return [
        sum(run in place.own.text or (place.unit.kind == "row" and run in place.context.text) for run in somewhere)
        / len(runs)
        if somewhere
        else 0.0
        for place in setting.places
    ]
