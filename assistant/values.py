"""The values a question may ask for, found in a sentence or row: amounts, counts, dates, people, offices, telephones."""

import re
from typing import NamedTuple

from assistant.question import Analysis, Kind
from index.quantities import Quantity, quantities
from index.types import Unit

_TITLE = (
    r"(?:부총리|장관|차관|청장|처장|위원장|의장|총리|대통령|시장|지사|사장|회장|대표이?사?|이사장|원장|총장|교수|본부장|국장|과장|실장|팀장|단장|"
    r"센터장|소장|서기관|사무관|주무관|정책관|기획관|의원|박사|연구원)"
)
_SURNAME = (
    "[강고곽구국권금기길김나남노도라류마맹명모문민박반방배백변복봉서석선설성소손송신심안양엄여연염예오옥온왕용우원위유육윤은"
    "이인임장전정제조주지진차채천최추탁표피하한함허현형홍황]"
)
_NAMED = re.compile(
    rf"(?<![가-힣])(?P<before>{_SURNAME}[가-힣]{{1,2}})(?=\s(?:[가-힣]+\s)?{_TITLE}(?![가-힣]{{2}}))|{_TITLE}\s(?P<after>{_SURNAME}[가-힣]{{1,2}})(?=[,)\s·]|[은는이가]\s|$)"
)
_NOT_NAMES = re.compile(
    rf"(?:{_TITLE}|이하|겸|및|등|전|현|신임|담당|관련|우리|정부|국가|산업|제조|해당|각|[가-힣]*(?:부|처|청|원|회|과|국|팀)"
    r"|(?:정책|기획|심의|조정|지원|공보|감사|조사|수사|연구|지도|장학|소방|홍보|박물|도서|기념|전시|문화|체육|미술|영화)관)$"
)
_ORGANISATION = re.compile(
    r"(?<![가-힣])(?!정부|전부|일부|내부|외부|간부|직원|지원|인원|(?:전문)?연구기?관|수요|공정)[가-힣A-Za-z&·]{2,}"
    r"(?:부|처|청|위원회|공사|공단|연구원|진흥원|대학교?|협회|협의회|연합|얼라이언스|은행|팀|원|연|(?:기획|사업|추진|지원|자문|재|연구)단|중공업|자동차|제약|(?:정책|관리|협력|지원|기획|혁신|총괄|산업|진흥|운영|전환)(?:과|국|실))"
    r"(?=[^가-힣]|$|[은는이가을를의에와과로도만]|에서|까지)|주식회사\s?[가-힣A-Za-z]+|[가-힣A-Za-z]+\s?주식회사"
)
_REGION = r"서울|부산|대구|인천|광주|대전|울산|세종|경기(?=도|·|지역)|강원|충북|충남|충청|전북|전남|전라|경북|경남|경상|제주|수도권"
_PLACE = re.compile(
    rf"(?<![가-힣])(?:{_REGION})(?:(?:특별|광역)?(?:자치)?[시도])?(?:[가-힣]{{0,3}}\s[가-힣]+(?:소|관|센터|호텔|홀|청사|대학교|단지)"
    r"|(?![가-힣])|(?=에|의|와|과|은|는|이|가|을|를|로|으로|도|및)(?![가-힣]{2}[가-힣]))"
    r"|[가-힣A-Za-z·\d]+(?:회의소|회관|센터|호텔|홀|청사|청|대학교|전시장|공항)(?=에서|에|[,\s.)]|$)|[가-힣]+(?=에\s(?:신설|설치|구축|조성))"
)
_MONEY_LABEL = re.compile(r"억|만\s?원|천\s?원|백만|원\)|예산|금액|투자|사업비|규모|단가|비용")
# Of what is asked: a sum of money, how long something takes.
_MONEY = re.compile(
    r"[억조만]|원\b|돈|예산|금액|투자|사업비|비용|액수|가격|값|수수료|연봉|급여|월급|지원금|보조금|매출|규모|액[은는이가을]|액\s|budget|cost|invest|money|fund|金|元|円|钱|资|額|额|予算",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"몇\s?(?:년|개월|달|주|일)\s?(?:간|동안|짜리|이나|걸)|얼마나\s?(?:오래|걸)|기간|how long|how many (?:years|months|days)|期間|何年間|多久|期限"
)
_PERIOD = re.compile(
    r"\d+(?:[~～\-]\d+)?\s?(?:년|개월|주|일|시간)(?:간|동안|\s내|\s이내)?|상반기|하반기|\d\s?분기|연내|연말"
)


class Found(NamedTuple):
    """A value as it stands: `start`/`end` within the text it was found in."""

    text: str
    kind: str
    start: int
    end: int
    key: str


def find(analysis: Analysis, text: str) -> list[Found]:
    """The values of the kind asked for, in order; those the question itself states are left out."""
    stated = {quantity.key for quantity in quantities(analysis.text)}
    return [found for found in _of_kind(analysis, text) if found.key not in stated]


def titles(text: str) -> set[str]:
    """The titles and ranks named in a text: 장관, 과장 …"""
    return set(re.findall(_TITLE, text))


NAMES = ("person", "organisation", "place")
FIGURES = ("phone", "email", "date", "amount", "ratio", "count")


def wants_value(kind: Kind) -> bool:
    """Whether an answer to this kind of question must hold a value that can be recognised."""
    return kind in (*FIGURES, *NAMES)


def _of_kind(analysis: Analysis, text: str) -> list[Found]:
    kind, unit = analysis.kind, analysis.unit
    found = quantities(text)
    if kind == "phone" and re.search(r"팩스|fax|ファックス|传真", analysis.text, re.IGNORECASE) and "팩스" not in text:
        return []
    if kind == "phone" and re.search(r"휴대|핸드폰|모바일|mobile|携帯|手机", analysis.text, re.IGNORECASE):
        found = tuple(quantity for quantity in found if quantity.key.startswith("01"))
    if kind in ("phone", "email"):
        return [_found(text, quantity) for quantity in found if quantity.kind == kind]
    if kind == "date":
        dated = [_found(text, quantity) for quantity in found if quantity.kind in ("date", "year")]
        periods = [Found(match[0], "date", *match.span(), match[0]) for match in _PERIOD.finditer(text)]
        return periods + dated if _LASTING.search(analysis.text) else dated or periods
    if kind == "amount" and "얼마나" in analysis.text and not _MONEY.search(analysis.text):  # 얼마나 차지하나요?
        return [_found(text, quantity) for quantity in found if quantity.kind in ("amount", "ratio") or quantity.unit]
    if kind == "amount":
        return [_found(text, quantity) for quantity in found if quantity.kind == "amount"]
    if kind == "ratio":
        return [_found(text, quantity) for quantity in found if quantity.kind == "ratio"]
    if kind == "count":
        counts = [
            quantity for quantity in found if quantity.kind == "count" and (quantity.unit or len(quantity.key) > 1)
        ]
        fitting = [quantity for quantity in counts if unit and same_unit(unit, quantity.unit)]
        return [_found(text, quantity) for quantity in (fitting if unit else counts)]
    if kind == "person":
        return [
            Found(match[group], "person", match.start(group), match.end(group), match[group])
            for match in _NAMED.finditer(text)
            for group in ("before", "after")
            if match[group] and not _NOT_NAMES.fullmatch(match[group])
        ]
    if kind in ("organisation", "place"):
        matches = list((_ORGANISATION if kind == "organisation" else _PLACE).finditer(text))
        if kind == "place":  # 어디에 두나요? may ask for an office as well as for a city
            matches += [
                match
                for match in _ORGANISATION.finditer(text)
                if re.match("에(?:서)?\\s|\\s?내에|\\s?안에", text[match.end() :])
            ]
        return [Found(match[0].strip(), kind, match.start(), match.end(), match[0]) for match in matches]
    return []


def _found(text: str, quantity: Quantity) -> Found:
    return Found(text[quantity.start : quantity.end], quantity.kind, quantity.start, quantity.end, quantity.key)


_ALIKE = (
    {"명", "인", "사람", "분"},
    {"개", "건", "과제", "곳", "개소", "군데", "개사", "기업", "사", "업종", "팀", "부처"},
    {"가지", "종", "종류"},
    {"위", "순위"},
    {"년", "해"},
)


def same_unit(asked: str, unit: str) -> bool:
    """Whether a count in `unit` answers 몇 `asked`: 몇 가지 may be told in 개, but 몇 개 not in 가지."""
    return asked == unit or any(asked in group and unit in group for group in _ALIKE) or (asked, unit) == ("가지", "개")


def in_cells(analysis: Analysis, unit: Unit) -> bool:
    """Whether the row has a figure under a label of the kind asked for (the unit may stand in the label)."""
    for cell in unit.cells:
        figure = re.search(r"\d", cell.text) is not None
        match analysis.kind:
            case "amount" if unit.kind == "row" and figure and _MONEY_LABEL.search(cell.label):
                return True
            case "count" if unit.kind == "row" and re.fullmatch(r"약?\s?[\d,.]+", cell.text):
                return True
            case "ratio" if unit.kind == "row" and figure and re.search(r"%|비율|배", cell.label):
                return True
            case "person" if cell.label == "이름":
                return True
            case "organisation" if re.search(r"기관|부처|업체|기업|담당|정부", cell.label):
                return True
            case "place" if re.search(r"장소|지역|소재|위치|곳", cell.label):
                return True
            case "date" if re.search(r"기간|일시|일자|시기|날짜|연도", cell.label):
                return True
    return False
