"""What the documents put side by side where a question asks for it: of a year, a stage, a name, a set, a doubted sum."""

import re
from collections.abc import Sequence

from assistant import values
from assistant.evidence import Candidate, is_form
from assistant.question import GENERIC, Analysis, kind_of
from assistant.reader import SOME_NAME, quote
from index.normalise import squeeze
from index.quantities import quantities
from index.search import Index

# The share that another unit must have of what the best one says of the question's nouns, and where the question doubts.
ABOUT, ABOUT_DOUBTED = 0.75, 0.6
# The clauses of a question that only say that the sources differ, and all that says so.
_DIFFER = (
    r"(?:(?:자료|문서|기사|출처|보도)(?:마다|별로)[^.?!]{0,20}?|서로\s)(?:다르|다른|다를|달라|달랐|틀리|엇갈|맞)[^.?!]*"
)
_DOUBT = re.compile(
    rf"{_DIFFER}|다르게|(?:자료|문서|기사|출처)(?:마다|별)|두\s?(?:군데|곳|가지)(?:서|에서|로)|표기|맞는지|맞나요|맞습니까|안\s?맞|다르던|다른가요|다르[네다]|달라[요서]|달랐|다른\s?(?:데|것\s?같)|차이가\s?[나있]"
    r"|엇갈|헷갈|더\s?[큰많적]\S*\s것\s?같|라고\s(?:봐|적어|써|불러|알아)야|(?:어느|어떤|뭐|무엇)\s?(?:게|것이|쪽이|가|이)\s?맞"
)
_OR = re.compile(r"(?:\s?(?:이상|이하|안팎|내외|[가-힣]{2}))?\s?(?:인가요?|인지|이에요|예요|입니까|이야|이냐|아니면)")
_TOTAL = re.compile(r"총|합계|전체|모두")
_NAME_OF = re.compile(r"([\w·]{2,}?)의?\s(?:(?:정식|공식|정확한)\s)?(?:이름|명칭)")
_COUNTED = re.compile(r"\s?((?:[가-힣A-Za-z]+[·/])*[가-힣A-Za-z]+?)(?:[은는이가을를의]|등)?(?![가-힣·/])")
_STAGES = {  # what asks for the value of a stage; what tells it
    "계획": (re.compile(r"앞으로|목표|계획|예정|늘[리린릴]"), re.compile(r"계획|목표|예정|방침|확대")),
    "실적": (re.compile(r"지금까지|현재|실제|실적"), re.compile(r"현재|누적|선정|기존")),
}
# A unit, its value (offsets in the unit's text) and what that counts, where it is told by the asking.
Told = tuple[Candidate, values.Found, str]


def without_doubt(question: str) -> str:
    """The question without the clauses that only say that the sources differ, where it asks the same without them."""
    rest = re.sub(rf"(?:(?<=[.?!,])|[가-힣]{{1,10}}[이가은는]\s)\s?{_DIFFER}[.?!]?", "", question).strip()
    return rest if kind_of(rest) == kind_of(question) else question


def asked_for(analysis: Analysis, candidates: Sequence[Candidate], index: Index, question: str) -> list[Told]:
    """The units that the question itself asks to be held against each other; whether they differ is not told.

    `candidates` are best first; `question` is the one with its doubts, of which `analysis` knows nothing.
    """
    doubted = _DOUBT.search(question) is not None
    near = _near(analysis, candidates, ABOUT_DOUBTED if doubted else ABOUT)
    if analysis.kind == "person":
        return _heads(analysis, candidates)
    offered = _offered(question)
    if len(offered) > 1 or (offered and analysis.kind != "text"):
        return _alternatives(_near(analysis, candidates, ABOUT_DOUBTED), offered)
    if analysis.kind == "amount" and doubted and _TOTAL.search(question):
        return _total_and_part(analysis, candidates)
    if analysis.kind == "text":
        told = _sets(near, question) or _names(analysis, near)
    else:
        told = _staged(analysis, near, question, doubted, index)
    if doubted and len({value.key for _, value, _ in told}) < 2:
        told = _any(analysis, _near(analysis, candidates, ABOUT), question)
    # Whoever doubts nothing is not to lose the best answer.
    return told if doubted or any(each is candidates[0] for each, *_ in told) else []


def _near(analysis: Analysis, candidates: Sequence[Candidate], share: float) -> list[Candidate]:
    """The units that, with what they are read under, say nearly as many of the question's nouns as any, most first."""
    offered = {number for key in _offered(analysis.text) for number in (f"#{key}", _digits(key), key)}
    left_out = {*analysis.predicates, *GENERIC, *offered}

    def about(candidate: Candidate) -> float:
        asked = [term for term in candidate.matched if term not in left_out]
        return sum(candidate.weights[term] * candidate.matched[term] for term in asked)

    most = max(map(about, candidates))
    return sorted((each for each in candidates if about(each) >= share * most), key=about, reverse=True)


def _any(analysis: Analysis, near: Sequence[Candidate], question: str) -> list[Told]:
    """Whatever value each unit gives; where none is asked for, those like the ones that the question states."""
    told: list[Told] = []
    stated = {(quantity.kind, quantity.unit) for quantity in quantities(question)}
    for candidate in near:
        if any(value < 0.8 for term, value in candidate.matched.items() if term in analysis.names):
            continue
        alike = [each for each in quantities(candidate.text) if (each.kind, each.unit) in stated]
        if analysis.kind in values.FIGURES and (value := value_of(analysis, candidate)):
            told += [(candidate, value, "")] if analysis.unit in value.text else []
        elif analysis.kind == "text" and alike:
            kind, start, end, key, _ = alike[0]
            told.append((candidate, values.Found(candidate.text[start:end], kind, start, end, key), ""))
    return told


def _sets(near: Sequence[Candidate], question: str) -> list[Told]:
    """Where a count that the question states counts a wider set here than there: 153개 기업, 153개 기업·연구기관."""
    if not re.search(r"전부|모두|섞|뿐|만\s|맞", question):
        return []
    stated = {_digits(quantity.key) for quantity in quantities(question) if quantity.kind == "count"}
    found: dict[frozenset[str], Told] = {}
    for candidate in near:
        for _, start, end, key, _ in quantities(candidate.text):
            behind = _COUNTED.match(candidate.text, end)
            if behind and _digits(key) in stated:
                text = candidate.text[start : behind.end(1)]
                value = values.Found(text, "count", start, behind.end(1), text)
                found.setdefault(frozenset(re.split("[·/]", behind[1])), (candidate, value, behind[1]))
    return [found[one] for one in found if any(one > other or one < other for other in found)]


def _names(analysis: Analysis, near: Sequence[Candidate]) -> list[Told]:
    """Where a name is asked, the names that end in the word for the thing: 종합지원센터, AX지원센터."""
    asked = _NAME_OF.search(analysis.text)
    if asked is None or asked[1] in GENERIC:
        return []
    quoted = rf"(?<=[“‘「『\"'])[^”’」』\"'\n]{{1,30}}{re.escape(asked[1])}(?=[”’」』\"'])"
    named = re.compile(rf"{quoted}|[\w·]+{re.escape(asked[1])}")
    found: dict[str, Told] = {}
    for candidate in near:
        names = list(named.finditer(candidate.text))
        if len(names) == 1 and not any(squeeze(names[0][0]) in other for other in found):  # two: it tells of a renaming
            value = values.Found(names[0][0], "text", *names[0].span(), names[0][0])
            found[squeeze(names[0][0])] = (candidate, value, "")
    return list(found.values())


def _heads(analysis: Analysis, candidates: Sequence[Candidate]) -> list[Told]:
    """Those whom contacts of different documents name for the office asked about, by the same words of its name."""
    ranks, contacts = values.titles(analysis.text), [each for each in candidates if each.unit.kind == "contact"]
    if not ranks or contacts[:1] != candidates[:1]:
        return []
    one, other = squeeze(analysis.text), squeeze(contacts[0].text)
    runs = (one[start:end] for start in range(len(one)) for end in range(start + 4, min(start + 20, len(one)) + 1))
    named = max((run for run in runs if run in other), key=len, default=None)
    first: dict[str, Told] = {}
    for candidate in contacts:
        value = value_of(analysis, candidate)
        if value and named and named in squeeze(candidate.text) and ranks <= values.titles(candidate.text):
            first.setdefault(candidate.passage.document, (candidate, value, ""))
    return list(first.values())


def _offered(question: str) -> list[str]:
    """The keys of the values that the question offers to choose from: 100개 이상인가요 500개 이상인가요."""
    return [each.key for each in quantities(question) if _OR.match(question, each.end)]


def _alternatives(candidates: Sequence[Candidate], offered: Sequence[str]) -> list[Told]:
    """A unit for each of the values that the question offers."""
    left, told = list(offered), []
    for candidate in candidates:
        for kind, start, end, key, _ in reversed(quantities(candidate.text)):
            alike = next((each for each in left if key == each or (kind in ("date", "year") and each in key)), None)
            if alike:
                left.remove(alike)
                basis = "기간" if "~" in candidate.text[max(start - 1, 0) : end + 1] else ""
                told.append((candidate, values.Found(candidate.text[start:end], kind, start, end, key), basis))
                break
    return told


def _total_and_part(analysis: Analysis, candidates: Sequence[Candidate]) -> list[Told]:
    """The total that a sentence states and the row that the question names, where it doubts that they fit."""
    part = next((each for each in candidates if each.unit.kind == "row" and each.named >= 0.6), None)
    mine = value_of(analysis, part) if part else None
    for candidate in candidates if part and mine else []:
        for value in values.find(analysis, candidate.text) if candidate.unit.kind != "row" else []:
            if part and mine and _TOTAL.search(candidate.text[max(value.start - 6, 0) : value.start]):
                return [(candidate, value, "총"), (part, mine, part.unit.cells[0].text)]
    return []


def _staged(analysis: Analysis, near: Sequence[Candidate], question: str, doubted: bool, index: Index) -> list[Told]:
    """The values of the year asked about, or planned, or reached, as asked; one of each where both are asked."""
    years = {quantity.key for quantity in quantities(question) if quantity.kind == "year"}
    stages = [stage for stage, (asking, _) in _STAGES.items() if asking.search(question)]
    told: dict[str, list[tuple[str, Told]]] = {}
    for candidate in near if years or (doubted and stages) else []:
        named = all(value >= 0.8 for term, value in candidate.matched.items() if term in analysis.names)
        if (candidate.unit.kind == "row" and not is_form(candidate.unit)) or (years and not named):
            continue
        for value in values.find(analysis, candidate.text):
            year, stage = _stage(candidate, value, index)
            if analysis.unit in value.text and (year in years if years else stage in stages):
                basis = stage if len(stages) > 1 else ""
                told.setdefault("" if years else stage, []).append((year, (candidate, value, basis)))
    if len(stages) > 1 and not years:
        return [told[stage][0][1] for stage in stages if stage in told]
    if stages == ["계획"] and not years:  # whatever is on the way to the years planned for
        said = told.get("계획", [])
        return [each for year, each in said if year] or [each for _, each in said]
    return [each for those in told.values() for _, each in those]


def _stage(candidate: Candidate, value: values.Found, index: Index) -> tuple[str, str]:
    """The year that stands last before the value, and whether by then it is planned: 계획, 실적 or neither."""
    before, behind = candidate.text[: value.start], re.split(r"[,→]", candidate.text[value.end :])[0]
    clause = re.split(r"[,→]", before)[-1] + behind
    year = next((each.key for each in reversed(quantities(before)) if each.kind == "year"), "")
    published = published_on(candidate, index)[:4]
    if year and published:
        return year, "실적" if year[:4] <= published else "계획"
    if behind.startswith("에서"):
        return year, "실적"
    return year, next((stage for stage, (_, tells) in _STAGES.items() if tells.search(clause)), "")


def _digits(key: str) -> str:
    return re.sub(r"[^\d.]+", "", key)


def published_on(candidate: Candidate, index: Index) -> str:
    document = index.document(candidate.passage.document)
    return document.metadata.published if document else ""


def value_of(analysis: Analysis, candidate: Candidate) -> values.Found | None:
    """The value that the unit gives for the thing asked, the one nearest to the question's words; offsets in its text.

    The key of a cell's figure has the unit that its column's label states.
    """
    said = quote(analysis, candidate)
    if said.value and said.value.kind == SOME_NAME:
        return None  # the name of something else contradicts nothing
    if value := said.value:
        figure = value.text.removeprefix("약").strip()
        keys = [each.key for each in quantities(said.said) if said.said.startswith(figure, each.start)]
        key = keys[0] if keys and candidate.unit.kind == "row" else value.key
        return value._replace(start=value.start - candidate.unit.start, end=value.end - candidate.unit.start, key=key)
    if candidate.unit.kind in ("row", "contact"):
        return next(iter(values.find(analysis, candidate.text)), None)
    return None
