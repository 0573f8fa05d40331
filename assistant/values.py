"""The values a question may ask for, found in a sentence or row: amounts, counts, dates, people, offices, telephones."""

import re
from functools import lru_cache
from typing import NamedTuple

from assistant.question import TITLE, Analysis, Kind
from index import korean
from index.quantities import Quantity, quantities
from index.types import Unit

_SURNAME = (
    "(?:[가간갈감강개견경계고곡공곽교구국군궁권금기길김나난남낭내노뇌누단담당대도독돈동두라란려로뢰류리림마만망매맹명모목묘묵문미민박반방배백범변보복봉부비빈빙사삼상서석"
    "선설섭성소손송수순승시신심안애양어엄여연염엽영예오옥온옹왕요용우운원위유육윤은음이인임자장전점정제조종좌주준즙증지진차창채천초최추춘탁탄탕태판패편평포표풍피필하학한함해"
    "허현형호홍화환황후흥])"
)
_TITLED = re.compile(
    rf"{TITLE}(?=님|[^가-힣]|$|(?:[은는이가을를의과와도]|으로|이[었며면]|인|에게|께|직)(?![가-힣]{2}))"
)
_NAME = rf"{_SURNAME}(?!{TITLE})[가-힣]{{1,3}}"
_ENDS = r"(?=[^가-힣]|$|[은는이가을를의와과](?![가-힣])|입니다|이다|에게)"
_NAMED = re.compile(
    rf"(?<![가-힣])(?P<before>{_NAME})(?=\s(?:[가-힣·]+(?<![은는을를의에])\s){{0,2}}[가-힣·]{{0,9}}{TITLE}(?:님|(?![가-힣]{{3}}|이?란)))"
    rf"|{TITLE}(?:[은는]\s|\s?[:：]\s?|[\s·])(?:[가-힣]+{TITLE}\s)?(?P<after>{_SURNAME}[가-힣]{{1,3}}?){_ENDS}"
    rf"|(?:이름|성명|담당자?|작성자?|위원|간사)\s?[:：]\s?(?:[가-힣]+\s)?(?P<label>{_NAME}){_ENDS}|(?<![가-힣])(?P<mr>{_NAME})\s?씨"
)
_NOT_NAMES = re.compile(
    rf"(?:{TITLE}|이하|겸|및|등|전|현|신임|담당|관련|우리|정부|국가|산업|제조|해당|각|누구|본인|참석|대행|[가-힣]*(?:부|처|청|회|과|국|팀|들|시|군|대|센터|사업|지역|분야|에서|으로|하는|했다|한다|하고|이며|이고)"
    r"|(?:정책|기획|심의|조정|지원|공보|감사|조사|수사|연구|지도|장학|소방|홍보|박물|도서|기념|전시|문화|체육|미술|영화)관)$"
)
_PARTICLES = r"(?=[^가-힣A-Za-z]|$|[은는이가을를의에와과로도만]|에서|까지|부터|이나|으로|입니|이다|이며)"
_ORGANISATION = re.compile(
    r"(?<![가-힣A-Za-z0-9])(?!정부|전부|일부|내부|외부|간부|직원|지원|인원|회원|자원|구성원|의원|위원|(?:전문)?연구기?관|수요|공정|공사|행사|조사|기업|은행|대학교?|재단|학교|조합)[가-힣A-Za-z0-9&·]{2,20}"
    r"(?:부|처|청|위원회|심의회|공사|공단|연구원|진흥원|품질원|정보원|개발원|혁신원|기술원|의료원|안전원|관리원|투자원|대학교?|대|협회|협의회|협의체|연합회?|연대|얼라이언스|은행|재단|조합|농협|수협|학회|노조|센터|연구소|시험소|사업소|보건소|관서|병원|학교|고|상사|"
    r"물산|건설|전자|화학|에너지|산업|중공업|자동차|제약|제강|금속|정밀|시스템즈?|테크|소프트|로보틱스|메카|텍|랩|전력|모빌리티|운수|교통|출판|신문|뉴스|일보|방송|업체|기업|팀|원|연|(?:기획|사업|추진|지원|자문|재|연구)단|"
    r"(?:정책|관리|협력|지원|기획|혁신|총괄|산업|진흥|운영|전환|안전|복지|행정|교육|경제|환경|도시|건축|교통|문화|관광|농업|수산|보건|재난)(?:과|국|실))"
    rf"{_PARTICLES}|주식회사\s?[가-힣A-Za-z]+|(?<![가-힣A-Za-z])[가-힣A-Za-z]{{1,20}}\s?주식회사|(?:[㈜㈔]|\([주사재]\))\s?[가-힣A-Za-z]{{2,}}?(?=(?:[은는이가을를의에와과로도]|에서|이며|으로)?(?:[^가-힣A-Za-z]|$))|(?<![가-힣A-Za-z])[가-힣A-Za-z]{{2,20}}㈜"
)
_REGION = r"서울|부산|대구|인천|광주|대전|울산|세종|경기(?=도|·|지역)|강원|충북|충남|충청|전북|전남|전라|경북|경남|경상|제주|수도권"
_SITE = (
    r"산업단지|산단|공단|농공단지|단지|지구|캠퍼스|센터|회관|청사|호텔|홀|공원|광장|터미널|공항|부두|병원|의료원|학교|대학교?|경로당|도서관|미술관|박물관|체육관|기념관|전시관|인재관|전시장|극장|무대|회의실|"
    r"강당|강의동|별관|본관|차고지|마을|관서|사무소|연수원|복지관|주민센터|보건소|회의소|컨벤션|공장|온실|발전소|시험장|운동장|수련원|세무서|경찰서|소방서|우체국|은행|(?<!부)터"
)
# Towns, quarters, stations, harbours: what no dictionary has ends like this.
_TOWN = r"[가-힣]{2,}(?:시|군|(?<![연기도요친])구|읍|(?<![활노이운행공협변작가자진])동|(?<![지권용영구무방검하])역|(?<![사조문])항|섬|산성|읍성|포구|벌|골|들|리)|[가-힣]{2,}(?:[로길]|대로)\s?\d[\d-]*|산\s\d+-\d+"
_SITED = r"(?:열|개최|거행|진행|설치|설립|건립|조성|들어서|세우|세워|짓|지어|신설|구축|마련|있|위치|두|둔|문을|개소|개장|개관|접수|제출|신청|내야|내면|내고|방문|찾아|발생|실증|시작|처음)"
_PLACE = re.compile(
    rf"(?<![가-힣])(?:{_REGION})(?:(?:특별|광역)?(?:자치)?[시도])?(?:[가-힣]{{0,3}}\s[가-힣]+(?:소|관|센터|호텔|홀|청사|대학교|단지)"
    r"|(?![가-힣])|(?=에|의|와|과|은|는|이|가|을|를|로|으로|도|및)(?![가-힣]{2}[가-힣]))"
    rf"|(?<![가-힣])(?:{_TOWN}|(?<![A-Za-z·\d])[가-힣A-Za-z·\d]{{1,20}}(?:\s(?=터|광장|대강당|강당|회의실)|)(?:{_SITE}|청)){_PARTICLES}"
    rf"|(?<![가-힣])[가-힣A-Za-z]{{2,}}(?=(?:에서?|로|으로|까지)\s[^.]{{0,30}}{_SITED})(?<!경우)(?<!이내)(?<!동안)(?<!기간)(?<!과정)(?<!분야)(?<!사업)(?<!대상)(?<!가운데)(?<!이후)"
    r"|(?<=장소)\s?[:：]\s?[^\n,(]{2,}|(?<=위치)\s?[:：]\s?[^\n,(]{2,}"
)
_MONEY_LABEL = re.compile(
    r"억|만\s?원|천\s?원|백만|원\)|예산|금액|투자|규모|단가|한도|요금|가격|매출|[가-힣]비$|[액금]$"
)
_OTHER_LABEL = re.compile(r"율|비중|비율|%|[명건개호대곳]\)|\s?수$|순위|번호|연도|일$")
# Of what is asked: a sum of money, how long something takes.
_MONEY = re.compile(
    r"[억조만]|원\b|돈|예산|금액|투자|사업비|비용|액수|가격|값|수수료|연봉|급여|월급|지원금|보조금|매출|투자\s?규모|액[은는이가을]|액\s|[가-힣]비[는가를은]|지원[되하받해]|받|내[야면는나]|[쓰써]|드[는나]|들[어었]|budget|cost|invest|money|fund|金|元|円|钱|资|額|额|予算",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"몇\s?(?:년|개월|달|주|일)\s?(?:간|동안|짜리|이나|걸)|얼마나\s?(?:오래|걸)|기간|how long|how many (?:years|months|days)|期間|何年間|多久|期限"
)
_CLOCK = re.compile(
    r"(?:오전|오후|밤|새벽|저녁|낮|아침)?\s?\d{1,2}시(?!간)(?:\s?\d{1,2}분)?|(?<!\d)(?:[01]?\d|2[0-4]):[0-5]\d(?!\d)"
)
_PERIOD = re.compile(
    r"(?<![가-힣])(?:하루|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|열흘|보름|당일|[한두세석넉네]\s?(?:달|해|주|시간))(?![가-힣]{2})|(?:내년|올해|이듬해)[부까에도 ]|\d+(?:[~～\-]\d+)?\s?(?:년|개월|주|일|시간)(?:간|동안|\s내|\s이내)?|상반기|하반기|\d\s?분기|연내|연말"
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
    return set(_TITLED.findall(text))


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
        if re.search(r"[몇몃]\s?시(?!간)|시각|막차|첫차", analysis.text):
            dated = [Found(match[0], "date", *match.span(), match[0]) for match in _CLOCK.finditer(text)] or dated
        return periods + dated if _LASTING.search(analysis.text) else dated or periods
    if (
        kind == "amount"
        and re.search(r"얼마\s?(?:나|까지|만|동안|전|에)|한도|규모", analysis.text)
        and not _MONEY.search(analysis.text)
    ):  # 얼마나 차지하나요? 얼마 동안 비우나요?
        return [_found(text, quantity) for quantity in found if quantity.kind in ("amount", "ratio") or quantity.unit]
    if kind == "amount":
        kinds = ("amount", "ratio") if re.search(r"얼마[나만]|한도", analysis.text) else ("amount",)
        return [_found(text, quantity) for quantity in found if quantity.kind in kinds]
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
            for group in ("before", "after", "label", "mr")
            if match[group] and not _NOT_NAMES.fullmatch(match[group]) and not _is_word(match[group])
        ]
    if kind in ("organisation", "place"):
        matches = list((_ORGANISATION if kind == "organisation" else _PLACE).finditer(text))
        if kind == "place":  # 어디에 두나요? 맡는 곳은 어디인가요? may ask for an office as well as for a city
            offices = re.search(r"(?:곳|데)[은는이가]?\s?어디|곳은\s?\?", analysis.text) is not None
            behind = re.compile(r"에(?:서)?\s|\s?[내안]에")
            matches += [match for match in _ORGANISATION.finditer(text) if offices or behind.match(text, match.end())]
        return [Found(match[0].strip(), kind, match.start(), match.end(), match[0]) for match in matches]
    return []


@lru_cache(maxsize=10_000)
def _is_word(text: str) -> bool:
    """Whether a dictionary has it as one common noun: 도로, but not 염종현."""
    morphemes = korean.analyse([text])[0]
    return len(morphemes) == 1 and morphemes[0].tag == "NNG" and morphemes[0].id >= korean.SHARED_IDS


def _found(text: str, quantity: Quantity) -> Found:
    return Found(text[quantity.start : quantity.end], quantity.kind, quantity.start, quantity.end, quantity.key)


_ALIKE = (
    {"명", "인", "사람", "분"},
    {
        "개",
        "건",
        "과제",
        "곳",
        "개소",
        "군데",
        "군대",
        "개사",
        "기업",
        "기관",
        "사업",
        "단지",
        "사",
        "업종",
        "팀",
        "부처",
        "개교",
        "점",
    },
    {"가지", "종", "종류"},
    {"위", "순위", "등"},
    {"년", "해", "개년"},
    {"개월", "달"},
    {"살", "세"},
    {"회", "번", "차례", "건"},
    {"대", "기"},
    {"세대", "가구", "가정", "호", "채"},
    {"도", "℃"},
    {"쪽", "면"},
    {"배", "곱절"},
    {"장", "매"},
    {"m", "km", "cm", "mm", "㎞", "㎝", "㎜", "미터", "킬로"},
    {"㎡", "㎢", "ha", "평"},
)


def same_unit(asked: str, unit: str) -> bool:
    """Whether a count in `unit` answers 몇 `asked`: 몇 가지 may be told in 개, but 몇 개 not in 가지."""
    return asked == unit or any(asked in group and unit in group for group in _ALIKE) or (asked, unit) == ("가지", "개")


def in_cells(analysis: Analysis, unit: Unit) -> bool:
    """Whether the row has a figure under a label of the kind asked for (the unit may stand in the label)."""
    for cell in unit.cells:
        figure = (
            unit.kind == "row"
            and cell is not unit.cells[0]
            and re.match(r"(?:[약총△▲+-]\s?)?\d[\d,.]*(?!\d*[.년월])", cell.text)
        )
        bare = figure and re.fullmatch(r"[약△▲+-]?\s?[\d,.]+", cell.text)
        match analysis.kind:
            case "amount" if figure and (
                _MONEY_LABEL.search(cell.label) or (bare and not _OTHER_LABEL.search(cell.label))
            ):
                return True
            case "count" if bare and not re.search(r"원\)|율|%", cell.label):
                return True
            case "ratio" if figure and (bare or re.search(r"%|[율률배]|비중", cell.label)):
                return True
            case "person" if re.search(r"이름|성명|담당|위원|강사|대표자?$", cell.label) and re.search(
                r"[가-힣]{2}", cell.text
            ):
                return True
            case "organisation" if re.search(r"기관|부처|업체|기업|담당|정부|회사|단체|주체|사업자", cell.label):
                return True
            case "place" if re.search(r"장소|지역|소재|위치|곳|주소|시·?군|시·?도|도시", cell.label):
                return True
            case "date" if re.search(r"기간|일시|일자|시기|날짜|연도|일$|기한|시점", cell.label):
                return True
    return False
