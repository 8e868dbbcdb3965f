"""A figure with its scale, its looseness and its unit: 500|多|人次, 3|万|余|元, 4.52|(万人), 三百二十一|户, 1-2|天.

The parts that quantity.py puts together; all work on narrowed text and look only a few characters ahead.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from re import Match
from typing import NamedTuple

from auditor import grammar as g
from auditor.numeral import figure, han, spread
from auditor.unit import ONE, resolve, scales, split, squeeze, table, words

LONGEST = 24  # characters; longer digits are a code
_DATA = table()
_BELOW: dict[str, dict[str, int]] = _DATA["below"]
# What may stand after a word: a bare number or a unit after a blank ends here.
ENDS = frozenset(" \t\r\n,，。；;)）]】|!！?？>＞<”\"'’")
_JOINS = frozenset("/、:")


class Here(NamedTuple):
    """A narrowed text, where its content begins and ends, and the unit that stands elsewhere."""

    t: str
    first: int
    last: int
    unit: str
    far: bool  # 至少 stands somewhere

    def whole(self, begin: int, end: int) -> bool:
        """Whether [begin, end) is all that the text says."""
        return begin <= self.first and end >= self.last


class Part(NamedTuple):
    """value in `unit`; step: one unit of its last digit; loose: said with 余 or 多; pair: 三五个 is a range.

    [start, digits) is the figure, [start, end) the figure with its unit.
    """

    value: Decimal
    step: Decimal
    unit: str
    loose: bool
    start: int
    end: int
    digits: int
    pair: tuple[Decimal, Decimal] | None = None


def last_place(value: Decimal) -> Decimal:
    """One unit of the last non-zero digit: 500 -> 100, 53.47 -> 0.01."""
    exponent = value.normalize().as_tuple().exponent
    return ONE.scaleb(exponent if isinstance(exponent, int) else 0)


def part(t: str, at: int, m: Match[str] | None = None) -> Part | None:
    """The figure in digits at `at`, None if there is none or only a code."""
    m = m or g.FIGURE.match(t, at)
    if m is None:
        return None
    printed, chain, scale, hedge, more = m.groups()
    if len(printed) > LONGEST:
        return None
    end = m.end()
    unit, stop = unit_at(t, end)
    if hedge and not unit and (hedge == "来" or (hedge not in "余餘" and not more and not scale)):
        end, hedge = m.end("scale"), ""  # 10|多功能: 多 belongs to what follows; 300余|企业 does not
        unit, stop = unit_at(t, end)
    if not unit and t.startswith(("个多月", "个余月"), stop):
        unit, stop, hedge = "个月", stop + 3, "多"
    if unit:
        end = stop
    scale = scale.strip()
    if not chain:
        value, step = figure(printed)
        return Part(value, step, scale + more + unit, bool(hedge), at, end, m.end("a"))
    mixed = han(printed + chain + scale)
    if mixed is None:
        return None
    return Part(mixed, last_place(mixed), unit, bool(hedge), at, end, m.end("scale"))


def han_part(t: str, at: int) -> Part | None:
    """The Chinese numeral at `at` with its unit. A last 万 or 亿 goes to the unit: 二百|万元."""
    m = g.HAN_FIGURE.match(t, at)
    if m is None:
        return None
    number, hedge, more = m.groups()
    unit, end = unit_at(t, m.end())
    digits, scale = m.end("a"), ""
    if number[-1] in "万亿萬億" and len(number) > 1 and unit:
        number, scale, digits = number[:-1], number[-1], digits - 1
    pair = spread(number)
    value = pair[0] if pair else han(number)
    if value is None and len(number) == 1:
        value = scales().get(number)  # 近|百|家, 千|余|亩
    if value is None:
        return None
    step = figure("0." + "0" * (len(number) - number.find("点") - 1))[1] if "点" in number else ONE
    return Part(value, step, scale + more + unit, bool(hedge), at, end if unit else m.end(), digits, pair)


def unit_at(t: str, at: int) -> tuple[str, int]:
    """The unit at `at`, glued, after a blank or a bar (95 | %), or in brackets: (squeezed, its end)."""
    if at >= len(t):
        return "", at
    if t[at] in " |":
        begin = at
        while begin < len(t) and begin - at < 3 and t[begin] in " |":
            begin += 1
        if begin < len(t) and t[begin] != "(":
            return _unit_after_blank(t, at, begin)
        return _unit_in_brackets(t, at, begin)
    if t[at] == "(":
        return _unit_in_brackets(t, at, at)
    m = g.UNIT.match(t, at)
    if m is None:
        return "", at
    if t.startswith("(次)", m.end()) and m[0] + "次" in words():
        return m[0] + "次", m.end() + 3  # 1200家(次)
    return _per(t, at, m.end())


def _unit_after_blank(t: str, at: int, begin: int) -> tuple[str, int]:
    """There the next column of a flattened table may begin, so the unit must end its word or be a common one."""
    scale = g.SCALES.match(t, begin)
    m = g.UNIT.match(t, begin) or (g.UNIT.match(t, scale.end()) if scale else None)
    if m is None:
        return "", at
    word, end = m[0], m.end()
    if "|" in t[at:begin] and word not in ("%", "百分比"):
        return "", at
    after = t[end : end + 1]
    closed = not after or after in ENDS or after in _JOINS or after.isdigit() or g.SUFFIX.match(t, end) is not None
    stop = g.AFTER_BLANK.get(word)
    if not closed and (after in stop if stop is not None else len(word) == 1):
        return "", at
    return _per(t, begin, end)


def _unit_in_brackets(t: str, at: int, bracket: int) -> tuple[str, int]:
    scale = g.SCALES.match(t, bracket + 1)
    m = g.UNIT.match(t, scale.end() if scale else bracket + 1)
    if m is None:
        return "", at
    unit, end = _per(t, bracket + 1, m.end())
    while t[end : end + 1] == " ":
        end += 1
    return (unit, end + 1) if t[end : end + 1] == ")" else ("", at)


def _per(t: str, begin: int, end: int) -> tuple[str, int]:
    """A unit with what it is per: 元|/亩, 元|/生.年."""
    unit = t[begin:end]
    if t[end : end + 1] == "/" or t[end : end + 1] == "每":
        at, joiner = end + 1, "/"
        while True:
            while t[at : at + 1] == " " or t[at : at + 1] == "每":
                at += 1
            m = max(g.DENOMINATOR.match(t, at), g.UNIT.match(t, at), key=lambda m: m.end() if m else 0)
            if m is None:
                break
            unit, end = unit + joiner + m[0], m.end()
            joiner, at = t[end : end + 1], end + 1
            if joiner not in ("/", ".", "·"):
                break
    return squeeze(unit) if " " in unit else unit, end


@cache
def comparable(one: str, other: str) -> bool:
    """Whether two squeezed units, one of which may be missing, are of one dimension."""
    return not one or not other or resolve(one).dimension == resolve(other).dimension


def joined(t: str, low: Part, high: Part) -> tuple[Part, Part] | None:
    """Both ends of a range in the unit of the last: 1-2天, 5%-10%, 8000-1万元; None if this is no range."""
    if (
        t[high.end : high.end + 1] in ("年", "月")
        or not comparable(low.unit, high.unit)
        or (low.unit and not high.unit)
    ):
        return None
    value = low.value
    if low.unit and low.unit != high.unit:
        unit = low.unit if resolve(low.unit).dimension else low.unit + split(high.unit)[1]
        value = value * resolve(unit).factor / resolve(high.unit).factor
    elif not low.unit and value >= high.value:
        value = value * resolve(split(high.unit)[1]).factor / resolve(high.unit).factor
    if value >= high.value:
        return None
    return low._replace(value=value, unit=high.unit), high


def compound(t: str, upper: Part) -> Part:
    """Two or three units of one thing are one figure in the upper unit: 3元5角, 1小时30分钟, 2年6个月."""
    below = _BELOW.get(upper.unit)
    if below is None or upper.loose or upper.pair is not None:
        return upper
    for _ in below:
        lower = part(t, upper.end) if t[upper.end : upper.end + 1].isdecimal() else han_part(t, upper.end)
        if lower is None or lower.unit not in below or lower.loose:
            break
        parts = below[lower.unit]
        total = (upper.value * parts + lower.value) / parts
        upper = upper._replace(value=total, step=lower.step / parts, end=lower.end, digits=lower.digits)
    return upper
