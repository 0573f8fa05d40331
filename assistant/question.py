"""A question understood: the terms that matter, the kind of thing asked for, and the year it speaks of."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index import korean
from index.normalise import squeeze
from index.quantities import quantities
from index.terms import terms
from index.thesaurus import thesaurus, without

Kind = Literal[
    "phone", "email", "person", "organisation", "place", "date", "amount", "ratio", "count",
    "definition", "reason", "list", "text",
]  # fmt: skip

# In order: the first that matches decides. Alternatives in Korean (written, spoken), then English, Japanese, Chinese.
_CUES: dict[Kind, tuple[str, ...]] = {
    "email": (r"이메일|전자우편|메일\s?주소", r"e-?mail", r"メール", r"邮箱|邮件"),
    "phone": (
        r"전화|팩스|연락처|전번|문의처|내선|번호|몇\s?번으로|어디로?\s?(?:문의|연락)",
        r"phone|\bfax\b|call|contact",
        r"電話|連絡先",
        r"电话|联系",
    ),
    "person": (
        r"누구|누가|누군|뉘|성함|(?:자|관|장|원|표|님)[의은는이가]?\s?이름|담당자[는가]",
        r"who\b|whose|name of the (?:person|minister|director)",
        r"誰|どなた",
        r"谁|姓名",
    ),
    "reason": (
        r"왜|이유|까닭|배경|목적|취지|(?:무엇|뭐)\s?때문",
        r"\bwhy\b|reason|purpose",
        r"なぜ|理由|(?<!項)目的",
        r"为什么|为何|原因",
    ),
    "definition": (
        r"(?<=[가-힣A-Za-z)])(?:이란|란)\s.*(?:말하|뜻|의미|무엇|뭐|뭔)",
        r"(?:이?란|이라는\s?(?:것|게|건)|[은는이가]|도대체)\s*무엇(?:인가|입니까|이[에예]|을\s?말)",
        r"(?:이?란|이라는\s?(?:것|게|건)|[은는이가]|도대체)\s*(?:뭐(?:야|죠|지|예요|에요|니|길래)?\s*(?:\?|$)|뭔가요|뭡니까|뭔지|무슨)",
        r"무슨\s?(?:뜻|말|의미)|무엇의|약자|약어|줄임말|뜻이|의미[가는를]|정의[가는를]?|개념|말하는\s?(?:건|것)",
        r"(?:뭐|뭘|무엇을?|무슨\s?일을?)\s?하는\s?(?:곳|데|조직|기관|사업|제도|건|것|거)|어떤\s?(?:것|곳|조직|제도|역할|구실|개념|플랫폼|사업|시스템|기술)[을를]?\s?(?:이|인|하|예|죠|야|\?|$)",
        r"(?:뭘|무엇을)\s?(?:말하|뜻하|가리키|일컫|이르)",
        r"what\s+(?:is|are|does)\s.*(?:mean|stand for)",
        r"とは|意味",
        r"什么是|含义|是什么意思",
    ),
    "list": (
        r"무엇무엇|뭐뭐|것들|예시|사례|목록|명단|나열|열거|종류|들[은이을]?\s?(?:무엇|뭐|어떤|누구|이름)",
        r"(?:\d+|[두세네]|다섯|여섯|일곱)\s?(?:대|가지|개)\s?[가-힣 ]{0,12}[은는이가을를에]?\s?"
        r"(?:\?|$|무엇|뭐|각각|모두|알려|말해|설명|대해)",
        r"어떤\s[가-힣 ]{1,12}들|모두\s?(?:알려|말해|적)",
        r"which\s+\w+s\b|list\b|what\s+are\b",
        r"どの.*(?:業種|企業)",
        r"哪些",
    ),
    "date": (
        r"언제|며칠|얼마\s?만에|얼마나\s?(?:오래|걸)|몇\s?(?:월|일(?!\s?자리))|몇\s?(?:년|개월)|날짜|일자(?!리)|시점|시기(?!\s?바)|기한|기간|연도|일정|몇\s?시",
        r"when\b|what\s+(?:date|year|month)|which\s+year",
        r"いつ|何年|何月",
        r"何时|什么时候|哪年|哪一年",
    ),
    "ratio": (
        r"몇\s?(?:%|퍼|프로|배|분의)|퍼센트|비율|비중|점유율|도입률|증가율|얼마나\s?(?:늘|증가)",
        r"percent|percentage|share|ratio|how\s+many\s+times",
        r"割合|パーセント|何倍",
        r"比例|百分",
    ),
    "amount": (
        r"몇\s?(?:억|조|만\s?원|원)|얼마(?!\s?만에)(?:나)?(?!나?\s?(?:많|오래|걸|자주))|예산|금액|투자액|사업비|액수|투자\s?규모|총액|비용"
        r"|수수료|연봉|지원금",
        r"how\s+much|budget|amount|cost|funding|salary|price|\bfees?\b|(?:total|size\s+of\s+the)\s+(?:\w+\s+)?(?:investment|spending)",
        r"いくら|金額|予算|投資額|投資規模|費用",
        r"多少钱|多少资金|金额|预算|投资额|投资规模|经费|费用",
    ),
    "count": (
        r"[몇몃멫]\s?(?:개|건|명|곳|군데|업종|종|가지|과제|기업|회|차|위|대|사람|부처|나라|분|등|인|팀|번째|동|층|호)",
        r"(?:개|갯|건|과제|기업|업체|곳|명|인원)\s?수|순위",
        r"how\s+many|number\s+of|rank",
        r"いくつ|何[社件人個名位カヶか]|数は",
        r"多少|几[个家位名]|第几|数量",
    ),
    "organisation": (
        r"(?:어느|어떤|무슨|어디)\s?(?:부처|기관|기업|회사|업체|부서|곳|과에서|단체|대학)|주관\s?기관|참여\s?기관|소관"
        r"|맡[은고는]\s?(?:곳|데|부처|기관)|(?:기업|회사|기관|업체|대학|부처)(?:들)?의?\s?(?:이름|명칭|명단)"
        r"|(?:기업|회사|기관|업체|대학|부처|연구소|부서)(?:으로|로)?[는은이가]?\s?어디",
        r"which\s+(?:ministry|company|agency|organi[sz]ation|institution)",
        r"どの(?:省|機関|会社|企業)",
        r"哪个?(?:部门|机构|公司|企业)",
    ),
    "place": (
        r"어디|장소|(?:어느|어떤|무슨)\s?(?:지역|도시|나라|국가|지방|시\s?·?도|동네|건물|청사)",
        r"where\b|which\s+(?:country|city|region|place|venue)",
        r"どこ|どの(?:国|地域|都市)",
        r"哪里|在哪|哪个?(?:国家|地区|城市)",
    ),
}
# "세 가지 약속은 무엇인가요?" asks for a list, whatever else it sounds like.
_COUNTED = re.compile(
    r"(?:\d+|[두세네]|다섯|여섯|일곱|여덟)\s?(?:대|가지)\s?[가-힣 ]{0,14}[은는이가을를에]?\s?"
    r"(?:\?|$|무엇|뭐|뭔|각각|모두|알려|말해|설명|대해)"
)
_WHICH = re.compile(
    r"(?:어느|어떤|무슨)\s(?:(?P<office>기관|부처|회사|기업|업체|부서|단체|대학|연구소)|지역|도시|나라|국가|지방)(?!들|\s?(?:수|유형|종류|분야))"
)
_CUE_PATTERNS = {kind: re.compile("|".join(cues), re.IGNORECASE) for kind, cues in _CUES.items()}

# Words that ask, and say nothing of what is asked for.
_ASKING = frozenset(
    """무엇 뭐 뭣 무슨 어떤 어떻 어떠 어떡 언제 누구 어디 얼마 얼마나 왜 몇 몃 몃개 알리 말하 말 말씀 설명 궁금 궁금하 대하 관하 위하
    따르 통하 관련 대한 있 없 되 하 이 것 거 게 수 등 및 좀 주 보 싶 그 저 이것 그것 지금 혹시 정도 가요 부탁 드리 확인 질문
    답 답변 문의 찾 찾아주 여쭙 알 모르 나오 경우 이유 까닭 뜻 의미 정의 이름 성함 각각 모두 전부 같 같이 함께 그럼 그러면 그런데
    순서 차례 그리고 군데 갯수 개수 숫자 나열 열거 목록 종류 자세히 간단히 번 년 년도 월 일 개 명 건 곳 원 차 중 때 쯤 안 적 데 분 점 가지
    님 씨 거죠 예요 에요 인가요 해당 라는 이라는 대해서 구체적 주시 바라 걸 건가요 적히 쓰이 거론 라고 요 어느 표 표에서 둘 다
    the a an of in on at to for is are was were be do does did what which who whom whose when where why how many much
    i my me you your we our us can could should may might any some if so than then s t
    will would by with and or it its this that from as please tell me about there their has have had kind pls
    何件 何社 何人 何個 何年 何 教 什么 多少 哪些 哪个 怎样 怎么 几个 第几 请问 年""".split()  # noqa: SIM905
)
_CUE_WORDS = frozenset(
    [
        "언제",
        "어디",
        "누구",
        "얼마",
        "얼마나",
        "무엇",
        "뭐",
        "몇",
        "몃",
        "어떻",
        "어떠",
        "어떤",
        "왜",
        "알리",
        "말하",
        "설명",
        "궁금",
        "부탁",
        "확인",
    ]
)
# Heads that name the kind of value itself: the documents may say it in any other word, or in none.
GENERIC = frozenset(
    """금액 예산 규모 투자 투자액 비용 사업비 총액 액수 돈 번호 연락처 전화 전화번호 날짜 시점 시기 일자 일정 기간 장소 사람 기관 부처
    기업 회사 업체 곳 명칭 용어 내용 비율 비중 개수 숫자 방법 과정 계획 역할 효과 도움 목표 업종 과제 분야 사업
    명단 배경 자리 나중 구체 일반 노릇 위기 점 쪽 며칠""".split()  # noqa: SIM905
)
_ASKED = re.compile(r"[몇몃멫며얼누무뭐]|어디|어느|[가-힣]+[꺼째쯤씩당별중]$")
_JOINED = re.compile(r"[고며]\s|[와과랑]\s|하고\s|그리고|,|및|언제\s?어디|\band\b|と|和")
_EACH = re.compile(r"각각|각자|둘\s?다|비교|\beach\b|\bboth\b|それぞれ|分别|各")
_PAIR = re.compile(
    r"(?<!\S)(?P<first>\S+?)(?:하고|이랑|랑|와|과)\s(?P<second>\S+?)(?=(?:[은는이가을를의에도]|에서|에는)?(?:\s|\?|$))"
)
_OFFICE = re.compile(
    r"(?<![가-힣])(?!정부|내부|외부|일부|전부|본부|간부|세부|직원|공원|지원|자원|인원|회원|요청|신청|근처|출처|용처|문의처)[가-힣]{2,}(?:부|처|청|원|위원회|공사|공단)(?=[^가-힣]|[은는이가을를의에와과로도]|에서|$)"
)
_DEFINED = re.compile(
    r"([\w.&·\- ]{1,30}?)[\"'”’]?(?:\([^)]*\))?(?:이?란|[은는이가]\s*(?:무엇|뭐|뭔|무슨|도대체)"
    r"|[은는이가]?\s*(?:무엇의|약자)|이?라는\s?(?:것|게|건|말|용어)|\s무슨\s?(?:뜻|말|의미)|의?\s?(?:뜻|의미|정의|개념))"
)
_PLAINLY_DEFINES = re.compile(
    r"뜻|의미|정의|개념|약자|약어|줄임말|무슨\s?말|이?란\s|라는\s?(?:것|게|건|말|용어)|말하는|하는\s?(?:곳|데|조직|기관|거|것|건)|역할|구실"
    r"|mean|stand for|とは|意味|什么是|含义"
)
_NOT_THAT = re.compile(r"[\w.,%']+\s?(?:말고요?|빼고|제외하고|(?:[이가]\s)?아니라)")
YEAR_WORDS = {"재작년": -2, "작년": -1, "지난해": -1, "전년": -1, "올해": 0, "금년": 0, "내년": 1, "내후년": 2}
_YEAR_WORD = re.compile(r"재작년|작년|지난해|전년도|올해|금년도?|내년도?|내후년")
_UNIT_ASKED = re.compile(
    r"[몇몃멫]\s?(개소|개월|개국|개사|업종|과제|기업|부처|사람|군데|가지|개|건|명|곳|종|위|차|회|배|대|년|%|퍼센트|프로)"
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """`terms` are the question's content terms without those that only ask, each once, in order.

    `names` are those of them that nothing like them can stand for: proper names, numbers, codes; `compounds` words
    that the analyser takes apart into single syllables; `predicates` its verbs, adjectives and adverbs. A year stands
    as "#2025년" alone, whatever words said it. `synonyms` are Korean words that can stand for a term. `phrase` is the squeezed question without the words that ask.
    """

    text: str
    kind: Kind
    kinds: tuple[Kind, ...]
    unit: str
    subject: str
    terms: tuple[str, ...]
    names: frozenset[str]
    compounds: frozenset[str]
    predicates: frozenset[str]
    phrase: str
    focus: tuple[str, ...]
    joined: bool
    korean: bool
    aliases: tuple[str, ...] = ()
    synonyms: Mapping[str, frozenset[str]] = field(default_factory=dict)


def analyse(question: str, other_names: Callable[[str], Sequence[str]] = lambda text: ()) -> Analysis:
    """`question` has its relative years resolved (see `with_year`)."""
    plain = _NOT_THAT.sub("", _YEAR_WORD.sub("", question))
    is_korean = korean.is_korean(question)
    years = {quantity.key for quantity in quantities(plain) if quantity.kind == "year"}
    known = thesaurus().find(plain)
    # What a foreign question says in words of the thesaurus is a term as it stands: 機器人, raw material.
    content = terms(plain) if is_korean else [*(word.text for word in known), *terms(without(plain, known))]
    kept: dict[str, None] = {}
    for term in content:
        said_by_year = term in {year[:4] for year in years} | {year[2:4] for year in years}
        if term not in _ASKING and not said_by_year and not (len(term) == 1 and "가" <= term <= "힣"):
            kept.setdefault(term)
    morphemes = korean.analyse([plain])[0]
    compounds = frozenset(_compounds(plain, morphemes)) if is_korean else frozenset[str]()
    kept |= dict.fromkeys(sorted(compounds - kept.keys()))
    names = {
        morpheme.form.lower()
        for morpheme in morphemes
        if morpheme.tag in ("NNP", "SN", "SL", "SH") and (is_korean or morpheme.tag == "SN")
    }
    names |= {term for term in kept if term[0] in "#=" or any(map(str.isdigit, term))}
    names |= {term for name in _OFFICE.findall(plain) for term in terms(name)}
    kind = kind_of(question)
    unit = _UNIT_ASKED.search(question)
    subject, plainly = _defined(question, morphemes) if kind == "definition" else ("", True)
    if not plainly:
        kind = "text"
    return Analysis(
        text=question,
        kind=kind,
        kinds=(kind, *(other for other in _together(question) if other != kind)),
        unit=unit[1] if unit else "",
        subject=subject,
        terms=tuple(kept),
        names=frozenset(names),
        compounds=compounds,
        predicates=frozenset(m.form for m in morphemes if m.tag.startswith(("VV", "VA", "MA"))),
        phrase=squeeze(topic(plain)),
        focus=_focus(morphemes, kept),
        joined=_JOINED.search(question) is not None,
        korean=is_korean,
        aliases=tuple(other_names(squeeze(question))),
        synonyms={word.text: word.korean for word in known},
    )


def _compounds(question: str, morphemes: Sequence[korean.Morpheme]) -> Iterator[str]:
    """The words of which the analyser makes single syllables, which alone say little: 교명, 조성액, 달내농협."""
    for word in re.finditer(r"[가-힣]+", question):
        run: list[korean.Morpheme] = []
        for morpheme in (each for each in morphemes if word.start() <= each.start < word.end()):
            if not morpheme.tag.startswith(("NN", "XPN", "XR", "XSN", "MM")):
                break
            run.append(morpheme)
        if not run or run[0].tag in ("NNB", "MM", "XSN") and len(run) < 3 or run[0].start != word.start():
            continue
        name = question[run[0].start : run[-1].end].removesuffix("들")
        single = any(morpheme.end - morpheme.start == 1 and morpheme.form != "들" for morpheme in run)
        if single and 1 < len(name) < 9 and name not in _ASKING and not _ASKED.match(name):
            yield name


def _focus(morphemes: Sequence[korean.Morpheme], kept: Collection[str]) -> tuple[str, ...]:
    """The nouns right before the first word that asks, or the last of the question where none does."""
    focus: list[str] = []
    end = 0
    for morpheme in morphemes:
        form = morpheme.form.lower()
        if focus and (form in _CUE_WORDS or (morpheme.tag in ("NP", "MM") and form in _ASKING)):
            break
        if morpheme.tag.startswith(("NNG", "NNP", "SL", "XR")) and form in kept:
            focus = [*focus[-1:], form] if focus and morpheme.start - end <= 1 else [form]
            end = morpheme.end
    return tuple(term for term in focus if term not in GENERIC)


def _defined(question: str, morphemes: Sequence[korean.Morpheme]) -> tuple[str, bool]:
    """What a definition is asked of, squeezed, and whether that is plainly so.

    등대공장이 뭐예요 asks for a definition; 가장 많이 받는 분야가 뭐예요 asks which it is.
    """
    match = _DEFINED.search(question)
    if match is None:
        return "", _PLAINLY_DEFINES.search(question) is not None
    end = match.start() + len(match[1].rstrip(" \"'“”‘’"))
    words = [word.span() for word in re.finditer(r"\S+", question[:end])]
    start, before = words.pop()[0] if words else end, ""
    for word in reversed(words):
        last = [morpheme.tag for morpheme in morphemes if word[0] <= morpheme.start < word[1]][-1:]
        if not last or not last[0].startswith(("NN", "NR", "SL", "SN", "SH", "SO", "SP", "XSN", "XR", "ETN")):
            before = "".join(last)
            break
        start = word[0]
    plain = before == "" or _PLAINLY_DEFINES.search(question) is not None
    return squeeze(question[start:end]), plain


def _together(question: str) -> list[Kind]:
    """The kinds of values asked for one after the other: 몇 개고 얼마인가요, 언제 어디서."""
    values: tuple[Kind, ...] = ("phone", "person", "date", "amount", "ratio", "count", "place")
    found = {kind: pattern.search(question) for kind, pattern in _CUE_PATTERNS.items() if kind in values}
    asked = [(match.start(), kind) for kind, match in found.items() if match]
    return [kind for _, kind in sorted(asked)] if _JOINED.search(question) and len(asked) > 1 else []


def parts(question: str) -> tuple[str, ...]:
    """The questions in one that asks the same of two things: 2023년하고 2025년에 각각 얼마예요?

    Empty where it asks of one.
    """
    if not _EACH.search(question) or not (pair := _PAIR.search(question)):
        return ()
    return tuple(question[: pair.start()] + pair[name] + question[pair.end("second") :] for name in ("first", "second"))


def topic(question: str) -> str:
    """The question without the words that ask."""
    return " ".join(word for word in re.findall(r"\w+", question) if not _asks(word))


def _asks(word: str) -> bool:
    asking = r"무엇|뭐|어떤|어떻게|언제|누구|누가|어디|얼마|몇|왜|알려|말해|설명|궁금|대해|관해|부탁|확인"
    return re.match(asking, word) is not None


def kind_of(question: str) -> Kind:
    """The kind of thing asked for, by the words that ask."""
    if _COUNTED.search(question):
        return "list"
    if named := _WHICH.search(question):  # 어느 기관에서 매긴 순위죠?
        return "organisation" if named["office"] else "place"
    return next((kind for kind, pattern in _CUE_PATTERNS.items() if pattern.search(question)), "text")


def with_year(question: str, today: date) -> str:
    """The question with the year behind each relative word: 올해 -> 올해(2025년)."""

    def resolved(match: re.Match[str]) -> str:
        return f"{match[0]}({today.year + YEAR_WORDS[match[0].removesuffix('도')]}년)"

    return _YEAR_WORD.sub(resolved, question)
