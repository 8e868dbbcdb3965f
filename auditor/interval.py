"""What two figures may have in common: closed intervals in Decimal, by the printed precision.

The semantics are those of XBRL Calculations 1.1: a measured, paid or computed figure is known to its last printed digit
(99.6% is [99.55, 99.65]); two figures agree when their intervals meet at the coarser precision. Counts are exact.
约 widens a figure by the smaller of a tenth and one unit of its last non-zero digit (约53.47 ± 0.01, 约1000 ± 100:
rules/units.toml, [width]). A bare number is taken to be in the unit of the other side.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext
from functools import cache

from auditor.model import Quantity
from auditor.unit import table

Interval = tuple[Decimal | None, Decimal | None]


@cache
def _width() -> tuple[Decimal, Decimal]:
    """What 约 allows: a share of the figure, units of its last non-zero digit."""
    width = table()["width"]
    return Decimal(width["approx_share"]), Decimal(width["approx_units"])


def exact(quantity: Quantity) -> bool:
    """Whether it states one value: a plain count, or a figure whose interval is only its rounding."""
    return quantity.comparator == "=" and quantity.value is not None and quantity.form not in ("range", "date")


def slack(value: Decimal) -> Decimal:
    """How far 约 `value` reaches to either side."""
    if not value:
        return Decimal(0)
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    share, units = _width()
    return min(abs(value) * share, units.scaleb(exponent))


def reach(quantity: Quantity) -> Interval:
    """Its interval in its own unit, with what a loose word allows."""
    low, high = quantity.low, quantity.high
    if quantity.comparator == "≈" and quantity.value is not None:
        wide = slack(quantity.value)
        low = None if low is None else min(low, quantity.value - wide)
        high = None if high is None else max(high, quantity.value + wide)
    return low, high


def _scale(bounds: Interval, factor: Decimal) -> Interval:
    low, high = bounds
    return None if low is None else low * factor, None if high is None else high * factor


def _common(a: Quantity, b: Quantity) -> tuple[Interval, Interval, Decimal, Decimal] | None:
    """Both intervals and both factors on one scale, None where the dimensions differ."""
    if a.dimension == b.dimension:
        if a.dimension == "date" and len({(q.value or q.high or q.low or 0) > 1000 for q in (a, b)}) > 1:
            return None  # 9月 of no year against 2021年9月
        one, two = a.factor, b.factor
    elif not a.unit or not b.unit:
        one = two = Decimal(1)
    else:
        return None
    return _scale(reach(a), one), _scale(reach(b), two), one, two


def _rounded(quantity: Quantity) -> bool:
    """A figure whose interval is exactly its rounding."""
    return exact(quantity) and quantity.low != quantity.high and (
        quantity.low is not None and quantity.high is not None and quantity.high - quantity.low == quantity.step
    )  # fmt: skip


def agree(a: Quantity, b: Quantity) -> bool | None:
    """Whether both can be true of one thing; None where their dimensions cannot be compared. Symmetric.

    Two rounded figures of the same precision agree only when equal: 10 and 11 touch at 10.5, which proves nothing.
    """
    common = _common(a, b)
    if common is None:
        return None
    (low_a, high_a), (low_b, high_b), one, two = common
    if _rounded(a) and _rounded(b) and a.step * one == b.step * two:
        assert a.value is not None
        assert b.value is not None
        return a.value * one == b.value * two
    return meet((low_a, high_a), (low_b, high_b))


def meet(a: Interval, b: Interval) -> bool:
    """Whether two closed intervals share a point."""
    return (a[0] is None or b[1] is None or a[0] <= b[1]) and (b[0] is None or a[1] is None or b[0] <= a[1])


def contains(outer: Quantity, inner: Quantity) -> bool | None:
    """Whether every value that `inner` allows is allowed by `outer`; None where not comparable."""
    common = _common(outer, inner)
    if common is None:
        return None
    (low, high), (low_in, high_in), _, _ = common
    return (low is None or (low_in is not None and low_in >= low)) and (
        high is None or (high_in is not None and high_in <= high)
    )


def interval_of_sum(parts: Iterable[Quantity]) -> Interval:
    """(low, high) of the sum in the base unit; None where a part is unbounded."""
    low: Decimal | None = Decimal(0)
    high: Decimal | None = Decimal(0)
    for part in parts:
        one, two = _scale(reach(part), part.factor)
        low = None if low is None or one is None else low + one
        high = None if high is None or two is None else high + two
    return low, high


def ratio_interval(part: Quantity, whole: Quantity) -> Interval | None:
    """(low, high) of part / whole as a plain ratio (0.9956), None if not comparable or if whole may be zero.

    For amounts that are not negative; an unbounded side stays unbounded.
    """
    common = _common(part, whole)
    if common is None:
        return None
    (low, high), (bottom, top), _, _ = common
    if bottom is None or bottom <= 0:
        return None
    with localcontext() as context:
        context.prec = 28
        small = None if low is None else Decimal(0) if top is None else low / (top if low >= 0 else bottom)
        large = None if high is None else high / (bottom if high >= 0 else top or bottom)
    return small, large
