"""Parts against their total: the arithmetic that every sum of the `add` kind goes through, and what it says of it.

Figures are claims; sums are in the unit of the total, differences of half a digit each are rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from auditor.check import evidence, fixed, found, held, plain, printed
from auditor.model import Claim, Finding, Pass, Rule

Labelled = tuple[str, Claim]


def base_of(claim: Claim) -> Decimal:
    """The printed figure in the base unit of its dimension."""
    assert claim.quantity.value is not None
    return claim.quantity.value * claim.quantity.factor


def slack_of(claims: Sequence[Claim]) -> Decimal:
    """How far rounding alone may take a sum of these figures, in the base unit.

    Idle zeros are not printed (15 beside 20.41 is 15.00): every figure of a unit is known to the finest digit seen.
    """
    finest: dict[Decimal, Decimal] = {}
    for claim in claims:
        q = claim.quantity
        if q.low != q.high:  # measured; a count is exact
            finest[q.factor] = min(finest.get(q.factor, q.step), q.step)
    return sum((finest.get(c.quantity.factor, Decimal(0)) * c.quantity.factor / 2 for c in claims), Decimal(0))


def gap_of(total: Claim, parts: Sequence[Claim]) -> int:
    """-1 the parts fall short, 0 they make up the total, 1 they exceed it; half a digit each is rounding."""
    gap = sum((base_of(p) for p in parts), Decimal(0)) - base_of(total)
    slack = slack_of([total, *parts])
    return 0 if not gap or abs(gap) < slack else (1 if gap > 0 else -1)


def sum_of(total: Claim, parts: Sequence[Claim]) -> Decimal:
    """The parts in the unit of the total."""
    return sum((base_of(p) for p in parts), Decimal(0)) / total.quantity.factor


def value_of(claim: Claim) -> Decimal:
    """The printed figure in its own unit."""
    assert claim.quantity.value is not None
    return claim.quantity.value


def figure_of(value: Decimal, claims: Sequence[Claim]) -> str:
    """A computed figure with as many digits as the figures it comes from: 1520.10, 192."""
    step = min(c.quantity.step * c.quantity.factor / claims[0].quantity.factor for c in claims)
    if step < 1 and -step.adjusted() < 7:
        return fixed(value, -step.adjusted())
    return plain(value)


def added(total: Claim, parts: Sequence[Claim]) -> str:
    """20 + 5 = 25, each figure in its own unit where units differ."""
    one_unit = all(p.quantity.factor == total.quantity.factor for p in parts)
    figures = [printed(p) + ("" if one_unit else p.quantity.unit) for p in parts]
    made = figure_of(sum_of(total, parts), [total, *parts]) + ("" if one_unit else total.quantity.unit)
    return made if figures == [made] else f"{' + '.join(figures)} = {made}"


def verdict(
    rule: Rule, total: Labelled, parts: Sequence[Labelled], column: str, whole: bool = True
) -> Iterator[Finding | Pass]:
    """The rule's view of parts against their total; `whole`: the list is known to name every part."""
    label, claim = total
    figures = [c for _, c in parts]
    every = [claim, *figures]
    gap, made, value = gap_of(claim, figures), sum_of(claim, figures), value_of(claim)
    facts = {
        "column": column, "label": label, "total": printed(claim), "sum": figure_of(made, every),
        "parts": "、".join(name for name, _ in parts), "gap": figure_of(abs(made - value), every),
        "count": str(len(parts)), "part": parts[0][0], "share": "",
    }  # fmt: skip
    arithmetic = added(claim, figures)
    if gap:
        arithmetic += f" {'<' if gap < 0 else '>'} {printed(claim)}"
        if value:
            arithmetic += (
                f"；{figure_of(max(made, value), every)} − {figure_of(min(made, value), every)} = {facts['gap']}"
            )
    elif made != value or len(parts) == 1:  # equal but for rounding
        arithmetic += f" {'=' if made == value else '≈'} {printed(claim)}"
    sides = [evidence(claim, label), *(evidence(c, name) for name, c in parts)]
    when = rule.options["when"]
    if (when != "less" and gap > 0) or (when != "more" and gap < 0 and whole):
        yield found(rule, facts, arithmetic, sides)
    elif gap == 0 and when in ("more", "differs"):
        yield held(rule, facts, arithmetic, sides)


def merged(rule: Rule, outcomes: Sequence[Finding | Pass]) -> Iterator[Finding | Pass]:
    """Columns in which the same rows go wrong in the same way are one finding."""
    findings = [o for o in outcomes if isinstance(o, Finding)]
    yield from (o for o in outcomes if isinstance(o, Pass))
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.facts["label"], one.facts["parts"]), []).append(one)
    for group in groups.values():
        facts = {key: "、".join(dict.fromkeys(f.facts[key] for f in group)) for key in group[0].facts}
        sides = [side for one in group for side in one.evidence]
        yield found(rule, facts, "；".join(one.arithmetic for one in group), sides)
