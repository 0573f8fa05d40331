"""Numbers, dates, periods and contacts in Korean text: where they stand and one spelling for each."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

PHONE = re.compile(
    r"(?:\(0\d{1,2}\)|(?<![\d-])0\d{1,2}[-.)])\s?\d{3,4}[-.]\d{4}(?!\d)"
    # The numbers that all of the country dials alike; 1592-1598 are years.
    r"|(?<![\d-])1(?:5(?:22|33|44|66|77|88|99)|6(?:00|44|61|66|68|70|88)|8(?:00|11|33|55|66|77|99))-\d{4}(?!\d)"
)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")

_MARK = "['’‘`′]"
_YEAR = rf"(?:(?P<year>(?:19|20)\d{{2}})|{_MARK}(?P<short>\d{{2}}))"
_DATE = re.compile(
    rf"(?<![\d.])(?:{_YEAR}\s*(?:년도?(?=\s*\d+\s*월)|[.\-/])\s*(?P<month>1[0-2]|0?[1-9])(?:\s*(?:월|[.\-/])(?:\s*(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s*(?:일|\.)?)?)?(?!\d|,\d)"
    rf"|(?P<month2>1[0-2]|0?[1-9])\s*월(?:\s*(?P<day2>3[01]|[12]\d|0?[1-9])\s*일)?"
    rf"|(?P<month3>1[0-2]|[1-9])\.\s?(?P<day3>3[01]|[12]\d|0?[1-9])(?!\d)(?:\s*일|\.?\s*(?=\([월화수목금토일]\))|\.(?!\d)))"
)
_YEAR_ONLY = re.compile(
    rf"{_YEAR}(?!\d)\s*(?:년도?|年)?|(?<!\d)(?P<bare>\d{{2}})\s*년도?(?![가-힣]*간)(?=[까부에도 ~,).]|$)"
)
UNITS = (
    r"%p?|퍼센트|프로(?!젝)|배|여?개사|개소|개월|개국|개교|개|건|명|곳|종류|종|가지|과제|업종|기업|기관|대학|사업|단계|등급|단지|세대|세트|가구|가정|농가|어가|위|차례|차|회|년|"
    r"주|일|시간|분기|분위|분|초|톤|[GMk]?Wh|TWh|[GMk]W|ha|㎢|㎡|㎥|㎞|㎝|㎜|km|cm|mm|m|Gcal|ppm|㎍|kg|g|N|dB|℃|불|달러|원|유로|엔|위안|점|호|부처|팀|사람|자리|문항|"
    r"쪽|마리|그루|리터|킬로|미터"
)
SHORT_UNITS = "인|대|세|살|기|면|장|동|석|병|권|척|채|도|평|량|층|칸|벌|편|번|달|교|사"
# Those of one syllable are units only where the word ends: 3기, not 3기술.
UNIT = rf"{UNITS}|(?:{SHORT_UNITS})(?=[^가-힣]|[가는이은을를의에로도만과와씩당쯤]|까지|부터|이[상하내]|미만|입니|였|짜리|$)"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_TENS = rf"{_DIGITS}[십백천]?"
_REST = r"(?:\s?\d[백천](?:\s?\d[십백])?|\s?(?:\d,)?\d{1,4}(?=\s?원))?"  # below ten thousand: 3만 5천, 1만 2,500원
NUMBER = (
    rf"{_TENS}조(?:\s?{_TENS}억)?(?:\s?{_TENS}만)?|{_TENS}억(?:\s?{_TENS}만{_REST})?|{_TENS}만{_REST}|{_DIGITS}[백천]?"
)
_NUMBER = re.compile(rf"(?<![\w.\-:])(?P<number>{NUMBER})(?![:\d])여?\s?(?P<unit>(?:{UNIT})?)")
_COUNTS = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
NATIVE = {word: number for number, word in enumerate(_COUNTS, 1)} | {"스무": 20}
_NATIVE_NUMBER = re.compile(
    rf"(?<![가-힣])(?P<number>{'|'.join(NATIVE)})\s?(?P<unit>개사|개국|개월|개|건|명|사람|곳|군데|대|종류|가지|배|번|차례|달|배|팀)"
    r"(?=[^가-힣]|[은는이가을를의에도로와과만씩째]|$)"
)
_ODDS = re.compile(r"(?<![\d.:,])(\d+(?:\.\d+)?)\s?(?:대\s?|:)1(?![\d:.]|\s?\d)")
_SCALES = {"조": 10**12, "억": 10**8, "만": 10**4, "천": 10**3}

Kind = Literal["date", "year", "amount", "ratio", "count", "phone", "email"]


class Quantity(NamedTuple):
    """`text[start:end]` and what it says: `key` is alike for every spelling of the same thing."""

    kind: Kind
    start: int
    end: int
    key: str
    unit: str = ""


@lru_cache(maxsize=50_000)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text from left to right; they do not overlap (the earlier kind below wins)."""
    taken: list[Quantity] = []
    for found in _all(text):
        if not any(found.start < other.end and other.start < found.end for other in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda quantity: quantity.start))


def _all(text: str) -> Iterator[Quantity]:
    for match in PHONE.finditer(text):
        yield Quantity("phone", match.start(), match.end(), re.sub(r"\D", "", match[0]))
    for match in EMAIL.finditer(text):
        yield Quantity("email", match.start(), match.end(), match[0].lower())
    for match in _DATE.finditer(text):
        yield Quantity("date", match.start(), match.start() + len(match[0].rstrip()), _date_key(match))
    for match in re.finditer(r"(?<!\d)(\d+)\s?분의\s?(\d+)", text):
        yield Quantity("ratio", match.start(), match.end(), f"{match[2]}/{match[1]}")
    for match in _ODDS.finditer(text):
        yield Quantity("ratio", match.start(), match.end(), f"{match[1]}:1")
    for match in _YEAR_ONLY.finditer(text):
        # A bare four-digit number is a year only with 년, a quote mark or nothing that counts behind it.
        if match["year"] and not match[0].endswith(("년", "년도", "年")) and _counted(text, match):
            continue
        yield Quantity("year", match.start(), match.start() + len(match[0].rstrip()), f"{_full_year(match)}년")
    for match in _NUMBER.finditer(text):
        yield _number(match)
    for match in _NATIVE_NUMBER.finditer(text):
        kind: Kind = "ratio" if match["unit"] == "배" else "count"
        yield Quantity(kind, *match.span(), f"{NATIVE[match['number']]}{match['unit']}", match["unit"])
    for match in re.finditer("절반", text):
        yield Quantity("ratio", *match.span(), "1/2")


def _counted(text: str, match: re.Match[str]) -> bool:
    return (
        bool(re.match(rf"\s?(?:[조억만천]|{UNIT})", text[match.end() :]))
        or text[match.start() - 1 : match.start()].isdigit()
    )


def _full_year(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("year") or f"20{groups.get('short') or groups.get('bare')}"


def _date_key(match: re.Match[str]) -> str:
    month = match["month"] or match["month2"] or match["month3"]
    day = match["day"] or match["day2"] or match["day3"]
    year = f"{_full_year(match)}년" if match["year"] or match["short"] else ""
    return f"{year}{int(month)}월" + (f"{int(day)}일" if day else "")


def _number(match: re.Match[str]) -> Quantity:
    value = magnitude(match["number"])
    unit = match["unit"]
    kind: Kind = "count"
    if unit in ("%", "%p", "퍼센트", "프로", "배"):
        kind, unit = "ratio", {"퍼센트": "%", "프로": "%"}.get(unit, unit)
    elif unit in ("원", "달러", "불", "유로", "엔", "위안") or (not unit and re.search("[조억만]", match["number"])):
        kind, unit = "amount", {"불": "달러", "": "원"}.get(unit, unit)
    end = match.start() + len(match[0].rstrip())
    return Quantity(kind, match.start(), end, f"{value:.15g}{unit}", unit)


def magnitude(spelling: str) -> float:
    """The number that digits with Korean scale words spell: "1조 2,000억" is 1.2e12, "3천만" 3e7."""
    total, section, current = 0.0, 0.0, 0.0
    for part in re.findall(r"\d[\d,]*(?:\.\d+)?|[십백천만억조]", spelling):
        if part[0].isdigit():
            current = float(part.replace(",", ""))
        elif part in "십백천":
            section += (current or 1) * {"십": 10, "백": 100, "천": 1000}[part]
            current = 0
        else:
            total += (section + current or 1) * _SCALES[part]
            section = current = 0
    return total + section + current
