"""The whole way of a question: understood, searched, read, cited, decided."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.abstain import judge, reason
from assistant.cite import cite
from assistant.conflicts import conflict, rivals
from assistant.conversation import whole
from assistant.evidence import Candidate, Evidence
from assistant.question import analyse, with_year
from assistant.reader import read
from assistant.types import Abstention, Answer, Question, Reply
from index.search import Index
from index.types import Hit

PASSAGES_READ = 12


def rerank(hits: Sequence[Hit], scored: Sequence[tuple[float, Candidate]]) -> tuple[Hit, ...]:
    """The hits by their best sentence or row, ranked anew from 1; those that were not read stay behind."""
    place: dict[str, int] = {}
    for position, (_, candidate) in enumerate(scored):
        place.setdefault(candidate.passage.id, position)
    order = sorted(hits, key=lambda hit: (place.get(hit.passage.id, len(scored)), hit.rank))
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(order, start=1))


class Assistant:
    """Answers questions over one opened index; safe to use from several threads."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._evidence = Evidence(index)

    def ask(self, question: Question) -> Reply:
        """An answer with verified citations, or an abstention with the reason and the nearest passages."""
        asked = self.index.respelt(whole(question.text, question.history, self.index.encoder.encode_queries))
        effective = with_year(asked, question.today)
        analysis = analyse(effective, self.index.other_names)
        found = self.index.search(effective, max(question.k, PASSAGES_READ))
        measured = self._evidence.candidates(analysis, found[:PASSAGES_READ])
        draft = read(analysis, measured)
        shown = rerank(found, draft.ranked if draft else ())[: question.k]
        verdict = judge(analysis, draft)
        if draft is None or not verdict.answers:
            why = reason(analysis, draft, shown, self.index)
            return Abstention(question.text, effective, why, verdict.confidence, shown)
        opposed = rivals(analysis, draft.ranked, self.index)
        if opposed:
            draft = replace(draft, quotes=tuple(rival.quote for rival in opposed))
        text, citations, values = cite(draft, self.index)
        dates = sorted(citation.published for citation in citations if citation.published)
        return Answer(
            question=question.text,
            effective_question=effective,
            text=text,
            confidence=verdict.confidence,
            citations=citations,
            passages=shown,
            values=values,
            conflicts=(conflict(analysis, opposed),) if opposed else (),
            as_of=dates[-1] if dates else "",
        )
