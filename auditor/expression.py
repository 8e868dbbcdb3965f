"""Figures that are more than a number and a unit: dates, fractions, 翻一番, price × quantity."""

from __future__ import annotations

from decimal import Decimal

from auditor import grammar as g
from auditor.figure import Here, Part, comparable, last_place, part
from auditor.model import Quantity
from auditor.numeral import figure, han
from auditor.qualifier import comparator, form, quantity, settle, suffix
from auditor.refuse import TORN, Masked
from auditor.unit import ONE, Unit, resolve, scales

DAY = Decimal("0.01")
_DATE = Unit("date", ONE, True)
_PARTS = {"底": (21, 31), "末": (21, 31), "初": (1, 10), "中": (11, 20)}


def date(here: Here, start: int, end: int, floor: int) -> Quantity | Masked:
    """A date that fills its cell, or a deadline (9月前, 12月底之前), is a quantity; any other is a period.

    Its value is YYYYMM.DD, or MM.DD where no year is printed: ordered, and as close to print as a number can be.
    """
    sign, begin, _ = comparator(here, start, floor)
    printed = here.t[start:end].replace(" ", "")
    deadline = printed.endswith("前")
    bounds = _days(printed) if deadline or here.whole(begin, end) else None
    if bounds is None or here.unit:
        return Masked(start, end, "period")
    low: Decimal | None
    low, high = bounds
    value = low if low == high else None
    sign = "≤" if deadline else sign or "="
    if sign in ("≤", "<"):
        low = None
    return quantity(value, low, high, sign, "日期", _DATE, DAY, (begin, end), (start, end), "date")


def _days(printed: str) -> tuple[Decimal, Decimal] | None:
    """First and last day that a printed date allows, None for a plain year or a clock time."""
    m = g.DATE_PARTS.fullmatch(printed)
    if m is None:
        return None
    year = int(m["y"] or m["y2"] or m["y3"] or 0)
    month = int(m["m"] or m["m2"] or m["m3"])
    last_month = int(m["to"] or month)
    day = m["d"] or m["d2"] or m["d3"]
    first, last = (int(day), int(day)) if day else _PARTS.get(m["part"] or "", (1, 31))
    if not (1 <= month <= last_month <= 12 and 1 <= first <= last <= 31):
        return None
    return (
        Decimal(year * 100 + month) + Decimal(first).scaleb(-2),
        Decimal(year * 100 + last_month) + Decimal(last).scaleb(-2),
    )


def fraction(here: Here, start: int, floor: int) -> Quantity | Masked:
    """三分之一, 百分之二十, 百分之三点五, 千分之二."""
    t = here.t
    m = g.FRACTION.match(t, start)
    if m is None:
        return Masked(start, start + 1, "no_unit")
    below = han(m["den"]) or scales().get(m["den"])
    printed = m["num"]
    above = figure(printed)[0] if printed[0].isdecimal() else han(printed) or scales().get(printed)  # 百分之|百
    if not below or above is None:
        return Masked(start, m.end(), "name")
    before = comparator(here, start, floor)
    unit = {"百": "%", "千": "‰"}.get(m["den"], "")
    after, end = suffix(t, m.end(), "%", bool(before[0]))
    if unit:
        step = figure(printed)[1] if printed[0].isdecimal() else min(ONE, last_place(above))
        whole = Part(above, step, unit, False, start, m.end(), m.end())
        return settle(whole, None, before, after, end, form(t, before[1], floor))
    # a share is exact, and has no unit of its own
    share = Part(above / below, last_place(above / below), "", False, start, m.end(), m.end())
    found = settle(share, None, before, after, end, form(t, before[1], floor))
    return quantity(
        found.value, found.low, found.high, found.comparator, "", Unit("rate", ONE, True), found.step,
        (found.start, found.end), (start, m.end()), found.form,
    )  # fmt: skip


def double(t: str, start: int, end: int) -> Quantity | Masked:
    """翻一番 is twice, 翻两番 four times as much."""
    m = g.DOUBLE.match(t, start)
    times = han(m["times"]) if m else None
    if times is None:
        return Masked(start, end, "name")
    value = Decimal(2) ** int(times)
    return quantity(value, value, value, "=", "倍", resolve("倍"), ONE, (start, end), (start, end), "growth")


def product(here: Here, start: int) -> Quantity | Masked | None:
    """5次*5000=25000元: value is the printed result, low and high what the factors make.

    Factors without a result are a value where one is money (5次×200元), else a size (0.6*0.6): masked.
    """
    t, at = here.t, start
    value, money, terms = ONE, "", 0
    result: Part | None = None
    while terms < 8 and (term := part(t, at)) is not None:
        at, terms = term.end, terms + 1
        value *= term.value
        unit = term.unit.split("/")[0]
        if resolve(unit).dimension.startswith("money"):
            money = unit
        operator = g.OPERATOR.match(t, at)
        if operator is None:
            break
        if operator[1] == "=":
            if terms > 1:
                result = part(t, operator.end())
                at = result.end if result else at
                if result and TORN.match(t, result.digits - 1):
                    return Masked(start, at, "torn")
            break
        at = operator.end()
    if terms < 2:
        return None
    if result is None:
        if not money:
            return Masked(start, at, "formula")
        return quantity(None, value, value, "=", money, resolve(money), ONE, (start, at), (start, at), "product")
    if money and result.unit and comparable(money, result.unit):
        value = value * resolve(money).factor / resolve(result.unit).factor
    unit = result.unit or money
    return quantity(
        result.value, value, value, "=", unit, resolve(unit), result.step, (start, at), (start, at), "product"
    )
