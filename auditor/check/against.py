"""What texts say of rows of figures in tables: what is left of a row's money, its growth, the money that a goal plans.

balance: 县级配套资金结余19.2万元, of the row 县级配套 with budget and spending. growth: 三公经费比上年减少5.34万元，下降19.93%, of
a row with both years. planned: 投入1286万元 in a goal, beside a budget of 12860000元.
A conflict is told only where one slip of the pen explains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

from auditor.check import HELD, Case, Option, compiled, evidence, found, held, percent, plain
from auditor.check.change import fits
from auditor.check.prose import sentences, side
from auditor.check.within import FIGURE
from auditor.layout import key
from auditor.misprint import misprint, telling
from auditor.model import Claim, Evidence, Field, Finding, Pass, Quantity, Rule, Span
from auditor.sentence import Said, adds, base

OPTIONS: dict[str, Option] = {
    "of": Option(str, required=True, allowed=("balance", "growth", "planned")),
    "words": Option(list, default=[]),  # regular expressions: what is left; how the money of a goal is called
    "held": HELD,
}
FACTS = frozenset({"name", "value", "right", "whole", "part"})
_TOTALS = ("year_budget", "initial_budget", "arrived", "spent")
_NEUTRAL = re.compile(r"其中[:、]?|年末|年度|本年|全年|当年|项目|预算|资金|经费|累计|共|有|为|,|的")
_MOST = 12  # figures of a row


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    yield from {"balance": _balances, "growth": _growths, "planned": _planned}[rule.options["of"]](rule, case)


def _shown(quantity: Quantity) -> str:
    return f"{plain(quantity.value or Decimal(0))}{quantity.unit}"


def _facts(**given: str) -> dict[str, str]:
    return dict.fromkeys(FACTS, "") | given


def _judged(case: Case, rule: Rule, said: Said, figure: Quantity) -> bool:
    """Whether another rule of the category has told of the figure."""
    known = case.memo.get("told", ())
    return any(
        e.span.text is said.field.text and e.span.begin == figure.start
        for f in known if isinstance(f, Finding) and f.rule.category == rule.category for e in f.evidence
    )  # fmt: skip


# --- what is left -------------------------------------------------------------------------------------------------


def _balances(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    left = compiled(f"(?:{'|'.join(rule.options['words'])})(?:资金|经费)?(?:为|了|共)?$")
    rows: dict[str, dict[str, Claim]] = {}
    for amount in case.form.amounts:
        if amount.term in ("year_budget", "spent") and (claim := case.figure(amount.field)) is not None:
            rows.setdefault(_NEUTRAL.sub("", key(amount.label)), {})[amount.term] = claim
    rows = {name: row for name, row in rows.items() if len(row) == 2 and len(name) > 1}
    for said in sentences(case) if rows else ():
        for figure in said.figures:
            match = left.search(said.label(figure)) if figure.dimension == "money" and adds(figure) else None
            name = _NEUTRAL.sub("", said.label(figure)[: match.start()]) if match else ""
            mine = [(n, r) for n, r in rows.items() if len(name) > 1 and (n.endswith(name) or name.endswith(n))]
            if len(mine) == 1 and not _judged(case, rule, said, figure):
                yield from _balance(rule, said, figure, *mine[0])


def _balance(rule: Rule, said: Said, figure: Quantity, name: str, row: dict[str, Claim]) -> Iterator[Finding | Pass]:
    whole, spent = row["year_budget"], row["spent"]
    right = (base(whole.quantity) - base(spent.quantity)) / figure.factor
    assert figure.value is not None
    ok = abs(right - figure.value) <= figure.step / 2
    if right <= 0 or not (ok or (figure.comparator == "=" and misprint(figure.value, right))):
        return
    made = f"{_shown(whole.quantity)} − {_shown(spent.quantity)} = {plain(right)}{figure.unit}"
    facts = _facts(
        name=name, value=_shown(figure), right=f"{plain(right)}{figure.unit}", whole=_shown(whole.quantity), part=_shown(spent.quantity)
    )
    sides = (side(said, figure), evidence(whole, name), evidence(spent, name))
    yield held(rule, facts, made, sides) if ok else found(rule, facts, f"{made} ≠ {_shown(figure)}", sides)


# --- growth -------------------------------------------------------------------------------------------------------

_GREW = re.compile(r"(?P<name>[^\W\d]{2,10}?)[较比](?:上年|去年|上一年|前一年)(?:同期|度)?(?:净|共)?(?P<way>增加|增长|减少|下降)了?$")
_RATE = re.compile(r"[,，、(]?(?P<way>增长|增加|增幅|上升|减少|下降|降低|降幅)(?:率|幅度?)?(?:为|了|达)?")
_DOWN = frozenset(("减少", "下降", "降低", "降幅"))


class _Cell:
    """A figure of a row, in base units."""

    def __init__(self, field: Field, value: Decimal, step: Decimal, begin: int, stop: int, name: str) -> None:
        self.value, self.step = value, step
        self.side = Evidence(Span(field.text, begin, stop, field.section), field.role, name, field.text.raw[begin:stop], field.unit)


def _growths(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for said in sentences(case):
        if "上年" not in said.text and "去年" not in said.text and "一年" not in said.text:
            continue
        for change, rate in zip(said.figures, said.figures[1:], strict=False):
            grew = _GREW.search(said.text, max(0, change.start - 24), change.figure_start)
            way = _RATE.fullmatch(said.text, change.end, rate.figure_start) if grew else None
            if grew and way and change.dimension == "money" and rate.unit == "%" and change.value and rate.value:
                down = grew["way"] in _DOWN
                if down == (way["way"] in _DOWN):
                    yield from _grown(rule, case, said, change, rate, grew["name"], down)


def _grown(rule: Rule, case: Case, said: Said, change: Quantity, rate: Quantity, name: str, down: bool) -> Iterator[Finding | Pass]:
    rows = list(_rows(case, name, change.factor))
    pairs = [(past, now) for row in rows for past, now in permutations(row, 2) if (past.value > now.value) == down and past.value > 0]
    slips: list[tuple[_Cell, _Cell]] = []
    for past, now in pairs:
        gap = abs(past.value - now.value)
        share = (gap / past.value, gap / past.value)
        loose = max(past.step, now.step, change.step * change.factor)
        same, fit = abs(gap - base(change)) < loose, fits(share, (Decimal(1), Decimal(1)), rate)
        assert rate.value is not None
        assert change.value is not None
        if same and fit:
            yield _told(rule, said, change, rate, name, past, now, ok=True)
            return
        right = (share[0] * 100).quantize(rate.step, ROUND_HALF_UP)
        if (same and misprint(rate.value, right)) or (fit and misprint(change.value, gap / change.factor)):
            slips.append((past, now))
    if len({(p.value, n.value) for p, n in slips}) == 1:
        yield _told(rule, said, change, rate, name, *slips[0], ok=False)


def _told(rule: Rule, said: Said, change: Quantity, rate: Quantity, name: str, past: _Cell, now: _Cell, ok: bool) -> Finding | Pass:
    gap = abs(past.value - now.value)
    places = max(1, -int(rate.step.as_tuple().exponent))
    right = f"{plain(gap / change.factor)}{change.unit}、{percent(gap / past.value, places)}"
    facts = _facts(
        name=name, value=f"{_shown(change)}、{_shown(rate)}", right=right, whole=past.side.value or "", part=now.side.value or ""
    )
    high, low = (past, now) if past.value > now.value else (now, past)
    made = f"{high.side.value} − {low.side.value} = {plain(gap / change.factor)}；{percent(gap / past.value, places)}"
    sides = (side(said, rate), side(said, change), past.side, now.side)
    return held(rule, facts, made, sides) if ok else found(rule, facts, f"{made} ≠ {_shown(change)}、{_shown(rate)}", sides)


def _rows(case: Case, name: str, factor: Decimal) -> Iterator[list[_Cell]]:
    """The figures of every row that is called so, in base units; a figure without a unit has that of the text."""
    fields = {id(f.text): f for f in case.form.fields() if f}
    for table in case.form.document.blocks:
        for cells in getattr(table, "rows", ()):
            full = [c for c in cells if c.text]
            if len(full) < 3 or not any(key(c.text.raw).endswith(name) for c in full[:2]):
                continue
            row: list[_Cell] = []
            for cell in full[1 : _MOST + 1]:
                text = cell.text.clean
                told = FIGURE.fullmatch(text.strip())
                field = fields.get(id(cell.text)) or Field(cell.text, "budget", "budget")  # of another form of the file
                if told and not told[2] and "%" not in field.unit:
                    value = Decimal(told[1].replace(",", ""))
                    lead = len(text) - len(text.lstrip())
                    step = Decimal(1).scaleb(min(0, int(value.as_tuple().exponent))) * factor
                    row.append(_Cell(field, value * factor, step, lead, lead + len(text.strip()), name))
            yield row


# --- what a goal plans --------------------------------------------------------------------------------------------


def _planned(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The money of a goal that is no figure of the funds block, but is one of its totals with one slip of the pen."""
    words = compiled(f"(?:{'|'.join(rule.options['words'])})(?:了|共|约)?$")
    totals = [(a.label, c) for term in _TOTALS for a, c in case.amounts([term])]
    block = {base(c.quantity) for a in case.form.amounts if (c := case.figure(a.field)) is not None and c.quantity.dimension == "money"}
    for said in sentences(case) if totals else ():
        if said.field.section != "goal_narrative":
            continue
        for figure in said.figures:
            if figure.dimension != "money" or not adds(figure) or figure.comparator != "=" or not words.search(said.label(figure)):
                continue
            assert figure.value is not None
            near = figure.step * figure.factor / 2
            same = next(((label, c) for label, c in totals if abs(base(c.quantity) - base(figure)) <= near), None)
            if same is None and any(abs(value - base(figure)) <= near for value in block):
                continue
            tries = len({base(c.quantity) for _, c in totals})
            slips = {
                base(c.quantity): (label, c) for label, c in totals
                if telling(figure.value, (base(c.quantity) / figure.factor).quantize(figure.step), tries)
            }  # fmt: skip
            told = same or (next(iter(slips.values())) if len(slips) == 1 else None)
            if told is None or _judged(case, rule, said, figure):
                continue
            label, claim = told
            right = f"{plain((base(claim.quantity) / figure.factor).quantize(figure.step))}{figure.unit}"
            facts = _facts(name=said.name(figure), value=_shown(figure), right=right, whole=label, part=_shown(claim.quantity))
            sides = (side(said, figure), evidence(claim, label))
            if same:
                yield held(rule, facts, f"{_shown(claim.quantity)} = {_shown(figure)}", sides)
            else:
                yield found(rule, facts, f"{_shown(claim.quantity)} = {right} ≠ {_shown(figure)}", sides)
