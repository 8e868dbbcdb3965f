"""What the remark of a row, or the text that tells its result again, says of the result.

rate: 覆盖率 | 91.62% | 应服务1050人，已服务962人. The part is told by a word of the row's name (已服务 ↔ 服务覆盖率), the whole by
what it is called or by 中 behind it; no third figure of the kind stands beside them.
gap: 实施安防工程86.5公里，较目标少3.5公里, of a row with the target 90.
A conflict is told only where one slip of the pen explains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from auditor.check import HELD, Case, Option, compiled, evidence, found, held, percent, plain, shown
from auditor.check.change import fits, interval, over
from auditor.check.judged import echoes, judge, label_of
from auditor.check.prose import sentences, side
from auditor.misprint import misprint
from auditor.model import Claim, Finding, Pass, Quantity, Rule
from auditor.sentence import Said, adds, base

if TYPE_CHECKING:
    from auditor.pair import Pair

OPTIONS: dict[str, Option] = {
    "of": Option(str, required=True, allowed=("rate", "gap")),
    "rate": Option(list, default=[]),  # rate: how the name of a row of a rate ends
    "whole": Option(list, default=[]),  # rate: what the whole is called, regular expressions
    "gap": Option(list, default=[]),  # gap: the words before it, regular expressions
    "held": HELD,
}
FACTS = frozenset({"name", "rate", "right", "part", "whole"})
_NEAR = 24  # characters between a result and what it lacks
_CLAUSE = re.compile(r"[,。;、:\n]")


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    yield from {"rate": _rates, "gap": _gaps}[rule.options["of"]](rule, case)


# --- rates --------------------------------------------------------------------------------------------------------


def _rates(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    ends = tuple(rule.options["rate"])
    rows = [
        (row, claim) for row in case.form.indicators
        if row.reason and row.result and label_of(row).endswith(ends) and (claim := case.figure(row.result)) is not None
    ]  # fmt: skip
    if not rows:
        return
    told = {id(said.field.text): said for said in sentences(case)}
    wholes = compiled("|".join(rule.options["whole"]))
    for row, claim in rows:
        said = told.get(id(row.reason.text)) if row.reason else None
        rate = claim.quantity
        if said is None or rate.unit != "%" or not rate.value or rate.comparator != "=":
            continue
        name = label_of(row)
        pair = _pair(said, name, wholes)
        if pair is not None:
            yield from _judged(rule, said, claim, name, *pair)


def _pair(said: Said, name: str, wholes: re.Pattern[str]) -> tuple[Quantity, Quantity] | None:
    """(part, whole): the only two counts of one unit, the part said in a word of the name; None where it is not so."""
    counts = [q for q in said.figures if adds(q) and q.value and q.dimension.startswith("count")]
    groups = [[q for q in counts if q.unit == unit] for unit in {q.unit for q in counts}]
    pairs = [g for g in groups if len(g) == 2]
    if len(pairs) != 1 or any(len(g) > 2 for g in groups):
        return None
    whole, part = pairs[0]
    if base(part) > base(whole):
        whole, part = part, whole
    of = _CLAUSE.split(said.text[whole.end : whole.end + 12])[0]
    if not (of.startswith("中") or wholes.search(said.label(whole))) or any(q.comparator != "=" for q in (part, whole)):
        return None
    words = said.label(part).removeprefix(of) + _CLAUSE.split(said.text[part.end : part.end + 24])[0]
    stem = name[:-1]
    shared = any(stem[i : i + 2] in words for i in range(len(stem) - 1))
    return (part, whole) if shared and not re.search("[未不没]", words) else None


def _judged(
    rule: Rule, said: Said, claim: Claim, name: str, part: Quantity, whole: Quantity
) -> Iterator[Finding | Pass]:
    rate = claim.quantity
    right, how = over(part, whole)
    ok = fits(interval(part), interval(whole), rate)
    if not ok and not _slipped(rate, part, whole, right):
        return
    assert rate.value is not None
    places = max(1, -int(rate.step.as_tuple().exponent))
    facts = {
        "name": name, "rate": f"{plain(rate.value)}%", "right": percent(right, places),
        "part": f"{plain(part.value or Decimal(0))}{part.unit}", "whole": f"{plain(whole.value or Decimal(0))}{whole.unit}",
    }  # fmt: skip
    sides = (evidence(claim, name), side(said, part), side(said, whole))
    shown = f"{how} = {facts['right']}"
    yield held(rule, facts, shown, sides) if ok else found(rule, facts, f"{shown} ≠ {facts['rate']}", sides)


def _slipped(rate: Quantity, part: Quantity, whole: Quantity, right: Decimal) -> bool:
    """Whether one wrong digit or swapped ones in one of the three explain the gap."""
    assert rate.value is not None
    assert part.value is not None
    assert whole.value is not None
    share = rate.value / 100
    due = (
        (rate.value, (right * 100).quantize(rate.step, ROUND_HALF_UP)),
        (part.value, (whole.value * share).quantize(part.step, ROUND_HALF_UP)),
        (whole.value, (part.value / share).quantize(whole.step, ROUND_HALF_UP)),
    )
    return any(misprint(*pair) for pair in due)


# --- gaps ---------------------------------------------------------------------------------------------------------


def _gaps(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    before = "|".join(rule.options["gap"])
    if not case.says(compiled(before)):
        return
    words = compiled(f"(?:{before})(?:了|约)?$")
    told = {id(said.field.text): said for said in sentences(case) if compiled(before).search(said.text)}
    if not told:
        return
    seen: set[tuple[int, int]] = set()
    for pair in judge(case):
        if pair.result is None or pair.more or pair.row.index < 0 or pair.low is None or pair.low != pair.high:
            continue
        for claim in (pair.result, *echoes(case, pair.result)):
            for said, gap in _told(told, claim, pair, words):
                if (id(said), gap.start) not in seen:
                    seen.add((id(said), gap.start))
                    yield from _held_against(rule, said, gap, claim, pair)


def _told(told: dict[int, Said], claim: Claim, pair: Pair, words: re.Pattern[str]) -> Iterator[tuple[Said, Quantity]]:
    """What is said to lack, right behind the result or alone of its kind in the remark of the row."""
    kind = claim.quantity.dimension
    if said := told.get(id(claim.span.text)):
        stop = min(said.end(claim.span.stop), claim.span.stop + _NEAR)
        after = [q for q in said.within(claim.span.stop, stop) if q.dimension == kind]
        if after and words.search(said.label(after[0])):
            yield said, after[0]
    if pair.row.reason and (said := told.get(id(pair.row.reason.text))):
        mine = [q for q in said.figures if q.dimension == kind]
        if len(mine) == 1 and words.search(said.label(mine[0])):
            yield said, mine[0]


def _held_against(rule: Rule, said: Said, gap: Quantity, claim: Claim, pair: Pair) -> Iterator[Finding | Pass]:
    assert pair.low is not None
    if gap.value is None or gap.comparator != "=":
        return
    factor = pair.target.quantity.factor
    right = abs(pair.low - pair.aim) * factor / gap.factor
    loose = max(claim.quantity.step * claim.quantity.factor / gap.factor, gap.step)
    ok = right == gap.value or (gap.step < 1 and abs(right - gap.value) < loose)
    if not right or not (ok or misprint(gap.value, right)):
        return
    label = label_of(pair.row)
    high, low = sorted((pair.low, pair.aim), reverse=True)
    facts = {
        "name": label, "rate": f"{plain(gap.value)}{gap.unit}", "right": f"{plain(right)}{gap.unit}",
        "part": shown(claim), "whole": shown(pair.target),
    }  # fmt: skip
    sides = (side(said, gap), evidence(claim, label), evidence(pair.target, label))
    arithmetic = f"{plain(high)} − {plain(low)} = {plain(high - low)}"
    if ok:
        yield held(rule, facts, arithmetic, sides)
    else:
        yield found(rule, facts, f"{arithmetic} ≠ {plain(gap.value)}", sides)
