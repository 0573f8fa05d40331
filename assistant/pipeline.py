"""The whole way of a question: understood, searched, read, cited, decided."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.abstain import judge, reason
from assistant.cite import cite
from assistant.conflicts import conflict, noticed, rivals
from assistant.conversation import whole
from assistant.doubts import without_doubt
from assistant.evidence import Candidate, Evidence
from assistant.instructions import asked
from assistant.question import Analysis, analyse, parts, with_year
from assistant.ranking import Ranking
from assistant.reader import Draft, Rank, read
from assistant.tables import computed
from assistant.turns import Turnstile
from assistant.types import Abstention, Answer, Question, Reply
from index.search import Index
from index.types import Hit

if TYPE_CHECKING:  # it loads an HTTP client, which only those need who set a model
    from assistant.generative import Writer

PASSAGES_READ = 12
SEARCHING, READING = 0, 1  # ranks of turns: what was found is told before others' passages are read


def rerank(hits: Sequence[Hit], scored: Sequence[tuple[float, Candidate]]) -> tuple[Hit, ...]:
    """The hits by their best sentence or row, ranked anew from 1; those that were not read stay behind."""
    place: dict[str, int] = {}
    for position, (_, candidate) in enumerate(scored):
        place.setdefault(candidate.passage.id, position)
    order = sorted(hits, key=lambda hit: (place.get(hit.passage.id, len(scored)), hit.rank))
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(order, start=1))


class Assistant:
    """Answers questions over one opened index; safe to use from several threads."""

    def __init__(self, index: Index, writer: "Writer | None" = None) -> None:
        self.index = index
        self.writer = writer
        self.rank: Rank = Ranking(index)
        self._evidence = Evidence(index)
        self._turns = Turnstile()

    def effective(self, question: Question) -> str:
        """The question made whole by the talk before it, without orders to a machine, its slips and years resolved."""
        history = [replace(turn, content=asked(turn.content)) for turn in question.history]
        alone = whole(asked(question.text), history, self.index.encoder.encode_queries)
        return with_year(self.index.respelt(alone), question.today)

    def analysed(self, effective: str) -> Analysis:
        """What the effective question asks, whatever it says of sources that differ."""
        return analyse(without_doubt(effective), self.index.other_names)

    def measured(self, analysis: Analysis, found: Sequence[Hit]) -> list[Candidate]:
        """The units of the passages that are read, measured against the question."""
        return self._evidence.candidates(analysis, found[:PASSAGES_READ])

    def ask(
        self,
        question: Question,
        on_passages: Callable[[Sequence[Hit]], None] = lambda hits: None,
        on_turn: Callable[[], None] = lambda: None,
    ) -> Reply:
        """An answer with verified citations, or an abstention with the reason and the nearest passages.

        Searching and reading each wait for a turn among all that is asked at once, a language model does not.
        `on_turn` is called as a turn comes, `on_passages` is told what was found before it is read; an error that
        either raises ends the work.
        """
        with self._turns.turn(SEARCHING):
            on_turn()
            effective = self.effective(question)
            analysis = self.analysed(effective)
            found = self.index.search(analysis.sought, max(question.k, PASSAGES_READ))
            on_passages(found[: question.k])
        with self._turns.turn(READING):
            on_turn()
            reply, draft = self.drafted(question, effective, analysis, found, self.measured(analysis, found))
        # Where documents contradict each other, nobody's words but their own.
        if self.writer is None or draft is None or isinstance(reply, Abstention):
            return reply
        return self.writer.write(analysis, draft, reply, self.index)

    def drafted(
        self,
        question: Question,
        effective: str,
        analysis: Analysis,
        found: Sequence[Hit],
        candidates: Sequence[Candidate],
    ) -> tuple[Reply, Draft | None]:
        """The reply in the documents' words, and the draft of it that others may word."""
        draft = self._of_each(effective, read(analysis, candidates, self.rank))
        reckoned = computed(analysis, draft, self.index)
        draft = reckoned or draft
        shown = rerank(found, draft.ranked if draft else ())[: question.k]
        verdict = judge(draft)
        if draft is None or not verdict.answers:
            why = reason(analysis, draft, shown, self.index)
            return Abstention(question.text, effective, why, verdict.confidence, shown), None
        opposed = [] if reckoned else rivals(analysis, draft.ranked, self.index, effective)
        if opposed:
            draft = replace(draft, quotes=tuple(rival.quote for rival in opposed))
        text, citations, values = cite(draft, self.index)
        dates = sorted(citation.published for citation in citations if citation.published)
        answer = Answer(
            question=question.text,
            effective_question=effective,
            text=text,
            confidence=verdict.confidence,
            citations=citations,
            passages=shown,
            values=values,
            conflicts=((conflict(analysis, opposed),) if opposed else ()) + noticed(text, citations, self.index),
            as_of=dates[-1] if dates else "",
        )
        return answer, None if opposed else draft

    def _of_each(self, effective: str, draft: Draft | None) -> Draft | None:
        """The draft with what answers for each of two things asked about, where each has an answer of its own."""
        found: list[Draft] = []
        for part in parts(effective):
            analysis = analyse(part, self.index.other_names)
            answer = read(analysis, self.measured(analysis, self.index.search(part, PASSAGES_READ)), self.rank)
            if answer is not None and judge(answer).answers:
                found.append(answer)
        if len(found) < 2 or draft is None:
            return draft
        quotes = {(quote.candidate.passage.document, quote.start): quote for each in found for quote in each.quotes[:1]}
        if len(quotes) == 1:  # one row that has both
            return draft
        return replace(draft, quotes=tuple(quotes.values()))
