"""A question understood: the terms that matter, the kind of thing asked for, and the year it speaks of."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index import korean
from index.terms import terms

Kind = Literal[
    "phone", "email", "person", "organisation", "place", "date", "amount", "ratio", "count",
    "definition", "reason", "list", "text",
]  # fmt: skip

# In order: the first that matches decides. Each row is Korean (written and spoken), English, Japanese, Chinese.
_CUES: tuple[tuple[Kind, str], ...] = (
    ("email", r"이메일|전자우편|메일\s?주소|e-?mail|メール|邮箱|邮件"),
    ("phone", r"전화|연락처|전번|문의처|내선|번호|몇\s?번으로|어디로?\s?(?:문의|연락)|phone|call|contact|電話|連絡先|电话|联系"),
    ("person", r"누구|누가|누군|뉘|성함|(?:자|관|장|원|표|님)[의은는이가]?\s?이름|담당자[는가]|who\b|whose|name of the (?:person|minister|director)|誰|どなた|谁|姓名"),
    ("reason", r"왜|이유|까닭|배경|목적|취지|무엇\s?때문|뭐\s?때문|\bwhy\b|reason|purpose|なぜ|理由|目的|为什么|为何|原因"),
    ("definition", r"(?:이?란|이라는\s?(?:것|게|건)|[은는이가]|도대체)\s*(?:무엇(?:인가|입니까|이[에예]|을\s?말)|뭐(?:야|죠|지|예요|에요|니|길래)?\s*\??$|뭔가요|뭡니까|뭔지|무슨)|무슨\s?(?:뜻|말|의미)|뜻이|의미[가는를]|정의[가는를]?|개념|말하는\s?(?:건|것)|what\s+(?:is|are|does)\s.*(?:mean|stand for)|とは|意味|什么是|含义|是什么意思"),
    ("list", r"무엇무엇|뭐뭐|어떤\s?것들|목록|나열|열거|종류|들[은이을]?\s?(?:무엇|뭐|어떤|누구)|(?:\d+|[두세네]|다섯|여섯|일곱)\s?(?:대|가지|개)\s?[가-힣 ]{0,12}(?:은|는|이|가|을|를|에)?\s?(?:\?|$|무엇|뭐|각각|모두|알려|말해|설명|대해)|어떤\s[가-힣 ]{1,12}들|모두\s?(?:알려|말해|적)|which\s+\w+s\b|list\b|what\s+are\b|どの.*(?:業種|企業)|哪些|何ですか.*つ"),
    ("date", r"언제|며칠|몇\s?(?:월|일(?!\s?자리))|몇\s?년도?(?!\s?(?:간|동안|이나|만))|날짜|일자(?!리)|시점|시기(?!\s?바)|기한|기간|연도|일정|몇\s?시|when\b|what\s+(?:date|year|month)|which\s+year|いつ|何年|何月|何时|什么时候|哪年|哪一年"),
    ("ratio", r"몇\s?(?:%|퍼|프로|배|분의)|퍼센트|비율|비중|점유율|도입률|증가율|얼마나\s?(?:늘|증가)|percent|percentage|share|ratio|how\s+many\s+times|割合|パーセント|何倍|比例|百分"),
    ("amount", r"몇\s?(?:억|조|만\s?원|원)|얼마(?:나)?(?!나?\s?(?:많|오래|걸|자주))|예산|금액|투자액|사업비|액수|투자\s?규모|총액|비용|수수료|연봉|지원금|how\s+much|budget|amount|cost|funding|いくら|金額|予算|投資額|多少钱|多少资金|金额|预算|投资额"),
    ("count", r"[몇몃멫]\s?(?:개|건|명|곳|군데|업종|종|가지|과제|기업|회|차|위|대|사람|부처|나라|분|등|인|팀|번째)|(?:개|갯|건|과제|기업|업체|곳|명|인원)\s?수|순위|규모[가는를]|how\s+many|number\s+of|rank|いくつ|何[社件人個名位カヶか]|数は|多少|几[个家位名]|第几|数量"),
    ("organisation", r"(?:어느|어떤|무슨|어디)\s?(?:부처|기관|기업|회사|업체|부서|곳|과에서|단체|대학)|주관\s?기관|참여\s?기관|소관|맡[은고는]\s?(?:곳|데|부처|기관)|which\s+(?:ministry|company|agency|organi[sz]ation|institution)|どの(?:省|機関|会社|企業)|哪个?(?:部门|机构|公司|企业)"),
    ("place", r"어디|장소|where\b|どこ|哪里|在哪"),
)  # fmt: skip
_CUE_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _CUES)

# Words that ask, and say nothing of what is asked for.
_ASKING = frozenset(
    """무엇 뭐 뭣 무슨 어떤 어떻 어떠 어떡 언제 누구 어디 얼마 왜 몇 몃 알리 말하 말씀 설명 궁금 대하 관하 위하 따르 통하 관련 대한
    있 없 되 하 이 것 거 게 수 등 및 좀 주 보 싶 그 저 이것 그것 지금 혹시 정도 가요 부탁 드리 확인 질문 답 답변 문의 찾 찾아주 여쭙 알 모르 나오 경우
    이유 까닭 뜻 의미 정의 이름 성함 각각 모두 전부 같이 함께 그럼 그러면 그런데 그리고 군데 갯수 개수 숫자 나열 열거 목록 종류 내용 자세히 간단히 번 년 월 일 개 명
    건 곳 원 차 중 때 쯤 안 적 데 분 점 가지 님 씨 거죠 예요 에요 인가요 해당 라는 이라는 대해서 구체적 주시 바라 걸 건가요 적히 쓰이 거론 라고 요 어느 표 표에서
    the a an of in on at to for is are was were be do does did what which who whom whose when where why how many much will would by
    with and or it its this that from as please tell me about there their has have had kind""".split()  # noqa: SIM905
)
_YEAR_WORDS = {"재작년": -2, "작년": -1, "지난해": -1, "전년도": -1, "올해": 0, "금년": 0, "올": 0, "내년": 1, "내후년": 2}
_YEAR_WORD = re.compile(r"재작년|작년|지난해|전년도|올해|금년도?|내년도?|내후년")
_UNIT_ASKED = re.compile(r"[몇몃멫]\s?(개소|개월|개국|개사|업종|과제|기업|부처|사람|군데|가지|개|건|명|곳|종|위|차|회|배|대|년|%|퍼센트|프로)")


@dataclass(frozen=True, slots=True)
class Analysis:
    """`terms` are the question's content terms without those that only ask, each once, in order."""

    text: str
    kind: Kind
    unit: str
    terms: tuple[str, ...]
    korean: bool


def analyse(question: str) -> Analysis:
    kept: dict[str, None] = {}
    for term in terms(question):
        if term not in _ASKING:
            kept.setdefault(term)
    unit = _UNIT_ASKED.search(question)
    return Analysis(question, kind_of(question), unit[1] if unit else "", tuple(kept), korean.is_korean(question))


def kind_of(question: str) -> Kind:
    """The kind of thing asked for, by the words that ask."""
    return next((kind for kind, pattern in _CUE_PATTERNS if pattern.search(question)), "text")


def with_year(question: str, today: date) -> str:
    """The question with the year behind each relative word: 올해 -> 올해(2025년)."""

    def resolved(match: re.Match[str]) -> str:
        year = today.year + _YEAR_WORDS[match[0].removesuffix("도") if match[0] != "전년도" else match[0]]
        return f"{match[0]}({year}년)"

    return _YEAR_WORD.sub(resolved, question)


