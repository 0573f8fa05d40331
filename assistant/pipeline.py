"""The whole way of a question: understood, searched, read, cited, decided."""

from assistant.abstain import confidence_of, reason
from assistant.cite import cite
from assistant.evidence import candidates
from assistant.question import analyse, with_year
from assistant.reader import read
from assistant.types import Abstention, Answer, Question, Reply
from index.search import Index

PASSAGES_READ = 8
THRESHOLD = 0.5


class Assistant:
    """Answers questions over one opened index; safe to use from several threads."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def ask(self, question: Question) -> Reply:
        """An answer with verified citations, or an abstention with the reason and the nearest passages."""
        effective = with_year(question.text, question.today)
        hits = self.index.search(effective, max(question.k, PASSAGES_READ))
        shown = tuple(hits[: question.k])
        analysis = analyse(effective)
        draft = read(analysis, candidates(analysis, hits[:PASSAGES_READ], self.index))
        confidence = confidence_of(analysis, draft)
        if draft is None or confidence < THRESHOLD:
            return Abstention(question.text, effective, reason(analysis, draft, self.index), confidence, shown)
        text, citations, values = cite(draft, self.index)
        dates = sorted(citation.published for citation in citations if citation.published)
        return Answer(
            question.text, effective, text, confidence, citations, shown, values, (), dates[-1] if dates else ""
        )
