"""Scores: does each follow from target, result and weight, and do weights and scores add up?

Regions score in different ways (positive B/A; reverse 1−(B−A)/A or A/B). A score is wrong only where no way in use gives
it. A printed score is good within a tenth of a point, or half of its last printed digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from auditor.check import HELD, Case, Option, evidence, found, held, percent, place, plain
from auditor.check.reach import judge, label_of, reason_of
from auditor.model import Claim, Evidence, Field, Finding, Indicator, Pass, Rule

if TYPE_CHECKING:
    from auditor.pair import Pair

OPTIONS: dict[str, Option] = {
    "of": Option(
        str, required=True,
        allowed=("row", "lost", "cap", "execution", "weights", "blocks", "total", "grade", "band"),
    ),
    "tolerance": Option(float, default=0.1),  # points
    "times": Option(float, default=1.3),  # from here on points may be taken for the deviation
    "sums": Option(list, default=[100], items=int),  # weights: what they may add up to where no total is printed
    "bands": Option(list, default=[], items=dict),  # band: { words = […], low = 0.8, high = 1 }, shares of the weight
    "grades": Option(list, default=[], items=dict),  # grade: one scale each, { 优 = 90, 良 = 80, … } lower bounds
    "held": HELD,
}  # fmt: skip
FACTS = frozenset(
    {"row", "score", "weight", "expected", "rate", "target", "result", "sum", "total", "block", "grade", "band"}
)


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    ways: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "row": _row, "lost": _lost, "cap": _cap, "execution": _execution, "weights": _weights, "blocks": _blocks,
        "total": _total, "grade": _grade, "band": _band,
    }  # fmt: skip
    yield from ways[rule.options["of"]](rule, case)


# --- points -------------------------------------------------------------------------------------------------------


def _points(case: Case, field: Field | None) -> Claim | None:
    """The points a cell gives; None for a blank one and for a share."""
    claim = case.figure(field)
    return claim if claim is not None and claim.quantity.dimension != "rate" else None


def _value(claim: Claim) -> Decimal:
    assert claim.quantity.value is not None
    return claim.quantity.value


def _near(rule: Rule, claim: Claim, expected: Decimal) -> bool:
    return abs(_value(claim) - expected) <= max(Decimal(str(rule.options["tolerance"])), claim.quantity.step / 2)


def _scored(case: Case) -> Iterator[tuple[Indicator, Claim, Claim]]:
    """Rows with a weight and a score of their own."""
    for row in case.form.indicators:
        if row.shared_score or row.parent is not None:
            continue
        weight, score = _points(case, row.weight), _points(case, row.score)
        if weight is not None and score is not None and _value(weight) > 0:
            yield row, weight, score


def _facts(**given: str) -> dict[str, str]:
    return dict.fromkeys(FACTS, "") | given


def _answers(case: Case, row: Indicator) -> list[Pair]:
    """The judged targets of a row, when all of its targets are judged."""
    mine = [one for one in judge(case) if one.row.index == row.index]
    return mine if mine and len(mine) == len(case.of(row.target)) else []


# --- one row ------------------------------------------------------------------------------------------------------


def _row(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Points of a row with one target: full when it is reached, else by one of the ways in use."""
    for row, weight, score in _scored(case):
        judged = _answers(case, row)
        if len(judged) != 1 or judged[0].met is None or judged[0].result is None:
            continue
        one, full = judged[0], _value(weight)
        ways = _expected(one, full)
        if not ways or (one.met and _value(score) < full):
            continue  # reached and not given in full: `lost`
        facts = _facts(
            row=label_of(row), score=plain(_value(score)), weight=plain(full), expected=plain(ways[0][1]),
            rate=percent(one.share) if one.share is not None else "—", target=one.target.span.quote,
            result=one.result.span.quote,
        )  # fmt: skip
        sides = [
            evidence(one.target, label_of(row)), evidence(one.result, label_of(row)),
            evidence(weight, label_of(row)), evidence(score, label_of(row)),
        ]  # fmt: skip
        fitting = [way for way in ways if _near(rule, score, way[1])]
        if fitting:
            yield held(rule, facts, f"{fitting[0][0]} = {plain(fitting[0][1])}", sides)
        elif _value(score) <= full:  # more than the weight is another matter
            yield found(rule, facts, f"{ways[0][0]} = {plain(ways[0][1])} ≠ {plain(_value(score))}", sides)


def _expected(one: Pair, full: Decimal) -> list[tuple[str, Decimal]]:
    """What the ways in use give, each with its sum."""
    if one.met:
        return [(plain(full), full)]
    result, aim = one.low if one.low is not None else one.high, one.aim
    if result is None or one.direction not in ("up", "down"):
        return []
    if aim == 0:
        return [("0", Decimal(0))]
    b, a, w = plain(result), plain(aim), plain(full)
    if one.direction == "up":
        return [(f"{b} / {a} × {w}", _round(max(result, Decimal(0)) / aim * full)), ("0", Decimal(0))]
    fall = max(Decimal(0), 1 - (result - aim) / aim)
    return [
        (f"(1 − ({b} − {a}) / {a}) × {w}", _round(fall * full)), (f"{a} / {b} × {w}", _round(aim / result * full)),
        ("0", Decimal(0)),
    ]  # fmt: skip


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def _lost(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Reached in full, points taken, no reason given."""
    times = Decimal(str(rule.options["times"]))
    for row, weight, score in _scored(case):
        if _value(score) >= _value(weight) or reason_of(case, row):
            continue
        judged = _answers(case, row)
        if not judged or not all(one.met for one in judged) or _near(rule, score, _value(weight)):
            continue
        if any(one.share is not None and one.share >= times for one in judged):
            continue
        facts = _facts(
            row=label_of(row), score=plain(_value(score)), weight=plain(_value(weight)), expected=plain(_value(weight)),
            target=judged[0].target.span.quote,
            result=judged[0].result.span.quote if judged[0].result else str(judged[0].names),
        )  # fmt: skip
        sides: list[Evidence] = []
        for one in judged:
            sides.append(evidence(one.target, label_of(row)))
            sides += [evidence(one.result, label_of(row))] if one.result else []
        gap = plain(_value(weight) - _value(score))
        arithmetic = f"{plain(_value(weight))} − {plain(_value(score))} = {gap}"
        yield found(rule, facts, arithmetic, [*sides, evidence(weight, label_of(row)), evidence(score, label_of(row))])


def _cap(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """No score over its weight: rows, the execution score, the total."""
    pairs = [(label_of(row), weight, score) for row, weight, score in _scored(case)]
    execution = _execution_points(case)
    if execution is not None:
        pairs.append((execution[2], execution[0], execution[1]))
    weight, score = _points(case, case.form.total_weight), _points(case, case.form.total_score)
    if weight is not None and score is not None:
        pairs.append((score.field.heads[0] if score.field.heads else score.measure, weight, score))
    fine: list[tuple[str, Claim, Claim]] = []
    for label, weight, score in pairs:
        facts = _facts(row=label, score=plain(_value(score)), weight=plain(_value(weight)))
        if _value(score) > _value(weight):
            arithmetic = f"{plain(_value(score))} > {plain(_value(weight))}"
            yield found(rule, facts, arithmetic, [evidence(score, label), evidence(weight, label)])
        else:
            fine.append((label, weight, score))
    if fine:
        sides = [evidence(claim, label) for label, weight, score in fine for claim in (score, weight)]
        arithmetic = "；".join(f"{plain(_value(s))} ≤ {plain(_value(w))}" for _, w, s in fine)
        yield held(rule, _facts(row="、".join(label for label, _, _ in fine), sum=str(len(fine))), arithmetic, sides)


def _band(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A result in the words of a band (部分达成) against the share of the weight that it earns."""
    for row, weight, score in _scored(case):
        text = "".join(row.result.text.clean.split()) if row.result else ""
        if not text or case.of(row.result):
            continue
        bands = [b for b in rule.options["bands"] if any(text.startswith(word) for word in b["words"])]
        if not bands:
            continue
        share = _value(score) / _value(weight)
        slack = max(Decimal(str(rule.options["tolerance"])), score.quantity.step / 2) / _value(weight)
        wanted = "、".join(f"{percent(_number(b, 'low'), 0)}–{percent(_number(b, 'high'), 0)}" for b in bands)
        facts = _facts(
            row=label_of(row), score=plain(_value(score)), weight=plain(_value(weight)), result=text,
            rate=percent(share), band=wanted,
        )  # fmt: skip
        assert row.result is not None
        sides = [place(row.result, label_of(row)), evidence(weight, label_of(row)), evidence(score, label_of(row))]
        arithmetic = f"{plain(_value(score))} / {plain(_value(weight))} = {percent(share)}"
        if any(_number(b, "low") - slack <= share <= _number(b, "high") + slack for b in bands):
            yield held(rule, facts, arithmetic, sides)
        else:
            yield found(rule, facts, arithmetic, sides)


def _number(table: dict[str, Any], key: str) -> Decimal:
    return Decimal(str(table[key]))


# --- the execution score ------------------------------------------------------------------------------------------


def _execution_points(case: Case) -> tuple[Claim, Claim, str] | None:
    """(weight, score, label) of the total row of the funds block."""
    weights, scores = case.amounts(["weight"]), case.amounts(["score"])
    if len(weights) != 1 or len(scores) != 1 or _value(weights[0][1]) <= 0:
        return None
    return weights[0][1], scores[0][1], weights[0][0].label


def _execution(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    points = _execution_points(case)
    if points is None:
        return
    weight, score, label = points
    rates: list[tuple[str, Decimal, list[Evidence]]] = []
    part, whole = case.amounts(["spent"]), case.amounts(["year_budget"])
    if len(part) == len(whole) == 1 and _value(whole[0][1]) > 0:
        b, a = part[0][1], whole[0][1]
        rate = _value(b) * b.quantity.factor / (_value(a) * a.quantity.factor)
        rates.append((f"{plain(_value(b))} / {plain(_value(a))}", rate, [evidence(b, label), evidence(a, label)]))
    printed = case.amounts(["execution_rate"])
    if len(printed) == 1:
        rates.append((printed[0][1].span.quote, _value(printed[0][1]) / 100, [evidence(printed[0][1], label)]))
    if not rates:
        return
    full = _value(weight)
    sums = [(text, _round(min(max(rate, Decimal(0)), Decimal(1)) * full)) for text, rate, _ in rates]
    facts = _facts(
        row=label, score=plain(_value(score)), weight=plain(full), expected=plain(sums[0][1]),
        rate=percent(rates[0][1], 2),
    )  # fmt: skip
    sides = [side for _, _, inside in rates for side in inside]
    sides += [evidence(weight, label), evidence(score, label)]
    capped = rates[0][1] > 1
    way = f"{plain(full)} (≤ {plain(full)})" if capped else f"{sums[0][0]} × {plain(full)} = {plain(sums[0][1])}"
    if any(_near(rule, score, expected) for _, expected in sums):
        yield held(rule, facts, way, sides)
    elif _value(score) <= full and not (capped and _value(score) < full):  # overspending may cost points
        yield found(rule, facts, f"{way} ≠ {plain(_value(score))}", sides)


# --- what adds up -------------------------------------------------------------------------------------------------


def _rows_with(case: Case, what: str) -> list[tuple[Indicator, Claim | None]]:
    rows = [r for r in case.form.indicators if r.section == "indicators" and r.parent is None]
    return [(r, _points(case, getattr(r, what))) for r in rows if not (r.shared_score and not getattr(r, what))]


def _cut(case: Case) -> bool:
    """Whether the file shows an excerpt: rows are missing that were never meant to be summed."""
    marks = case.words.get("marks", {}).get("cut_by_us", ())
    return any(mark in case.form.document.source for mark in marks)


def _add(
    rule: Rule, parts: list[tuple[str, Claim]], aims: list[Decimal], total: Claim | None, label: str,
    optional: tuple[str, Claim] | None = None,
) -> Iterator[Finding | Pass]:  # fmt: skip
    """Points that must make up one of `aims`, with the optional part or without it."""
    made = sum((_value(c) for _, c in parts), Decimal(0))
    more = made + _value(optional[1]) if optional else made
    slack = Decimal(str(rule.options["tolerance"])) if any(c.quantity.step < 1 for _, c in parts) else Decimal(0)
    fits = [(m, aim) for m in (more, made) for aim in aims if abs(m - aim) <= slack]
    used = [*parts, optional] if optional and (not fits or fits[0][0] == more) else parts
    result = fits[0][0] if fits else more
    facts = _facts(block=label, row=label, sum=plain(result), total=plain(fits[0][1] if fits else aims[0]))
    figures = " + ".join(plain(_value(c)) for _, c in used)
    sides = [evidence(c, name) for name, c in used] + ([evidence(total, label)] if total is not None else [])
    if fits:
        yield held(rule, facts, f"{figures} = {plain(result)}", sides)
    else:
        yield found(rule, facts, f"{figures} = {plain(result)} ≠ {plain(aims[0])}", sides)


def _weights(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """All weights make up the printed total, or the full mark where a total score is printed."""
    rows = _rows_with(case, "weight")
    if len(rows) < 2 or any(c is None for _, c in rows) or _cut(case):
        return
    total = _points(case, case.form.total_weight)
    if total is None and not case.form.total_score:
        return
    aims = [_value(total)] if total is not None else [Decimal(s) for s in rule.options["sums"]]
    execution = _execution_points(case)
    optional = (execution[2], execution[0]) if execution else None
    parts = [(label_of(r), c) for r, c in rows if c is not None]
    yield from _add(rule, parts, aims, total, _total_label(case), optional)


def _total_label(case: Case) -> str:
    field = case.form.total_score or case.form.total_weight
    return field.heads[0] if field is not None and field.heads else "总分"


_MARK = re.compile(r"\(\s*(\d+(?:\.\d+)?)\s*分?\s*\)")


def _blocks(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The weights under a head that prints its points (产出指标（50分）) make up these points."""
    blocks: dict[tuple[int, str], tuple[Field, list[tuple[Indicator, Claim | None]]]] = {}
    rows = _rows_with(case, "weight")
    for row, weight in rows:
        for level in (row.level1, row.level2):
            if level and _MARK.search(level.text.clean):
                blocks.setdefault((id(level.text), level.text.raw), (level, []))[1].append((row, weight))
    last = rows[-1][0].index if rows else -1
    for field, inside in blocks.values():
        if any(c is None for _, c in inside) or (_cut(case) and any(r.index == last for r, _ in inside)):
            continue
        if any(not re.search(r"\w", row.name.text.clean) for row, _ in inside):
            continue  # …… stands for rows that are left out
        mark = _MARK.search(field.text.clean)
        assert mark is not None
        parts = [(label_of(row), c) for row, c in inside if c is not None]
        for outcome in _add(rule, parts, [Decimal(mark[1])], None, "".join(field.text.raw.split())):
            side = place(field, "".join(field.text.raw.split()), (mark.start(1), mark.end(1)))
            sides = (*outcome.evidence, side)
            if isinstance(outcome, Finding):
                yield found(rule, outcome.facts, outcome.arithmetic, sides)
            else:
                yield held(rule, outcome.facts, outcome.arithmetic, sides)


def _total(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The stated total is the sum of the rows and the execution score."""
    total = _points(case, case.form.total_score)
    rows = _rows_with(case, "score")
    if total is None or len(rows) < 2 or _cut(case) or any(c is None for _, c in rows):
        return
    execution = _execution_points(case)
    parts = [(label_of(r), c) for r, c in rows if c is not None]
    optional = (execution[2], execution[1]) if execution else None
    yield from _add(rule, parts, [_value(total)], total, _total_label(case), optional)


def _grade(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The printed grade is the grade of the total on at least one of the scales in use."""
    total, field = _points(case, case.form.total_score), case.form.grade
    if total is None or not field:
        return
    printed = "".join(field.text.clean.split())
    wanted = []
    for scale in rule.options["grades"]:
        bounds = sorted(((Decimal(str(bound)), name) for name, bound in scale.items()), reverse=True)
        wanted.append(next((name for bound, name in bounds if _value(total) >= bound), bounds[-1][1]))
    known = {name for scale in rule.options["grades"] for name in scale}
    mine = [name for name in known if printed.startswith(name)]
    if not mine:
        return
    facts = _facts(grade=printed, score=plain(_value(total)), expected="、".join(dict.fromkeys(wanted)))
    sides = [evidence(total, _total_label(case)), place(field)]
    if any(name in wanted for name in mine):
        yield held(rule, facts, f"{plain(_value(total))} → {printed}", sides)
    else:
        yield found(rule, facts, f"{plain(_value(total))} → {facts['expected']} ≠ {printed}", sides)

