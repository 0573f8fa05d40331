"""Where gold evidence stands in the documents, and which passages and citations reach it."""

import re
from collections.abc import Callable, Sequence

from assistant.evaluation.gold import Gold
from assistant.evaluation.grades import Folded, fold, occurrences
from assistant.types import Answer, Citation
from index.types import Document, Hit, Span


class Sources:
    """The documents answers rest on, by id, each folded once."""

    def __init__(self, document: Callable[[str], Document | None]) -> None:
        self._document = document
        self._folded: dict[str, Folded] = {}

    def spans(self, gold: Gold, evidence: str, document: str) -> list[Span]:
        """Where the document has the evidence; nowhere when gold names other documents."""
        if gold.documents and document not in gold.documents:
            return []
        if document not in self._folded:
            found = self._document(document)
            self._folded[document] = fold(found.text if found else "")
        return occurrences(self._folded[document], evidence)

    def ranks(self, gold: Gold, hits: Sequence[Hit]) -> tuple[int | None, ...]:
        """For each evidence the rank of the first passage that has more than half of its code points.

        So an evidence that runs over the end of a passage counts for the one that has most of it.
        """
        return tuple(next((hit.rank for hit in hits if self._has(gold, e, hit)), None) for e in gold.evidence)

    def _has(self, gold: Gold, evidence: str, hit: Hit) -> bool:
        passage = (hit.passage.start, hit.passage.end)
        spans = self.spans(gold, evidence, hit.passage.document)
        return any(2 * _overlap(span, passage) > span[1] - span[0] for span in spans)

    def fit(self, gold: Gold, citations: Sequence[Citation]) -> tuple[float, float]:
        """Precision, the share of citations that fit some evidence, and recall, of evidence that some citation fits.

        A citation fits where it shares at least half of the shorter of the two.
        """
        fits = [[self._fits(gold, evidence, cited) for evidence in gold.evidence] for cited in citations]
        recalled = [any(column) for column in zip(*fits, strict=True)]
        return sum(map(any, fits)) / max(1, len(fits)), sum(recalled) / len(gold.evidence)

    def _fits(self, gold: Gold, evidence: str, cited: Citation) -> bool:
        return any(
            2 * _overlap(span, (cited.start, cited.end)) >= max(1, min(span[1] - span[0], len(cited.quote)))
            for span in self.spans(gold, evidence, cited.document)
        )

    def is_sound(self, answer: Answer) -> bool:
        """Whether each citation quotes its document to the letter and the text's markers are theirs."""
        markers = {int(marker) for marker in re.findall(r"\[(\d+)\]", answer.text)}
        return markers == {cited.marker for cited in answer.citations} != set() and all(
            self._quotes(cited) for cited in answer.citations
        )

    def _quotes(self, cited: Citation) -> bool:
        document = self._document(cited.document)
        within = 0 <= cited.start < cited.end and len(cited.quote) <= 400
        return within and document is not None and document.text[cited.start : cited.end] == cited.quote


def _overlap(one: Span, other: Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))
