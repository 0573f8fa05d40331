"""Orders to a machine ("이전 지시를 무시하고 …") inside questions and documents: they ask nothing and prove nothing."""

import re
import unicodedata
from functools import lru_cache

# What no question is made of: tags of chats and pages, Markdown links and fences, addresses, base64.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|$)|<\|[^|<>]{1,40}\|>|</?[A-Za-z][^<>]{0,300}>|\[/?[A-Z_]{3,}\]|<{2,}(?:\s?자료\s?\d+)?|(?:자료\s?\d+\s?)?>{2,}|`{3,}|#{2,}|-{3,}|={3,}"
    r"|!?\[[^\[\]]{0,300}\]\((?:[^()]|\([^()]*\)){0,300}\)|(?:https?|data|javascript):\S+|[A-Za-z0-9+/]{24,}={0,2}",
    re.DOTALL,
)
_PIECE = re.compile(r"(?<=[.!?。！？])(?![.!?\d])\s*|\s*→\s*|,?\s+(?=그리고\s|and then\s)")
_HANGUL = re.compile("[가-힣]")
_FOREIGN_SENTENCE = re.compile(r"(?:[A-Za-z']+\W+){3}[A-Za-z']|[\u3040-\u30ff\u4e00-\u9fff]{6}")
_SAY = r"(?:답|대답|답변|응답|회신|출력|말|외치|외쳐|적|쓰|써|표기|인용|끝내|시작|행동)"
_ORDER = r"(?:[하해여어아으]{0,2}(?:라(?=$|[.!])|줘|주세요|주십시오|세요|십시오|시오)|[할줄을]것(?=$|[.!)])|[해어아](?=$|[.!]))"
_RULES = r"(?:지시|명령|지침|규칙|프롬프트|설정|제한|제약|대화|문맥|역할|안전장치)"
_REPLY = r"(?:답|답변|대답|응답)"
_ORDERS = re.compile(  # read without white space, so that words spaced letter by letter are met too
    "|".join(
        [
            rf"(?:이전|앞|위의|지금까지|기존|모든|원래|다른|받은|주어진|아까)[^.!?]{{0,12}}{_RULES}[^.!?]{{0,10}}(?:무시|잊|따르지[말마]|버리고)",
            r"(?:자료|문서|근거)[를은]?(?:모두|전부|다)?무시하고|새(?:로운)?지시(?:사항)?:|^(?:나는|저는|여기는)?(?:보안팀|관리자|운영자|개발자)(?:이?다|입니다)(?=$|[.!])",
            r"(?:너의|네|초기|숨은)(?:초기|숨은)?(?:지침|지시|설정|규칙)[^.!?]{0,12}(?:보여|출력|공개|알려|말해)",
            r"(?:시스템|system)(?:프롬프트|메시지|지시|명령|prompt|message|override|instruction)|jailbreak|탈옥해|당신은이제",
            r"프롬프트를?(?:그대로|모두|전부)?(?:출력|공개|보여|알려|말해|반복)"
            r"|(?:개발자|탈옥|무제한|developer|dan)(?:모드|mode)(?:이?다|야|입니다|로|on|enabled|$|[.!])",
            rf"(?:당신|모델|챗봇|ai|어시스턴트|도우미|assistant)[은는이가의][^.!?]{{0,30}}{_SAY}{_ORDER}",
            rf"(?:[라다]고만?|로만)(?:{_SAY}|알리|알려){_ORDER}|[라다]고만?하(?:여라|라|십시오)(?=$|[.!])|(?:{_REPLY}|질문|출처|이용자|사용자)[^.!?]{{0,60}}라고만?{_ORDER}",
            rf"{_REPLY}[^.!?]{{0,12}}(?:끝|앞|뒤|처음|마지막|첫줄|대신)[^.!?]{{0,40}}(?:붙|붙이|넣|추가|{_SAY}){_ORDER}",
            rf"{_REPLY}[^.!?]{{0,30}}(?:로시작|거부|중단){_ORDER}|(?:복창|해독|디코딩)[^.!?]{{0,12}}(?:따르|따라|실행|{_SAY})?{_ORDER}",
            rf"출처[^.!?]{{0,30}}(?:꾸며|지어|숨기|숨겨|빼|생략|바꿔|바꾸|\d\])[^.!?]{{0,8}}{_ORDER}|출처[^.!?]{{0,12}}(?:밝히|적|표시하|달)지(?:마|말)",
            rf"(?:처럼|인척|흉내내)(?:만)?{_SAY}{_ORDER}|역할극|(?:그대로|똑같이)(?:따르|따라{_SAY}?|{_SAY}){_ORDER}",
            r"(?:ignore|disregard|forget|override|bypass)(?:all|any|the|your|every|of|my|these|those)*"
            r"(?:previous|prior|above|earlier|preceding|system|instruction|rule|guideline|prompt)",
            r"youarenow|youarenolonger|fromnowon|newinstructions?:|(?:reply|respond|answer)(?:only|exactly|simply)?with|donotcite",
            r"(?:reveal|leak|disclose|output|print|repeat)(?:your|the|all|its|me)*(?:system|initial|hidden|secret)?(?:prompt|instruction|password|apikey)",
            r"(?:指示|命令|ルール)[^。.]{0,10}(?:無視|忘れ)|(?:忽略|无视|忘记|無視)[^。.]{0,10}(?:指令|指示|规则|提示)|系统提示|你现在是|システムプロンプト",
        ]
    )
)
_ADDRESSED = re.compile(
    r"(?<![가-힣])(?:너는|넌)\s|^\W*(?:(?:please )?(?:act as|pretend|say)\b|(?:dear|note to)\s(?:ai|llm|model|assistant)\b)"
    r"|^\W*(?:system|assistant|user|human)\s?:|(?:ai|인공지능|챗봇|모델)\s?(?:에이전트|도우미|비서)?에게\s?:"
)


@lru_cache(maxsize=50_000)
def instructs(text: str) -> bool:
    """Whether a sentence tells a machine what to do or to say, rather than a reader something."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return bool(_ADDRESSED.search(plain) or _ORDERS.search(re.sub(r"[\s\"'“”‘’*_]+", "", plain)))


def asked(question: str) -> str:
    """The question without markup, without pieces that instruct, and without foreign sentences behind Korean ones.

    As it is where nothing else is left.
    """
    pieces = [piece for part in _MARKUP.split(question) for piece in _PIECE.split(part) if re.search(r"\w", piece)]
    kept = [piece.strip() for piece in pieces if not instructs(piece)]
    if any(_HANGUL.search(piece) for piece in kept):
        kept = [piece for piece in kept if _HANGUL.search(piece) or not _FOREIGN_SENTENCE.search(piece)]
    changed = len(kept) < len(pieces) or _MARKUP.search(question) is not None
    return " ".join(kept) if kept and changed else question
