"""What the kinds on targets, rates and scores say alike of a judged pair: its row, its reason, its sum, its sides.

The pairs are `auditor.pair`'s and `auditor.goal`'s; each is judged once a form, whichever rule asks first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from auditor.check import Case, evidence, percent, place, plain, printed, shown
from auditor.model import Claim, Evidence, Indicator

if TYPE_CHECKING:
    from auditor.pair import Pair
    from auditor.reason import Reasons


_NEAR = Decimal("0.0006")  # of two shares that may be the same one, printed with one digit behind the point


def judge(case: Case) -> tuple[Pair, ...]:
    """The judged pairs of the form, made once for all rules."""
    if "pairs" not in case.memo:
        from auditor.goal import told
        from auditor.pair import pairs

        case.memo["pairs"] = (*pairs(case.form, case.claims), *told(case.form, case.claims))
    made: tuple[Pair, ...] = case.memo["pairs"]
    return made


def answers(case: Case, row: Indicator) -> list[Pair]:
    """The judged pairs of a row."""
    if "answers" not in case.memo:
        index: dict[int, list[Pair]] = {}
        for pair in judge(case):
            index.setdefault(pair.row.index, []).append(pair)
        case.memo["answers"] = index
    mine: list[Pair] = case.memo["answers"].get(row.index, [])
    return mine


def label_of(row: Indicator) -> str:
    """The name of the row as printed, without blanks."""
    return "".join(row.name.text.raw.split())


def empty_marks(case: Case) -> tuple[str, ...]:
    """What stands in a cell for nothing: 无, /, —."""
    return tuple(case.words.get("marks", {}).get("null", ()))


def reason_of(case: Case, row: Indicator, over: bool | None = None) -> str:
    """The reason that the form gives for a deviation of this row: in its own cell, in the result, or in a passage that
    names the row. over: whether the result is above its target, None where that does not matter."""
    from auditor.target import vocabulary

    text = row.reason.text.clean.strip(" 。.;") if row.reason else ""
    if len(text) > 1 and text not in (*empty_marks(case), *vocabulary().words["no_reason"]):
        return text
    if row.index < 0:
        return _told_reason(case, row)
    if row.result and (said := vocabulary().gives_reason(row.result.text.clean)):
        return said
    if not over and any(said := _reasons(case).near(claim) for claim in case.of(row.result)):
        return said
    return _reasons(case).of(row, over) or ("" if over else _of_the_rest(case, row))


def _of_the_rest(case: Case, row: Indicator) -> str:
    """Why what is lacking was not done (16座, 15座: 另有1座因汛期推迟开工); for a rate, why the row that fell short by the same
    share did (15 of 16, 93.75%)."""
    for pair in answers(case, row):
        if pair.met is not False or pair.result is None or pair.share is None:
            continue
        lacking = pair.aim - pair.low if pair.low is not None and pair.low == pair.high else None
        quantity = pair.target.quantity
        if quantity.dimension != "rate":
            if lacking and (said := _reasons(case).of_rest(row, plain(lacking), quantity.unit)):
                return said
            continue
        for other in judge(case):
            if other.met is False and other.row.index >= 0 and other.target.quantity.dimension != "rate":
                near = other.share is not None and abs(other.share - pair.share) <= _NEAR
                if near and (said := reason_of(case, other.row, False)):
                    return said
    return ""


def _reasons(case: Case) -> Reasons:
    if "reasons" not in case.memo:
        from auditor.reason import Reasons

        case.memo["reasons"] = Reasons(case.form)
    known: Reasons = case.memo["reasons"]
    return known


def _told_reason(case: Case, row: Indicator) -> str:
    """Why a goal of the narrative was missed: behind its result, or in any passage on its matter."""
    claim = next((p.result for p in answers(case, row) if p.result is not None), None)
    return "" if claim is None else _reasons(case).near(claim) or _reasons(case).on(label_of(row))


def arithmetic_of(pair: Pair) -> str:
    """7 ≥ 6 (116.7%), in the unit of the target."""
    figure = pair.low if pair.low is not None else pair.high
    sign = {"up": ("≥", "<"), "down": ("≤", ">"), "": ("=", "≠")}[pair.direction][0 if pair.met else 1]
    if pair.met and pair.within and figure is not None and abs(figure - pair.aim) <= pair.within:
        sign = "≈"
    quantity = pair.target.quantity
    if quantity.form == "date":
        return f"{shown(pair.result) if pair.result else ''} {sign} {shown(pair.target)}"
    unit = quantity.unit if quantity.dimension == "rate" else ""
    value = plain(figure) if figure is not None else "?"
    share = f" ({percent(pair.share)})" if pair.share is not None else ""
    if pair.more and pair.result is not None:
        value = " + ".join(printed(c) for c in (pair.result, *pair.more)) + f" = {value}"
    return f"{value}{unit} {sign} {plain(pair.aim)}{unit}{share}"


def sides_of(case: Case, pair: Pair) -> list[Evidence]:
    """Target, result, and where else the form states the same result."""
    label = label_of(pair.row)
    sides = [evidence(pair.target, label)]
    if pair.result is not None:
        sides += [evidence(c, label) for c in (pair.result, *pair.more)]
        return [*sides, *(evidence(c) for c in echoes(case, pair.result))]
    assert pair.row.result is not None
    return [*sides, place(pair.row.result, label)]


def echoes(case: Case, claim: Claim) -> list[Claim]:
    """The same result where the form states it again: in one match, with the same figure."""
    if "echoes" not in case.memo:
        index: dict[int, dict[int, Claim]] = {}
        for match in case.matches:
            if match.kind == "same":
                for one in match.claims:
                    index.setdefault(one.index, {}).update({c.index: c for c in match.claims if c.index != one.index})
        case.memo["echoes"] = index
    others: dict[int, Claim] = case.memo["echoes"].get(claim.index, {})
    return [c for _, c in sorted(others.items()) if c.role == "result" and c.quantity.value == claim.quantity.value]
