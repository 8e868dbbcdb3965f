"""What scores and weights add up to, and the grade that the total earns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from auditor.check import HELD, Case, Option, evidence, found, held, place, plain, rows_lost
from auditor.check.judged import label_of
from auditor.check.score import MARK, Points, execution_points, number, points_of, total_label
from auditor.model import Evidence, Field, Finding, Form, Indicator, Pass, Rule
from auditor.refuse import torn

OPTIONS: dict[str, Option] = {
    "of": Option(str, required=True, allowed=("weights", "blocks", "total", "grade")),
    "tolerance": Option(float, default=0.1),  # points: the most that rounding may make, where any of them has decimals
    "sums": Option(list, default=[100], items=int),  # weights: what they may add up to where no total is printed
    "totals": Option(list, default=[]),  # total, grade: what the text calls the total score
    "grades": Option(list, default=[], items=dict),  # grade: one scale each, { 优 = 90, 良 = 80, … } lower bounds
    "held": HELD,
}
_OWN_POINTS = re.compile(r"[扣加减]\s*\d|[扣加减]分|附加|^[\s\d.分]+$")  # points that no weight stands beside
_DASHES = frozenset(("—", "-", "–", "——", "--", "/"))
FACTS = frozenset({"row", "score", "expected", "sum", "total", "block", "grade"})


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    ways: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "weights": _weights, "blocks": _blocks, "total": _total, "grade": _grade,
    }  # fmt: skip
    yield from ways[rule.options["of"]](rule, case)


def _facts(**given: str) -> dict[str, str]:
    return dict.fromkeys(FACTS, "") | given

# --- what adds up -------------------------------------------------------------------------------------------------


def _rows_with(case: Case, what: str) -> list[tuple[Indicator, Points | None]]:
    """The rows that should have points of their own, with them."""
    rows = [r for r in case.form.indicators if r.section == "indicators"]
    dashed = {id(r) for r in rows if r.weight and r.score and all(map(_dash, (r.weight, r.score)))}
    own = [r for r in rows if getattr(r, what) or not (r.shared_score or r.parent is not None)]
    own = [r for r in own if id(r) not in dashed]  # — | —: a row that only tells more of the one above
    return [(r, points_of(case, getattr(r, what), label_of(r))) for r in own]


def _dash(field: Field) -> bool:
    return field.text.clean.strip() in _DASHES


def _cut(case: Case, complete: bool = False) -> bool:
    """Whether rows may be missing that were meant to be summed: an excerpt, or figures without a known place. complete:
    the weights of the rows make up their printed total, so that only points without a weight may be missing."""
    marks = case.words.get("marks", {}).get("cut_by_us", ())
    read = ("criteria", "other_column")  # their place is known: how points are given, a rate, last year's figure
    left = [f for f, why in case.form.unread if why not in read and any(c.isdigit() for c in f.text.clean)]
    if complete:
        left = [f for f in left if _OWN_POINTS.search(f.text.clean)]
    unread = not all(map(_elsewhere(case.form), left))
    unread = unread or any(torn(a.field.text.clean) for a in case.form.amounts if a.term in ("weight", "score"))
    return unread or any(mark in case.form.document.source for mark in marks)


def _elsewhere(form: Form) -> Callable[[Field], bool]:
    """Whether a text stands where no row of the indicators can be: after their total, or before goals or money that
    stand before them."""
    rows = [order for row in form.indicators if (order := _order(row.name)) is not None]
    first = min(rows, default=None)
    others = (*(a.field for a in form.amounts), *form.goals, *form.results)
    above = [order for f in others if (order := _order(f)) is not None and first is not None and order < first]
    total = _order(form.total_score or form.total_weight)
    if total is not None and rows and total < max(rows):
        total = None  # in the head of the form: it ends nothing

    def outside(field: Field) -> bool:
        order = _order(field)
        if order is None:
            return False
        return (total is not None and order > total) or any(order < one for one in above)

    return outside


def _order(field: Field | None) -> tuple[int, ...] | None:
    """Where a text stands among the others of its file; None where that cannot be told."""
    if field is None:
        return None
    place = field.text.place
    if place.line is not None:
        return (place.line,)
    if place.table is None or place.row is None or place.sheet is not None:
        return None
    return (place.table, place.row)


def _add(
    rule: Rule, parts: list[Points], aims: list[Decimal], label: str, sides: list[Evidence],
    optional: Points | None = None, whole: bool = True, step: Decimal = Decimal(1),
) -> Iterator[Finding | Pass]:  # fmt: skip
    """Points that must make up one of `aims` (printed to `step`), with the optional part or without it; where they are
    not the `whole`, only a sum that comes out says something."""
    made = sum((p.value for p in parts), Decimal(0))
    more = made + optional.value if optional else made
    # whole points are exact; what has decimals may have been rounded
    steps = [p.step for p in (*parts, optional) if p is not None and p.value % 1]
    steps += [step] if step < 1 and steps else []
    slack = min(Decimal(str(rule.options["tolerance"])), sum(steps, Decimal(0)) / 2)
    fits = [(m, aim) for m in (more, made) for aim in aims if abs(m - aim) <= slack]
    result, aim = fits[0] if fits else (more, aims[0])
    used = [*parts, optional] if optional and result == more else parts
    finest = min(p.step for p in used)
    digits = result.quantize(Decimal(1).scaleb(min(0, finest.adjusted())))
    facts = _facts(block=label, row=label, sum=f"{digits:f}", total=plain(aim))
    arithmetic = f"{' + '.join(map(str, used))} = {facts['sum']}"
    every = [*(p.side for p in used), *sides]
    if fits:
        yield held(rule, facts, arithmetic, every)
    elif whole:
        yield found(rule, facts, f"{arithmetic} ≠ {plain(aim)}", every)


def _weights(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """All weights make up the printed total, or the full mark where a total score is printed."""
    rows = [points for _, points in _rows_with(case, "weight")]
    parts = [p for p in rows if p is not None]
    if len(rows) < 2 or len(parts) < len(rows):
        return
    total = points_of(case, case.form.total_weight, total_label(case))
    if total is None and not case.form.total_score:
        return
    aims = [total.value] if total is not None else [Decimal(s) for s in rule.options["sums"]]
    execution = execution_points(case)
    sides = [total.side] if total is not None else []
    yield from _add(
        rule,
        parts,
        aims,
        total_label(case),
        sides,
        execution[0] if execution else None,
        not _cut(case),
        total.step if total is not None else Decimal(1),
    )


def _blocks(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The weights under a head that prints its points (产出指标（50分）) make up these points."""
    blocks: list[tuple[Field, list[tuple[Indicator, Points | None]]]] = []
    rows = _rows_with(case, "weight")
    for name in ("level1", "level2"):
        before = ""
        for row, points in rows:
            level: Field | None = getattr(row, name)
            said = "".join(level.text.clean.split()) if level else ""
            if level and MARK.search(said):
                if said != before:  # a merged cell, or the same words in every row
                    blocks.append((level, []))
                blocks[-1][1].append((row, points))
            before = said
    for field, inside in blocks:
        parts = [p for _, p in inside if p is not None]
        if len(parts) < len(inside):
            continue
        whole = not rows_lost(case) and not (_cut(case) and inside[-1][0].index == rows[-1][0].index)
        whole = whole and all(re.search(r"\w", row.name.text.clean) for row, _ in inside)  # …… leaves rows out
        mark, label = MARK.search(field.text.clean), "".join(field.text.raw.split())
        assert mark is not None
        side = place(field, label, (mark.start(1), mark.end(1)))
        yield from _add(rule, parts, [Decimal(mark[1])], label, [side], whole=whole)


def _total(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The stated total is the sum of the rows and the execution score."""
    total = points_of(case, case.form.total_score, total_label(case))
    listed = _rows_with(case, "score")
    scored = [(r, p) for r, p in listed if r.weight is not None or r.score is not None]
    elsewhere = 0 < len(scored) < len(listed)  # rows of a table that has no columns for points
    rows = [points for _, points in scored or listed]
    parts = [p for p in rows if p is not None]
    if total is None or len(rows) < 2 or len(parts) < len(rows):
        return
    execution = execution_points(case)
    full = points_of(case, case.form.total_weight, total.label)
    weights = [p.value for _, p in _rows_with(case, "weight") if p is not None]
    whole = complete = False
    if full is not None and weights:  # a row that is not seen has a weight that is missed
        made = sum(weights, Decimal(0))
        complete = full.value in (made, made + execution[0].value if execution else made)
        whole = complete and not _cut(case, complete)
    else:
        whole = not _cut(case)
    whole = whole and (complete or not elsewhere)
    optional = execution[1] if execution else None
    said = (c for c in case.claims if c.section == "prose" and c.quantity.value == total.value)
    echoes = [evidence(c) for c in said if c.measure.endswith(tuple(rule.options["totals"]))]
    yield from _add(rule, parts, [total.value], total.label, [total.side, *echoes], optional, whole, total.step)


# --- the grade ----------------------------------------------------------------------------------------------------

_GRADE = r"[“\"'‘「]?(优秀|优|良好|良|中等|中|合格|不合格|一般|较差|差)"
_SCORE = r"(\d{1,3}(?:\.\d+)?) ?(?:\(含\))? ?分? ?(?:\(含\))?"
_BAND = rf"{_SCORE} ?(?:(?:及|含)?(以上|以下)|[-—~至到]+ ?{_SCORE})(?:\(含\))?(?:之间)?"
_SCALES = (
    re.compile(rf"{_BAND} ?(?:的)?[,为是评定级:]{{0,4}}{_GRADE}"),  # 90分以上为优
    re.compile(rf"{_GRADE}[”\"'’」]? ?[(:为是]{{1,2}} ?{_BAND}"),  # 优（90-100分）
)
_GRADED = re.compile(rf"(?:等级|等次|级别|档次)(?:评定)?(?:结果)?[为是:]{{0,2}} ?{_GRADE}")


def _printed_scale(text: str) -> dict[str, Decimal]:
    """The cut-offs that the form itself prints; {} for none."""
    scale: dict[str, Decimal] = {}
    for at, pattern in enumerate(_SCALES):
        for m in pattern.finditer(text):
            groups = list(m.groups())
            name = groups.pop(-1 if at == 0 else 0)
            first, side, second = groups
            bounds = [Decimal(b) for b in (first, second) if b]
            scale.setdefault(name, Decimal(0) if side == "以下" else min(bounds))
        if len(scale) > 1:
            return scale
        scale.clear()
    return scale


def _graded(rule: Rule, case: Case) -> Iterator[tuple[Points, str, Evidence]]:
    """The total, the grade and where it stands: in their cells, or in one paragraph."""
    total, field = points_of(case, case.form.total_score, total_label(case)), case.form.grade
    if total is not None and field:
        yield total, "".join(field.text.clean.split()), place(field, "等级")
        return
    for text in (*case.form.prose, *case.form.results, *case.form.issues):
        said = _GRADED.search(text.text.clean)
        points = (c for c in case.of(text) if c.quantity.unit == "分")
        scores = [c for c in points if c.measure.endswith(tuple(rule.options["totals"]))]
        if said and (len(scores) == 1 or total is not None):
            side = place(text, "等级", (said.start(1), said.end(1)))
            value = scores[0].quantity.value if len(scores) == 1 else None
            if value is not None:
                yield Points(value, scores[0].quantity.step, evidence(scores[0])), said[1], side
            elif total is not None and not scores:
                yield total, said[1], side


def _grade(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The grade is what the form's own scale gives; where it prints none, what one of the scales in use gives."""
    texts = [f.text.clean for f in case.form.fields()]
    for total, grade, side in _graded(rule, case):
        own = _printed_scale("\n".join(texts))
        scales = [own] if own else [{n: number(s, n) for n in s} for s in rule.options["grades"]]
        wanted: list[str] = []
        for scale in scales:
            bounds = sorted(((bound, name) for name, bound in scale.items()), reverse=True)
            if any(grade.startswith(name) for name in scale):  # 优秀 is on a scale of 优 too
                wanted.append(next((name for bound, name in bounds if total.value >= bound), bounds[-1][1]))
        if not wanted:
            continue
        facts = _facts(grade=grade, score=str(total), expected="、".join(dict.fromkeys(wanted)))
        if any(grade.startswith(name) for name in wanted):
            yield held(rule, facts, f"{total} → {grade}", [total.side, side])
        else:
            yield found(rule, facts, f"{total} → {facts['expected']} ≠ {grade}", [total.side, side])
