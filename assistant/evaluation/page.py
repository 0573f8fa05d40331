"""The evaluation as one self-contained HTML page with its pictures drawn as inline SVG."""

from collections.abc import Mapping, Sequence
from html import escape

from assistant.evaluation.measures import Measurement, Outcome

Groups = Mapping[tuple[str, str], Mapping[str, Measurement]]

_STYLE = """
body { font: 15px/1.6 sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
table { border-collapse: collapse; font-size: 14px } thead { font-weight: bold }
td { border-bottom: 1px solid #d5dae0; padding: .35rem .5rem; vertical-align: top; overflow-wrap: anywhere }
svg { max-width: 100%; height: auto } text { font: 12px sans-serif; fill: #1b1f24 } path { stroke: #1b1f24 }
rect { fill: #4178be } path, polyline { fill: none } polyline { stroke: #4178be; stroke-width: 2 }
"""
_GRADES = {"right": "정답", "wrong": "오답", "abstained": "보류"}


def render(
    gold: str,
    rows: Sequence[Sequence[str]],
    outcomes: Sequence[Outcome],
    groups: Groups,
    notes: Sequence[str],
) -> str:
    """A whole HTML document; it loads nothing, and every text of gold, answers and documents is escaped."""
    title = f"평가 보고서: {escape(gold)}"
    return f"""<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{_STYLE}</style></head><body>
<h1>{title}</h1>
{"".join(f"<p>{escape(note)}</p>" for note in notes)}
<h2>측정값</h2>{_table(rows)}
<h2>묶음별 정답률</h2>{_bars(groups)}
<h2>위험과 응답 범위</h2>
<p>가로: 신뢰도가 높은 답변부터 받아들인 비율(전체 문항 가운데), 세로: 그 가운데 틀린 비율.</p>
{_risk_coverage(outcomes)}
<h2>답변 길이</h2>{_lengths(outcomes)}
<h2>맞지 않은 문항</h2>{_failures(outcomes)}
</body></html>
"""


def _bars(groups: Groups) -> str:
    """A bar a group, 400 px for 100%, with its interval as a whisker."""
    rows = []
    for row, ((_, name), measures) in enumerate(groups.items()):
        accuracy, y = measures["accuracy"], 24 * row + 4
        value, low, high = accuracy.value or 0, accuracy.low or 0, accuracy.high or 0
        rows.append(
            f'<text x="112" y="{y + 13}" text-anchor="end">{escape(name or "전체")}</text>'
            f'<rect x="120" y="{y}" width="{400 * value:.1f}" height="16"/>'
            f'<path d="M{120 + 400 * low:.1f} {y + 8}H{120 + 400 * high:.1f}"/>'
            f'<text x="530" y="{y + 13}">{value:.1%} ({accuracy.count})</text>'
        )
    return _picture("묶음별 정답률과 95% 구간", 620, 24 * len(groups) + 8, "".join(rows))


def _risk_coverage(outcomes: Sequence[Outcome]) -> str:
    """El-Yaniv and Wiener (2010): the error rate among the n most confident answers, for each n."""
    answers = sorted((o for o in outcomes if o.attempted), key=lambda o: (-o.reply.confidence, o.gold.id))
    points, wrong = [], 0
    for taken, outcome in enumerate(answers, 1):
        wrong += outcome.grade != "right"
        points.append(f"{50 + 500 * taken / len(outcomes):.1f},{210 - 200 * wrong / taken:.1f}")
    axes = '<path d="M50 10V210H550"/>'
    ticks = "".join(
        f'<text x="{50 + 5 * tick}" y="228" text-anchor="middle">{tick}%</text>'
        f'<text x="44" y="{214 - 2 * tick}" text-anchor="end">{tick}%</text>'
        for tick in (0, 50, 100)
    )
    curve = f'<polyline points="{" ".join(points)}"/>'
    return _picture("받아들인 비율에 따른 오답률", 600, 236, axes + ticks + curve)


def _lengths(outcomes: Sequence[Outcome]) -> str:
    """A histogram in ten equal bins from 0 to the longest answer, in code points."""
    lengths = [len(outcome.said) for outcome in outcomes if outcome.attempted]
    step = -(-(max(lengths, default=0) + 1) // 10)
    counts = [sum(length // step == place for length in lengths) for place in range(10)]
    bars = "".join(
        f'<rect x="{10 + 58 * place}" y="{180 - 150 * count / max(1, *counts):.1f}" width="54" '
        f'height="{150 * count / max(1, *counts):.1f}"/>'
        f'<text x="{37 + 58 * place}" y="{174 - 150 * count / max(1, *counts):.1f}" text-anchor="middle">'
        f"{count or ''}</text>"
        f'<text x="{10 + 58 * place}" y="198">{step * place}</text>'
        for place, count in enumerate(counts)
    )
    return _picture("답변 길이의 분포 (가로: 자, 세로: 답변 수)", 600, 206, bars)


def _picture(title: str, width: int, height: int, inside: str) -> str:
    return (
        f'<svg role="img" aria-label="{title}" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><title>{title}</title>{inside}</svg>'
    )


def _failures(outcomes: Sequence[Outcome]) -> str:
    rows = [["문항", "유형", "물음", "정답", "답변", "채점", "신뢰도"]]
    for outcome in outcomes:
        if outcome.grade != "right":
            gold, confidence = outcome.gold, f"{outcome.reply.confidence:.2f}"
            texts = (gold.id, gold.type, gold.question, outcome.expected, outcome.said)
            rows.append([*texts, _GRADES[outcome.grade], confidence])
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """The first row as headings."""
    head, *body = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return f"<table><thead><tr>{head}</tr></thead>{''.join(f'<tr>{row}</tr>' for row in body)}</table>"
