"""Answers computed from a whole table: its greatest and least, ranks, sums, means, differences and counts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import ge, gt, le, lt

from assistant import values
from assistant.evidence import SENTENCES, Candidate
from assistant.phrases import is_closed
from assistant.question import Analysis
from assistant.reader import Draft, Quote
from index.columns import Column, Entry, columns, is_total, tables
from index.normalise import squeeze
from index.quantities import magnitude, quantities
from index.search import Index
from index.terms import terms
from index.types import Document, Passage, Unit

FITTING = 0.55  # how much of what is asked, weighed by rarity, a table must speak of
FITTING_ANY = 0.72  # the same, of a table that does not say what its rows are ("구분")
ALIKE = 0.42  # the cosine from which another word for what a row is counts as that
MOST_CITED = 8
SURER = 3.0  # log-odds: where a table gives all that a computing asks for, that is seldom beside the point
_LOW = r"(?:적[은게어었]|작|낮|싸|싼|짧|좁)"
_DEGREE = rf"(?:많|크|큰|높|비싸|비싼|길|긴|넓|{_LOW})[가-힣]*"
_COUNTS = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_NUMBER = rf"(\d{{1,2}}|{'|'.join(_COUNTS)})"
_MOST = re.compile(rf"(?:가장|제일)\s?(?:[가-힣]+\s){{0,2}}?{_DEGREE}|최[고대다저소](?=[인치는값]|\?|$)|꼴찌")
_MORE = re.compile(rf"더\s?{_DEGREE}")
_IS_LOW = re.compile(rf"(?:가장|제일|번째로?|더)\s?(?:[가-힣]+\s){{0,2}}?{_LOW}|{_LOW}[가-힣]*\s순|하위|최[저소]|꼴찌")
_PLACE = re.compile(rf"(?<![\d.]){_NUMBER}\s?(?:번째로?\s?{_DEGREE}|위(?=[는인의를와]|\s|\?|$))")
_FIRST = re.compile(rf"(?:상위|하위)\s?{_NUMBER}(?!\d)|{_DEGREE}\s(?:[가-힣]+\s)?{_NUMBER}\s?(?:개|곳|가지|군데)")
_DIFFERENCE = re.compile(
    rf"차이|격차|차액|얼마나\s?더|(?:얼마|몇\s?\S+)\s더|보다\s(?:얼마|몇)|{_MORE.pattern}\s?(?:얼마|몇)"
)
_RANK = re.compile(r"몇\s?(?:위|번째)|순위")
_SUM = re.compile(r"합계|총합|총계|합산|합[하치친쳐해]|더[하한해]|총액|(?P<loosely>전체|모두|통틀|총\s)")
_SHRUNK = r"줄어[든드들]|감소[한하될된]|낮아[진지질]|떨어[진지질]"
_CHANGED = re.compile(rf"(?:{_SHRUNK}|늘어[난나날]|증가[한하될된]|높아[진지질]|오[른르를])[는은]?\s?[가-힣]")
_YEAR = re.compile(r"((?:19|20)\d\d)년?")
_EXTREME = re.compile("가장|제일|최대")
_CHANGE = re.compile("증감|증가|감소|대비|변동|변화")
_COMPUTED = (_CHANGED, _MOST, _MORE, _PLACE, _FIRST, _DIFFERENCE, _RANK, _SUM, re.compile("평균"))
_BOUND = re.compile(
    r"(?P<at_least>이상)|(?P<at_most>이하)|(?P<above>초과|[을를이가]?\s?넘[는은기어었])|(?P<below>미만|[이가]?\s?안\s?되는)"
)
_MONEY = re.compile(r"금액|예산|돈|액수|얼마|비용|투자|사업비|\d\s?[조억만]?\s?원")
_LEFT_OUT = re.compile(r"빼고|제외|말고|아니라")
_ASKED_FOR = re.compile(
    r"(?:어느|어떤|무슨)\s?([가-힣A-Za-z]{2,}?)(?=[은는이가을를에도의인]|입니|\s|\?|$)"
    r"|([가-힣A-Za-z]+?)(?:[은는이가을를]|들은)?\s?(?:어디|무엇|뭐|뭔|누구|얼마|몇|알려|말해|찾아|\?|$)"
)
# May be asked for without being named in a table.
_ANYTHING = re.compile(
    r"금액|액수|돈|제일|가장|고르|곳|것|데|쪽|개|값|위|표|순위|[상하]위|최[고대다저소]|차이|격차|합계?|총합|평균|결과|정도|더|모두|전부|순서|가지|전년|대비|해|[가-힣]+면"
)
_ANY_SORT = re.compile(r"구분|항목|분류|이름|명칭|내역")
_SORTS = re.compile(r"분야|업종|부문|산업|종류|유형|구분|항목|품목")  # of the same things: what rows are sorted by
_BY_COMPUTING = "(표에서 계산)"
Figures = Column[Unit]
Row = Entry[Unit]
Told = tuple[str, Sequence[Row]] | None  # what is said, and the rows it rests on


def computed(analysis: Analysis, draft: Draft | None, index: Index) -> Draft | None:
    """The draft with what a found table gives by computing; None where nothing like it is asked or no table fits.

    What a sentence states is left to the reader; a total or rank that the table states is said, not computed.
    """
    text = analysis.text
    asks = any(pattern.search(text) for pattern in (*_COMPUTED, _BOUND, re.compile("몇")))
    if draft is None or not asks or not analysis.korean or _stated(analysis, draft.ranked[0][1]):
        return None
    for lines, passages, measured in _tables(draft, index):
        like, document = _fitting(analysis, measured), index.document(measured[0].passage.document)
        best = measured[0].unit == draft.ranked[0][1].unit
        if like and document and (told := _told(analysis, lines, document, index, like, best)):
            said, rows = told
            cited = rows if len(rows) <= MOST_CITED else (rows[0], rows[-1])
            first, *rest = (_quote(row, said, like, passages) for row in cited)
            quotes = (first, *(replace(quote, said="") for quote in rest))
            return replace(draft, quotes=quotes, odds=draft.odds + SURER)
        named = (each for each in measured if each.named >= 0.8 and not is_total(each.unit.cells[0].text))
        if (_SUM.search(text) or "평균" in text) and any(named):
            return None  # what is said of one row, and another table does not have
    return None


def _stated(analysis: Analysis, best: Candidate) -> bool:
    """Whether the best unit is a sentence that says it: the greatest, the sum, how many there are."""
    asked = [pattern for pattern in _COMPUTED if pattern.search(analysis.text)]
    says = all(pattern.search(best.text) for pattern in asked)
    holds = not values.wants_value(analysis.kind) or bool(values.find(analysis, best.text))
    return says and holds and best.unit.kind in SENTENCES


def _tables(draft: Draft, index: Index) -> Iterator[tuple[list[Unit], dict[int, Passage], list[Candidate]]]:
    """The whole tables of the candidates, best first: header and rows, the passages by row start, the candidates."""
    seen: set[tuple[str, int]] = set()
    for _, candidate in draft.ranked:
        document, start = candidate.passage.document, candidate.unit.start
        if candidate.unit.kind not in ("row", "header") or (document, start) in seen:
            continue
        run = index.run(candidate.passage)
        passages = {unit.start: passage for passage in run for unit in passage.units}
        lines = next((t for t in tables(u for p in run for u in p.units) if start in {line.start for line in t}), [])
        starts = {start, *(line.start for line in lines)}
        seen |= {(document, place) for place in starts}
        if lines:
            ranked = [other for _, other in draft.ranked if other.passage.document == document]
            yield lines, passages, [other for other in ranked if other.unit.start in starts]


def _fitting(analysis: Analysis, measured: Sequence[Candidate]) -> Candidate | None:
    """The best row as what the whole table says of the question; None where it does not speak of what is asked."""
    best = measured[0]
    matched = {term: max(candidate.matched[term] for candidate in measured) for term in best.weights}
    for term in best.weights:  # what computing answers
        ranked = term.isdecimal() and (_PLACE.search(analysis.text) or _FIRST.search(analysis.text))
        number = ranked or (_BOUND.search(analysis.text) and re.fullmatch(r"#?[\d.]*[십백천만억조]*원?", term))
        if number or term in analysis.predicates or any(p.search(term) for p in (_ANYTHING, *_COMPUTED)):
            matched[term] = 1.0
    total = sum(best.weights.values()) or 1.0
    coverage = sum(best.weights[term] * value for term, value in matched.items()) / total
    missed = any(matched[term] < (0.8 if term[0] == "#" else 0.2) for term in analysis.names & matched.keys())
    return None if coverage < FITTING or missed else replace(best, matched=matched, coverage=coverage, named=1.0)


def _told(
    analysis: Analysis, lines: Sequence[Unit], document: Document, index: Index, like: Candidate, best: bool
) -> Told:
    """What the table gives for the question, None where its columns or its rows are not what is asked for.

    `like` is what the table says of the question; `best` whether the best unit is one of its rows.
    """
    text, found = analysis.text, columns(lines)
    labels = {column.label for column in found}
    naming = [cell.label for cell in lines[1].cells if cell.label and cell.label not in labels]
    asked = [match[1] or match[2] for match in _ASKED_FOR.finditer(text)]
    subject = next((label for label in naming[:2] if label in asked), naming[0] if naming else "")
    noun = re.sub(r"\(.*?\)|(?:^|\s)구분$|(?<=[가-힣])(?<![설증수])명$", "", subject).strip() or "항목"
    what = re.escape(noun)
    counted = re.search(rf"몇\s?(?:개|곳|가지)?의?\s?{what}|{what}[은는이가의]?\s?(?:수|(?:모두|총|전부)?\s?몇)", text)
    column = _column(analysis, found) or (found[0] if found and (counted or _CHANGED.search(text)) else None)
    caption = lines[0].context.partition(f"{lines[0].cells[0].text} |")[0]
    if column is None:
        return None
    about = " ".join([column.name, caption, *lines[0].path, document.metadata.title])
    sure = _ANY_SORT.fullmatch(noun) and like.coverage >= FITTING_ANY
    if not counted and not sure and not _are(text, noun, about, column.plain, index):
        return None
    if _CHANGED.search(text) and (changed := _changed(text, found, noun)):
        return changed
    if bound := _BOUND.search(text):
        return _within(text, bound, column, noun)
    named = _named(text, column.plain, index)
    if left_out := _LEFT_OUT.search(text):
        out = _named(text[: left_out.start()], column.plain, index)
        if not any(name in text[: left_out.start()][-len(name) - 2 :] for name in (row.name for row in out)):
            return None  # it is no row that is left out
        column = replace(column, plain=tuple(row for row in column.plain if row not in out), totals=(), means=())
        named = [row for row in named if row not in out]
    if _DIFFERENCE.search(text):
        return _difference(text, column, named)
    if any(pattern.search(text) for pattern in (_PLACE, _FIRST, _MOST)) or (_MORE.search(text) and len(named) > 1):
        return _greatest(text, column, named, noun, found)
    if _RANK.search(text):
        return _rank(text, column, named, noun, found)
    if "평균" in text:
        return _mean(column, named, noun)
    if counted and not named:
        other = ", ‘기타’ 포함" if any(row.name == "기타" for row in column.plain) else ""
        told = f"표에 있는 {_with(noun, '은는')} {len(column.plain)}개입니다{_BY_COMPUTING[:-1]}{other})."
        return told, column.plain
    adds = _SUM.search(text)
    loosely = adds and adds["loosely"] and (analysis.kind not in ("amount", "count") or not best)
    return _sum(column, named, noun, document) if adds and not loosely else None


def _column(analysis: Analysis, found: Sequence[Figures]) -> Figures | None:
    """The column that the question speaks of: by its label's words and year, and by its unit; None where two tie."""
    asked = {*analysis.terms, *analysis.aliases}

    def score(column: Figures) -> float:
        words = {term for term in terms(column.name) if not term.isdecimal()}
        points = sum((2.0 if term in asked else -1.0) for term in words if term[0] == "#")
        points += sum((1.0 if term in asked else -0.1) for term in words if term[0] not in "#=년")
        money = _MONEY.search(analysis.text) is not None and column.unit.endswith(("원", "달러"))
        counted = bool(analysis.unit) and values.same_unit(analysis.unit, column.unit)
        whole = (1 + 0.05 * len(column.name)) if squeeze(column.name) in squeeze(analysis.text) else 0.0
        return points + whole + (0.6 if money or counted else 0.0)

    scored = sorted(((score(column), column) for column in found if not column.is_order), key=lambda pair: -pair[0])
    unsure = not scored or scored[0][0] < 0.4 or (len(scored) > 1 and scored[0][0] == scored[1][0])
    return None if unsure else scored[0][1]


def _are(text: str, noun: str, about: str, rows: Sequence[Row], index: Index) -> bool:
    """Whether the rows are of what the question asks for: 업종 and 산업, but not the 기업 of a table by 업종."""
    asked = next((word for match in _ASKED_FOR.finditer(text) if (word := match[1] or match[2])), "")
    if (
        not asked
        or _ANYTHING.fullmatch(asked)
        or re.match("것|감소|증가|증감", asked)
        or (_SORTS.fullmatch(asked) and _SORTS.fullmatch(noun))
    ):
        return True
    if squeeze(asked) in squeeze(f"{noun} {about}") or 2 * sum(asked in row.name for row in rows) >= len(rows):
        return True
    return float(index.likeness([asked], [noun])[0, 0]) >= ALIKE


def _changed(text: str, found: Sequence[Figures], noun: str) -> Told:
    """The rows that grew or shrank, or the one that did most: by the column that states it, else from year to year."""
    sign, word = (-1, "줄어든") if re.search(_SHRUNK, text) else (1, "늘어난")
    by_rate = re.search(r"[율률]|비율|%", text) is not None
    stated = sorted(
        (column for column in found if _CHANGE.search(column.name)), key=lambda column: (column.unit == "%") != by_rate
    )
    yearly = [(year[1], column) for column in found if (year := _YEAR.search(column.name))]
    yearly.sort(key=lambda pair: pair[0])
    before: dict[int, Row] = {}
    if stated:
        column, basis = stated[0], f"{stated[0].name} 기준"
    elif len(yearly) > 1 and len({column.unit for _, column in yearly}) == 1:
        place = next((at for at in range(len(yearly) - 1, 0, -1) if yearly[at][0] in text), len(yearly) - 1)
        (_, earlier), (_, column) = yearly[place - 1 : place + 1]
        before = {row.line.start: row for row in earlier.plain}
        basis = f"{earlier.name}보다 {column.name}에"
    else:
        return None
    rows = [row for row in column.plain if not before or row.line.start in before]
    change = {row: (row.value - (before[row.line.start].value if before else 0)) * sign for row in rows}
    rows = [row for row in rows if change[row] > 0]
    if rows and _EXTREME.search(text):
        most = max(change[row] for row in rows)
        rows, word = [row for row in rows if change[row] == most], f"가장 많이 {word}"
    from_to = [f"{_figure(earlier, before[row.line.start])} → " if before else "" for row in rows]
    listed = ", ".join(f"{row.name}({old}{_figure(column, row)})" for old, row in zip(from_to, rows, strict=True))
    return (f"{basis} {word} {_with(noun, '은는')} {listed}입니다{_BY_COMPUTING}.", rows) if rows else None


def _within(text: str, bound: re.Match[str], column: Figures, noun: str) -> Told:
    """The rows above or below a figure that the question states."""
    stated = [quantity for quantity in quantities(text) if quantity.end <= bound.start() + 1]
    scale = magnitude("1" + re.sub(r"[^조억만천백십]", "", column.unit)) if not column.scaled else 1.0
    if not stated or not stated[-1].key[:1].isdigit():
        return None
    limit = float(re.match(r"[\d.e+]+", stated[-1].key)[0]) / (scale if stated[-1].kind == "amount" else 1.0)  # type: ignore[index]
    tests = {"at_least": ge, "at_most": le, "above": gt, "below": lt}
    rows = [row for row in column.plain if tests[bound.lastgroup or "at_least"](row.value, limit)]
    if not rows:
        return None
    many = f"{len(rows)}개로 " if re.search(r"몇\s?(?:개|곳|군데)", text) else ""
    return (
        f"{column.name} 기준 해당하는 {_with(noun, '은는')} {many}{_listed(column, rows)}입니다{_BY_COMPUTING}.",
        rows,
    )


def _named(text: str, rows: Sequence[Row], index: Index) -> list[Row]:
    """The rows that the question names, a name within a longer one (반도체 in AI 반도체) not counted with that."""
    question = squeeze(text)
    names = [(name, row) for row in rows for name in _spellings(squeeze(re.sub(r"\(.*?\)", "", row.name)), index)]
    named: dict[int, Row] = {}
    for name, row in sorted(names, key=lambda pair: -len(pair[0])):
        if len(name) > 1 and name in question:
            question = question.replace(name, "\0")
            named[row.line.start] = row
    return [named[start] for start in sorted(named)]


def _spellings(name: str, index: Index) -> list[str]:
    """AI반도체 is 인공지능반도체 too, where a document says that AI is 인공지능."""
    spellings = [name]
    for other in index.other_names(name):
        spellings += [name.replace(own, other) for own in index.other_names(other) if own in name]
    return spellings


def _greatest(text: str, column: Figures, named: Sequence[Row], noun: str, found: Sequence[Figures]) -> Told:
    """The greatest or least, the nth of them, or the first n; a rank that the table states is taken from there."""
    place, first = _PLACE.search(text), _FIRST.search(text)
    number = next((_count(match[1] or match[2]) for match in (place, first) if match), 1)
    rows = named or column.plain
    if len(named) == 1 or number > len(rows):
        return None
    if place and place[0].endswith("위") and (ranks := _ranks(found)):
        wanted = [_count(match[1]) for match in _PLACE.finditer(text) if match[0].endswith("위")]
        best = [row for row in rows if ranks.get(row.line.start) in wanted]
        best.sort(key=lambda row: ranks[row.line.start])
        told = ", ".join(f"{ranks[row.line.start]:.0f}위는 {_listed(column, [row])}" for row in best)
        return (f"{told}입니다.", best) if best else None
    low = _IS_LOW.search(text) is not None
    degree = re.search(r"(?:많은|큰|높은|비싼|긴|넓은|적은|작은|낮은|싼|짧은|좁은)(?=\s)", text)
    how = degree[0] if degree else ("낮은" if low else "높은") if column.unit == "%" else "적은" if low else "많은"
    order = sorted(rows, key=lambda row: row.value if low else -row.value)
    about = _with(column.name, "이가")
    if first and not place:
        places = [1 + next(at for at, other in enumerate(order) if other.value == row.value) for row in order[:number]]
        told = ", ".join(f"{at}위 {_listed(column, [row])}" for at, row in zip(places, order, strict=False))
        return f"{about} {how} 순서로 {told}입니다{_BY_COMPUTING}.", order[:number]
    best = [row for row in rows if row.value == order[number - 1].value]
    extent = f"{number}번째로" if number > 1 else "더" if len(rows) == 2 else "가장"
    rest = [row for row in named if row not in best]
    told = f"{about} {extent} {how} {_with(noun, '은는')} {_listed(column, best)}입니다{_BY_COMPUTING}."
    return told + (f" 나머지는 {_listed(column, rest)}입니다." if rest else ""), [*best, *rest]


def _ranks(found: Sequence[Figures]) -> dict[int, float]:
    """What a column of ranks states, by the start of the row."""
    return next(({row.line.start: row.value for row in column.plain} for column in found if column.is_order), {})


def _rank(text: str, column: Figures, named: Sequence[Row], noun: str, found: Sequence[Figures]) -> Told:
    if len(named) != 1:
        return None
    (row,) = named
    subject = f"{_with(row.name, '은는')} {column.name}({_figure(column, row)}) 기준"
    if stated := _ranks(found).get(row.line.start):
        return f"{subject} {stated:.0f}위입니다.", named
    low = _IS_LOW.search(text) is not None
    place = 1 + sum(other.value < row.value if low else other.value > row.value for other in column.plain)
    return f"{subject} {len(column.plain)}개 {noun} 가운데 {place}위입니다{_BY_COMPUTING}.", named


def _difference(text: str, column: Figures, named: Sequence[Row]) -> Told:
    """Between two rows that are named, or between the greatest and the least."""
    if len(named) != 2 and (named or not _MOST.search(text)):
        return None
    small, *_, big = sorted(named or column.plain, key=lambda row: row.value)
    gap = _spelt(column, big.value - small.value, [big, small])
    told = f"{_with(_listed(column, [big]), '이가')} {_listed(column, [small])}보다 {gap} 많습니다{_BY_COMPUTING}."
    return f"{_with(column.name, '은는')} {told}", [big, small]


def _sum(column: Figures, named: Sequence[Row], noun: str, document: Document) -> Told:
    """Of the rows that are named, else of all: the total that the table states, and what contradicts it."""
    rows = named or column.plain
    if column.subtotals and not column.totals and not named:
        row, *more = column.subtotals
        return None if more else (f"{column.name} {_with(row.name, '은는')} {_figure(column, row)}입니다.", [row])
    if len(rows) < 2 or (column.gaps and not named) or not column.additive:
        return None
    total = _spelt(column, sum(row.value for row in rows), rows)
    if not named and column.totals:
        (stated, *_) = column.totals
        told = f"{column.name} {_with(stated.name, '은는')} {_figure(column, stated)}입니다."
        if any(notice.start == stated.cell.start for notice in document.notices):
            told += f" 다만 각 행을 더하면 {total}입니다{_BY_COMPUTING}."
        return told, [stated]
    return f"{_whose(column, named, noun)} {_with(column.name, '을를')} 더하면 {total}입니다{_BY_COMPUTING}.", rows


def _mean(column: Figures, named: Sequence[Row], noun: str) -> Told:
    rows = named or column.plain
    if column.means and not named:
        (stated, *_) = column.means
        return f"{column.name} {_with(stated.name, '은는')} {_figure(column, stated)}입니다.", [stated]
    if len(rows) < 2 or column.gaps:
        return None
    mean = sum(row.value for row in rows) / len(rows)
    spelt = _spelt(replace(column, places=max(column.places, 1)), mean, rows)
    return f"{_whose(column, named, noun)} {column.name} 단순 평균은 {spelt}입니다{_BY_COMPUTING}.", rows


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else _COUNTS.index(word) + 1


def _whose(column: Figures, named: Sequence[Row], noun: str) -> str:
    return f"{_listed(column, named)}의" if named else f"표에 있는 {noun} {len(column.plain)}개의"


def _listed(column: Figures, rows: Sequence[Row]) -> str:
    return ", ".join(f"{row.name}({_figure(column, row)})" for row in rows)


def _figure(column: Figures, row: Row) -> str:
    """The cell's own words, with the unit that stands in its label."""
    return row.cell.text + (column.unit if row.cell.text[-1:].isdigit() else "")


def _spelt(column: Figures, value: float, rows: Sequence[Row]) -> str:
    """A computed value, no surer than the figures it comes from."""
    return ("약 " if any(re.search("약|여", row.cell.text) for row in rows) else "") + column.spelt(value)


def _with(word: str, particles: str) -> str:
    """The word with the particle that its last sound asks for, of a pair such as 은는; what stands in brackets is mute."""
    return word + particles[0 if is_closed(re.sub(r"\s?\([^()]*\)$", "", word)) else 1]


def _quote(row: Row, said: str, like: Candidate, passages: dict[int, Passage]) -> Quote:
    """The row's own words, cited; `like` is what the table says of the question."""
    passage = passages[row.line.start]
    text = passage.text[row.line.start - passage.start : row.line.end - passage.start]
    start = row.line.start + len(text) - len(text.lstrip())
    candidate = replace(like, hit=replace(like.hit, passage=passage), unit=row.line, text=text)
    cell = row.cell
    value = values.Found(cell.text, "figure", cell.start, cell.end, cell.text) if cell.text in said else None
    return Quote(candidate, start, min(row.line.end, start + 400), said, value)
