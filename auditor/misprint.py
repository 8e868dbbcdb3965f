"""3a (slips of the pen): is one figure another one mis-typed?

An identity that fails by a slip of one figure was meant; one that fails by any other amount may never have been one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

Slip = Literal["", "swap", "digit", "point", "unit"]


def misprint(printed: Decimal, right: Decimal) -> Slip:
    """How `printed` comes from `right`: two digits swapped, one digit changed, the point moved by one
    place, 元 for 万元; "" if it is no slip."""
    if right <= 0 or printed <= 0 or right == printed:
        return ""
    ratio = (printed / right).normalize()
    if ratio in (Decimal(10), Decimal("0.1"), Decimal(100), Decimal("0.01")):
        return "point"
    if ratio in (Decimal(10000), Decimal("0.0001")):
        return "unit"
    a, b = _aligned(printed, right)
    if len(a) != len(b):
        return ""
    apart = [i for i in range(len(a)) if a[i] != b[i]]
    if len(apart) == 1:
        return "digit"
    return "swap" if len(apart) == 2 and [a[i] for i in apart] == [b[i] for i in reversed(apart)] else ""


def _aligned(one: Decimal, other: Decimal) -> tuple[str, str]:
    """The digits of both to the same number of places, without the point."""
    places = max(-min(0, int(x.normalize().as_tuple().exponent)) for x in (one, other))
    return f"{one.scaleb(places):.0f}", f"{other.scaleb(places):.0f}"


def figures(value: Decimal) -> int:
    """How many digits it tells, as printed: 1200 -> 2, 87.0 -> 3."""
    digits, exponent = value.as_tuple().digits, value.as_tuple().exponent
    return len(digits) if isinstance(exponent, int) and exponent < 0 else len(value.normalize().as_tuple().digits)


def telling(printed: Decimal, right: Decimal, tries: int = 1) -> bool:
    """Whether the slip can hardly be chance, where `tries` figures were held against the printed one."""
    kind = misprint(printed, right)
    size = max(len(_aligned(printed, right)[0].strip("0")), figures(printed))
    if kind == "digit":
        return size >= 4 and 90 * size * tries <= 10**size  # nine other digits in each place, of 10^size figures
    if kind == "swap":
        return size >= 3 and 20 * size * tries <= 10**size
    return kind in ("point", "unit") and size >= 3
