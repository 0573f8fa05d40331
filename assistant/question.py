"""A question understood: the terms that matter, the kind of thing asked for, and the year it speaks of."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index import korean
from index.normalise import squeeze
from index.quantities import NATIVE, SHORT_UNITS, UNITS, quantities
from index.terms import terms
from index.thesaurus import thesaurus, without

Kind = Literal[
    "phone", "email", "person", "organisation", "place", "date", "amount", "ratio", "count",
    "definition", "reason", "list", "text",
]  # fmt: skip

TITLE = (
    r"(?:부총리|장관|차관|청장|처장|위원장|의장|총리|대통령|시장|군수|구청장|지사|사장|회장|대표(?:이사)?|이사장|원장|총장|학장|교장|교수|본부장|국장|과장|부장|차장|"
    r"실장|팀장|단장|센터장|지부장|지점장|조합장|소장|관장|반장|서기관|사무관|주무관|정책관|기획관|연구관|의원|위원|간사|박사|연구원|이사|감사|사무총장|총무|주임|대리|책임|수석|"
    r"기자|강사|교사|연구사|지도사|변호사|작가|감독|선수|직원)"
)
# What is counted or measured in: 몇 MW, 몇 세대.
_UNIT_ASKED = re.compile(rf"[몇몃멫](?!인[가지])\s?[천백십]?\s?({UNITS}|{SHORT_UNITS}|군[데대]|곱절|해|등)")
# In order: the first that matches decides. Words that ask: in Korean, then English, Japanese, Chinese.
_CUES: dict[Kind, tuple[str, ...]] = {
    "email": (r"(?:이메일|전자우편|메일)\s?주소", r"e-?mail", r"メール", r"邮箱|邮件"),
    "phone": (
        rf"(?:{TITLE}|[담책][당임]자?)님?[^?]{{0,12}}번호",
        r"전화\s?번호|연락처|전번|문의처|몇\s?번(?:으로|에\s?(?:걸|전화))|(?:전화|팩스|내선|통화)[^?]{0,12}[몇어느]+\s?번"
        r"|어디로?\s?(?:문의|연락|전화)|(?:문의|연락|전화)[^?]{0,8}(?:어느|어디)\s?번호|어느\s?번호로",
        r"phone\s|phone\?|telephone|\bfax\b|\bcall\b|contact",
        r"電話|連絡先",
        r"电话|联系",
    ),
    "person": (
        r"누구|누가|누군|뉘(?=시|신|\s)|성함",
        r"who\b|whose|name of the (?:person|minister|director)",
        r"誰|どなた",
        r"谁|姓名",
    ),
    "reason": (
        r"왜|이유|까닭|(?:무엇|뭐|뭣)\s?때문",
        r"\bwhy\b|reason|purpose",
        r"なぜ|理由|(?<![項项品])目的",
        r"为什么|为何|原因",
    ),
    "definition": (
        r"(?<=[가-힣A-Za-z)'’”\"」])(?:이?란)(?:\s*[?？]?\s*$|\s.*(?:말하|말합|뜻|의미|무엇|뭐|뭔|가리|어떤))",
        r"(?:이?란|이라는\s?(?:것|게|건)|[은는이가]|도대체)\s*무엇(?:인[가지]|입니까|이[에예]|이?었|을\s?(?:말|뜻))",
        r"(?:이?란|이라는\s?(?:것|게|건)|[은는이가]|도대체)\s*(?:뭐(?:야|죠|지|예요|에요|니|길래)?\s*(?:\?|$)|뭔가요|뭡니까|뭔지|무슨)",
        r"무슨\s?(?:뜻|말|의미)|무엇의|(?<![가-힣])(?:약자|약어|줄임말|정의|개념)(?![가-힣]{2})|뜻[이을은?]|의미[가는를]|말하는\s?(?:건|것)|어떻게\s?정의",
        r"(?:뭐|뭘|무엇을?|무슨\s?일을?)\s?하는\s?(?:곳|데|조직|기관|사업|제도|사람|건|것|거)",
        r"어떤\s(?:역할|구실)|[은는이가]\s어떤\s[가-힣]{1,5}(?<!들)(?:인[가지]|입니까|이[야에]|이?죠|예요|인지|[을를]\s?(?:말|가리|뜻|하는))",
        r"(?:뭘|무엇을)\s?(?:말하|뜻하|가리키|일컫|이르)",
        r"what\s+(?:is|are|does)\s.*(?:mean|stand for)",
        r"とは|意味",
        r"什么是|含义|是什么意思",
    ),
    "list": (
        r"무엇무엇|뭐뭐|것들|나열|열거|들[은이을]?\s?(?:무엇|뭐|어떤|누구|이름)|어떤\s[가-힣 ]{1,12}들",
        r"(?:모두|(?<!둘 )다|전부|빠짐없이|순서대로|차례(?:대)?로)\s?(?:알려|말해|적어|말씀|불러|골라)",
        r"which\s+\w+s\b|list\b|what\s+are\b",
        r"どの.*(?:業種|企業)",
        r"哪些",
    ),
    "date": (
        r"언제|며칠|얼마\s?만에|얼마나\s?(?:오래|걸)|[몇몃멫]\s?(?:월|일(?!\s?자리)|년|개월|달|시(?!간))",
        r"when\b|what\s+(?:date|year|month)|which\s+year",
        r"いつ|何年|何月",
        r"何时|什么时候|哪年|哪一年",
    ),
    "ratio": (
        r"[몇몃멫]\s?(?:%|퍼|프로|배|할|분의|대\s?[몇1일])|퍼센트|얼마나\s?(?:늘|증가)",
        r"percent|percentage|share|ratio|how\s+many\s+times",
        r"割合|パーセント|何倍",
        r"比例|百分",
    ),
    "amount": (
        r"[몇몃멫]\s?(?:억|조|[천백십]?만\s?원|원|달러)|얼마(?!\s?(?:만에|전\s|안\s))(?!나?\s?(?:많|오래|걸|자주))",
        r"how\s+much|budget|amount|cost|funding|salary|price|\bfees?\b|(?:total|size\s+of\s+the)\s+(?:\w+\s+)?(?:investment|spending)",
        r"いくら|金額|予算|投資額|投資規模|費用",
        r"多少钱|多少资金|金额|预算|投资额|投资规模|经费|费用",
    ),
    "count": (
        r"[몇몃멫](?!\s?(?:%|퍼|프로|배|할|분의|대\s?[몇1일]|억|조|[천백십]?만\s?원|원|달러|월|일(?!\s?자리)|년|개월|달|시(?!간)))",
        r"how\s+many|number\s+of|rank",
        r"いくつ|何[社件人個名位カヶか]|数は",
        r"多少|几[个家位名]|第几|数量",
    ),
    "organisation": (
        r"(?:어느|어떤|무슨|어디)\s?(?:부처|기관|기업|회사|업체|부서|단체|대학|학교|법인|협의체|[과팀국실](?=에|로|[은는이가]|인|입|\s|\?|$))",
        r"which\s+(?:ministry|company|agency|organi[sz]ation|institution)",
        r"どの(?:省|機関|会社|企業)",
        r"哪个?(?:部门|机构|公司|企业)",
    ),
    "place": (
        r"어디|(?:어느|어떤|무슨)\s?(?:지역|도시|나라|국가|지방|시\s?·?도|동네|마을|건물|청사|곳)",
        r"where\b|which\s+(?:country|city|region|place|venue)",
        r"どこ|どの(?:国|地域|都市)",
        r"哪里|在哪|哪个?(?:国家|地区|城市)",
    ),
}
_DESK = ("문의", "문의처", "연락처", "전화", "전화번호", "번호", "이메일", "메일", "주소")
# What the last noun of a question asks for where no word does, or only 얼마, 무엇, 어디: 운영비는?, 착공 시기, 면적은 얼마.
_HEADS: dict[Kind, str] = {
    "email": r"메일|전자우편",
    "phone": r"(?<![가-힣])(?<!의 )(?<!노선 )(?<!고유 )(?<!등록 )(?<!접수 )(?<!고시 )(?<!공고 )번호|(?:전화|대표|직통|문의|상담|연락|팩스|휴대|콜센터|신고)\s?번호|전화|연락처|팩스|문의처",
    "person": rf"{TITLE}님?|(?:담당|책임|작성|발표|제안|감수|수상|관계)자|사람|(?:(?<!업)(?<!급)자|인|사람|분|기사|님|{TITLE})의?\s?(?:이름|성명|직위)",
    "reason": r"이유|까닭|배경|목적|취지|원인|근거|사유|계기|동기",
    "definition": r"(?:의|\s)(?:뜻|의미|정의|개념)",
    "list": r"목록|명단|예시|사례|종류|것들|(?:[두세네]|다섯|여섯|일곱|여덟|\d)\s?가지(?:\s[가-힣]+)?|들\s?이름|[가-힣]들",
    "date": r"날짜|일자|일시|시점|시기|기한|기간|연도|일정|시각|마감|(?:^|\s)(?:날|해|때)|[가-힣]{2}(?<!요)(?<!스타)(?<!프로파)일",
    "ratio": r"[율률](?:\s?(?:상한|하한|한도|기준))?|비율|비중|지분|금리|퍼센트",
    "amount": r"(?<![설장정대준구경])비|비용|금액|[가-힣]액|[가-힣]금|예산|(?:예산|투자|사업비|매출)[가-힣 ]{0,4}(?:합계|총계)|가격|단가|값|몫|요금|급여|임금|연봉|월급|수수료|월세|매출|돈|규모|한도|상한|수당",
    "count": r"\s수|[가-힣](?<![점교홍특필우지박접검하폐용보순실변국선호복])수|몇|인원|정원|인구|물량|용량|[가-힣](?<!차)(?<!역)량(?:\s?(?:상한|한도))?|면적|넓이|길이|높이|깊이|무게|거리|속도|온도|"
    r"농도|점수|배점|(?<!우선)순위|나이|연령|횟수|시간",
    "organisation": r"기관|부처|기업|회사|업체|단체|법인|재단|협회|대학|학교|연구소|협의체|은행|공사|사업자|부서|조합|(?:시공|건설|개발|운용|제조|공급|조선|보험|협력|계열|자회|모회)사|(?:기관|기업|회사|업체|사업자|단체|대학)\s?(?:이름|명칭|명)",
    "place": r"장소|위치|주소|소재지|지역|도시|나라|국가|마을|동네",
}  # fmt: skip
_HEAD_PATTERNS = {kind: re.compile(f"(?:{head})$") for kind, head in _HEADS.items()}
_MEASURED = (
    (re.compile(r"(?:인원|정원|인구|(?:[자인원생]|사람)\s?수)$"), "명"),
    (re.compile(r"(?:면적|넓이)$"), "㎡"),
    (re.compile(r"(?:길이|높이|깊이|거리)$"), "m"),
    (re.compile(r"(?:나이|연령)$"), "세"),
    (re.compile(r"(?:점수|배점)$"), "점"),
    (re.compile(r"온도$"), "도"),
    (re.compile(r"시간$"), "시간"),
)
_ASKS = re.compile(
    r"(?:알려|알고|알\s|싶|말해|말씀|설명|궁금|부탁|문의드|확인|적어|불러|찾아|골라|정리해|가르쳐|보여|바랍|줄래|주(?:세|실|시|십|나))[가-힣]*[?？.!]*$"
    r"|(?:모두|전부|각각|같이|함께|정확히|자세히|순서대로|차례로|좀|다|둘|줘)[?？.!]*$"
)
WH = re.compile(r"무엇|뭐|뭔|뭘|뭣|어떤|어떻|어느|어디|무슨|왜|누[구가군]|언제|얼마|[몇몃멫]")
_ASKING_OF = re.compile(
    r"(?:무엇|뭐|뭔|뭡|머)(?:이?[야었에]|인[가지]|입니|예|죠|지|가요|니까|임|길|으로)|어떻게(?=\s?(?:되|됩|돼))|어디|얼마"
)
_PARTICLE = re.compile(
    r"(?:이?라는|[은는이가을를도의만]|에서|에|으로|로|이?요|이?랑|하고|[와과]|좀|임|이?[?？.!ㅠㅋ~,]+)$"
)
# "세 가지 약속은 무엇인가요?" asks for a list, whatever else it sounds like; so do 어디어디 and 차례대로.
NUMERALS = {word: number for word, number in NATIVE.items() if 2 <= number <= 10}
_COUNTED = re.compile(
    r"(?<![가-힣\d.,])(?:(?P<figure>\d{1,2})\s?(?:대|가지|개|곳|군데|종|단계|항목|업종|분야)"
    rf"|(?P<word>{'|'.join(NUMERALS)})(?:\s?(?:가지|개|곳|군데|종|단계)|(?=\s)))(?:\s[가-힣]+?){{0,2}}[은는이가을를에의]?\s?"
    r"(?:[?.]|$|무엇|뭐|뭔|각각|모두|이름|알려|말해|설명|대해|나열|적어|순서|차례|어디)"
)
_ONE_VALUE = re.compile(
    r"(?<!각각\s)(?:몇|얼마)|언제|며칠|누가|누구(?!누구)|왜|(?:원인|이유|까닭)(?!\s(?:\d|두|세|네|다섯))|시기|매출|금액|예산"
)
_SEVERAL = re.compile(
    r"어디어디|차례(?:대)?로|순서대로|순으로\s(?:알려|말해|나열)|\d번까지|(?<!아이)(?<!사람)(?<!주민)(?<!시민)(?<!학생)(?<!분)"
    r"들[은이을를]?\s?(?:무엇|뭐|뭔|어떤|어디|이름|좀|정리|알려|말해)"
)
_WHICH = re.compile(
    r"(?:어느|어떤|무슨)\s(?:(?P<office>기관|부처|회사|기업|업체|부서|단체|대학|연구소|학교)|지역|도시|나라|국가|지방|마을)(?!들|\s?(?:수|유형|종류|분야)|[을를]\s?말)"
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
    r"|[은는이가을를]\s*(?:어떻게\s?정의|어떤\s)|[은는이가]?\s*(?:(?:[가-힣]+로\s)?무엇의|약자)|이?라는\s?(?:것|게|건|말|용어)|\s무슨\s?(?:뜻|말|의미)|의?\s?(?<![가-힣])(?:뜻|의미|정의|개념)|의(?:뜻|의미|정의|개념))"
)
_PLAINLY_DEFINES = re.compile(
    r"어떤\s\S+[을를]\s?(?:말|가리|뜻|일컫)|뜻|의미|정의|개념|약자|약어|줄임말|무슨\s?말|이?란\s|라는\s?(?:것|게|건|말|용어)|말하는|하는\s?(?:곳|데|조직|기관|거|것|건)|역할|구실"
    r"|mean|stand for|とは|意味|什么是|含义"
)
_NOT_THAT = re.compile(r"[\w.,%']+\s?(?:말고요?|빼고|제외하고|(?:[이가]\s)?아니라)")
YEAR_WORDS = {"재작년": -2, "작년": -1, "지난해": -1, "전년": -1, "올해": 0, "금년": 0, "내년": 1, "내후년": 2}
_YEAR_WORD = re.compile(r"재작년|작년|지난해|전년도|올해|금년도?|내년도?|내후년")


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

    @property
    def sought(self) -> str:
        """The question as it is searched for.

        Whoever asks for a telephone is helped by who is in charge, whoever asks what something is by "X: …".
        """
        if self.kind == "definition" and self.subject:
            return f"{self.subject}란 {self.text}"
        return f"{self.text} 담당자" if "담당자" in self.terms and "담당자" not in self.text else self.text


def analyse(question: str, other_names: Callable[[str], Sequence[str]] = lambda text: ()) -> Analysis:
    """`question` has its relative years resolved (see `with_year`)."""
    plain = _NOT_THAT.sub("", _YEAR_WORD.sub("", question))
    is_korean = korean.is_korean(question)
    years = {quantity.key for quantity in quantities(plain) if quantity.kind == "year"}
    known = thesaurus().find(plain)
    # What a foreign question says in words of the thesaurus is a term as it stands: 機器人, raw material.
    content = terms(plain) if is_korean else [*(word.text for word in known), *terms(without(plain, known))]
    kind = kind_of(question)
    kept: dict[str, None] = {}
    for term in content:
        defines = term[0] == "=" and term[-1] == ":"  # what a text begins by defining
        said_by_year = term in {year[:4] for year in years} | {year[2:4] for year in years}
        if term not in _ASKING and not defines and not said_by_year and not (len(term) == 1 and "가" <= term <= "힣"):
            kept.setdefault(term)
    if kind in ("phone", "email") and is_korean:  # 문의처, 연락처: what one in charge has
        kept = {term: None for term in kept if term not in _DESK}
        kept |= {} if re.search(rf"{TITLE}|책임자|실무자", plain) else {"담당자": None}
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
    unit = _unit(question)
    subject, plainly = _defined(question, morphemes) if kind == "definition" else ("", True)
    if not plainly:
        kind = "text"
    return Analysis(
        text=question,
        kind=kind,
        kinds=(kind, *(other for other in _together(question) if other != kind)),
        unit=unit,
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
        if not run or (run[0].tag in ("NNB", "MM", "XSN") and len(run) < 3) or run[0].start != word.start():
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
    if question[: match.start()].endswith(("'", "‘", '"', "“", "「")):
        return squeeze(match[1]), True
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
    heads = [(len(head), kind) for head in _heads(question) if (kind := _of_noun(head)) in values]
    asked += [(at, kind) for at, kind in heads if not found[kind] and len(heads) > 1]
    if found["phone"]:  # 전화는 몇 번인가요?
        asked = [(at, kind) for at, kind in asked if kind != "count"]
    return [kind for _, kind in sorted(asked)] if _JOINED.search(question) and len(asked) > 1 else []


def _unit(question: str) -> str:
    """The unit asked in, as the question says it or as what it asks of is measured: 몇 명, 정원은 -> 명."""
    if asked := _UNIT_ASKED.search(question):
        return asked[1]
    noun = _heads(question)[0]
    return next((unit for pattern, unit in _MEASURED if pattern.search(noun)), "")


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
    """The kind of thing asked for: by the words that ask, and by the noun that they ask of."""
    if listed(question) or _SEVERAL.search(question):
        return "list"
    if named := _WHICH.search(question):  # 어느 기관에서 매긴 순위죠?
        return "organisation" if named["office"] else "place"
    asked = next((kind for kind, pattern in _CUE_PATTERNS.items() if pattern.search(question)), None)
    heads = [kind for kind in map(_of_noun, reversed(_heads(question))) if kind]
    head = heads[-1] if heads else None
    match asked:
        case None:
            return heads[0] if heads else "text"
        case "amount" if head in ("ratio", "count", "date") and not re.search(r"[몇몃멫]\s?[억조만원달천백]", question):
            return head
        case "definition" if head not in (None, "definition", "amount", "ratio", "count") and _ASKING_OF.search(
            question
        ):
            return head
        case "place" if head in ("organisation", "person"):
            return head
        case "list" if _CUE_PATTERNS["date"].search(question):
            return "date"
    return asked


def _of_noun(noun: str) -> Kind | None:
    """What kind of thing a noun names, by its ending."""
    return next((kind for kind, pattern in _HEAD_PATTERNS.items() if pattern.search(noun)), None)


def _heads(question: str) -> list[str]:
    """What stands up to the noun asked for, without its particles, then the same of nouns joined to it (한도와 비율은?)."""
    plain = re.sub(r"\([^()]*\)", "", question)
    words = re.sub(r"(?<=\S)(?=(?:[몇몃멫]|얼마|언제|어디|누구)[가-힣?]*)", " ", plain).split()
    end = next((at for at, word in enumerate(words) if at and _ASKING_OF.match(" ".join(words[at:]))), None)
    if end is None:
        if WH.search(plain):
            return [""]
        end = len(words)
        while end > 1 and _ASKS.match(words[end - 1]):
            end -= 1
    elif words[end].startswith("얼마"):  # 인건비는 한 해 얼마인가요?
        end = next((at for at in range(end, max(end - 4, 0), -1) if words[at - 1][-1] in "은는이가을를"), end)
    ends = [end, *(at for at in (end - 1, end - 2) if at > 0 and re.search(r"(?:[와과랑,]|하고|및)$", words[at - 1]))]
    heads = [" ".join(words[:at]) for at in ends]
    return [head if _of_noun(head) else _PARTICLE.sub("", _PARTICLE.sub("", head)) for head in heads]


def listed(question: str) -> int:
    """How many things the question asks to be told: 세 가지 약속은 무엇인가요?; 0 where it does not say."""
    match = _COUNTED.search(question)
    if match is None or _ONE_VALUE.search(question):
        return 0
    return int(match["figure"]) if match["figure"] else NUMERALS[match["word"]]


def with_year(question: str, today: date) -> str:
    """The question with the year behind each relative word: 올해 -> 올해(2025년)."""

    def resolved(match: re.Match[str]) -> str:
        return f"{match[0]}({today.year + YEAR_WORDS[match[0].removesuffix('도')]}년)"

    return _YEAR_WORD.sub(resolved, question)
