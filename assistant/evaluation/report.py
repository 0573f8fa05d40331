"""Gold questions put to an assistant: the evaluation as JSON, as text for the terminal, and as a page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from unicodedata import east_asian_width

from assistant.evaluation import page
from assistant.evaluation.evidence import Sources
from assistant.evaluation.gold import SPLITS, TYPES, Gold, read_gold
from assistant.evaluation.grades import grade
from assistant.evaluation.measures import Measurement, Outcome, summarise
from assistant.pipeline import Assistant
from assistant.types import Answer, Question
from index.errors import GoldError

RETRIEVED = 10  # passages asked for: what evidence_mrr@10 looks at
COLUMNS = {  # measures of the table, as staff read them
    "accuracy": "정답률",
    "accuracy_attempted": "답했을 때",
    "true_abstention": "바른 보류",
    "false_abstention": "잘못된 보류",
    "evidence_recall@1": "근거@1",
    "evidence_recall@3": "근거@3",
    "evidence_recall@5": "근거@5",
    "evidence_mrr@10": "근거MRR",
    "citation_soundness": "인용 정확",
    "citation_fit": "인용 적합",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Outcomes in the order of the gold file, and their measures by (kind of group, its name).

    `notes` says in Korean where gold leans on what the index does not hold.
    """

    gold: str
    outcomes: tuple[Outcome, ...]
    groups: dict[tuple[str, str], dict[str, Measurement]]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Measures as {"value", "low", "high", "count"} for overall, splits and types; then each outcome."""
        plain = {
            group: {name: asdict(measured) for name, measured in measures.items()}
            for group, measures in self.groups.items()
        }
        return {
            "gold": self.gold,
            "questions": len(self.outcomes),
            "overall": plain["overall", ""],
            "splits": {name: measures for (kind, name), measures in plain.items() if kind == "split"},
            "types": {name: measures for (kind, name), measures in plain.items() if kind == "type"},
            "notes": list(self.notes),
            "outcomes": [_outcome_as_json(outcome) for outcome in self.outcomes],
        }

    def as_text(self) -> str:
        """One row a group, then every question that was not answered right."""
        overall = self.groups["overall", ""]["accuracy"]
        bounds = f"전체 정답률의 95% 구간: {overall.low or 0:.1%}–{overall.high or 0:.1%}"
        failures = [outcome for outcome in self.outcomes if outcome.grade != "right"]
        listed = [
            f"- {outcome.gold.id} {outcome.gold.question}\n    정답: {outcome.expected}\n    답변: "
            + " ".join(outcome.said.split())[:120]
            for outcome in failures
        ]
        counted = f"틀렸거나 답하지 못한 문항: {len(failures)}개"
        return "\n".join([_table(self.rows()), "", bounds, "", counted, *listed, *self.notes])

    def as_html(self) -> str:
        return page.render(self.gold, self.rows(), self.outcomes, self.groups, self.notes)

    def rows(self) -> list[list[str]]:
        """The table of measures, a heading row first: percentages, and lengths in code points."""
        rows = [["", "문항", *COLUMNS.values(), "길이 중앙/90%"]]
        for (_, name), measures in self.groups.items():
            lengths = [_shown(measures[f"answer_length_{which}"], 1, 0) for which in ("median", "p90")]
            shares = [_shown(measures[column], 100, 1) for column in COLUMNS]
            rows.append([name or "전체", str(measures["accuracy"].count), *shares, "/".join(lengths)])
        return rows


def evaluate_gold(path: Path, assistant: Assistant, report: Path | None) -> Evaluation:
    """Asks every question of the gold file; with `report`, writes report/index.html. Raises GoldError."""
    sources = Sources(assistant.index.document)
    outcomes = tuple(_ask(gold, assistant, sources) for gold in read_gold(path))
    groups = {("overall", ""): summarise(outcomes)}
    for kind, names in (("split", SPLITS), ("type", TYPES)):
        for name in names:
            if members := [outcome for outcome in outcomes if getattr(outcome.gold, kind) == name]:
                groups[kind, name] = summarise(members)
    notes = tuple(
        f"주의: {outcome.gold.id}의 정답이 가리키는 것이 색인에 없습니다: {', '.join(missing)}"
        for outcome in outcomes
        if (missing := sources.missing(outcome.gold))
    )
    evaluation = Evaluation(path.name, outcomes, groups, notes)
    if report:
        try:
            report.mkdir(parents=True, exist_ok=True)
            (report / "index.html").write_text(evaluation.as_html(), "utf-8")
        except OSError as error:
            raise GoldError(f"보고서를 {report}에 쓸 수 없습니다: {error.strerror}") from error
    return evaluation


def _ask(gold: Gold, assistant: Assistant, sources: Sources) -> Outcome:
    question = Question(gold.question, k=RETRIEVED, history=gold.history)
    if gold.today:
        question = replace(question, today=gold.today)
    reply = assistant.ask(question)
    answer = reply if isinstance(reply, Answer) else None
    return Outcome(
        gold=gold,
        reply=reply,
        grade=grade(gold, reply),
        ranks=sources.ranks(gold, reply.passages),
        sound=sources.is_sound(answer) if answer else None,
        fits=sources.fits(gold, answer.citations) if answer and gold.evidence else None,
    )


def _outcome_as_json(outcome: Outcome) -> dict[str, object]:
    gold, reply = outcome.gold, outcome.reply
    return {
        **{name: getattr(gold, name) for name in ("id", "split", "type", "question")},
        "grade": outcome.grade,
        "answer": reply.text if isinstance(reply, Answer) else None,
        "confidence": reply.confidence,
        "evidence_ranks": list(outcome.ranks),
        "citations_sound": outcome.sound,
        "citations_fit": outcome.fits,
    }


def _shown(measured: Measurement, scale: int, decimals: int) -> str:
    return "–" if measured.value is None else f"{scale * measured.value:.{decimals}f}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned on terminals, where a Korean letter takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    padded = ([" " * (width - _width(cell)) + cell for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(row) for row in padded)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
