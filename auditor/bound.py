"""Bounds and ranges of number expressions: 大于10小于20, 20~100, 在20和30之间, 五百或者更多, 比三十大, 500多.

The last step of number.py: qualifiers around a number, then two bounds as one range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from auditor.model import Comparator, Quantity
from auditor.numeral import SECTIONS
from auditor.unit import ONE, table

_S = " {0,4}"
HEDGED = re.compile(rf"{_S}[余餘多几幾来]{_S}(?P<scale>[{SECTIONS}]++)")
HEDGE = re.compile(r"[余餘多几幾]")
_TO = re.compile(r" ?(?:[-~〜∼—–―]{1,2}|[至到]) ?|(?P<between>与|和|及)")
_BETWEEN = re.compile("[^,。]{0,3}?之?间")
_GAP = re.compile(r"[ ,、]*(?:并且|并|且|而且|但是|但|同时|的同时|和)?[ ,]*")
_AFTER = re.compile(
    r" ?(?:以上|及以上|或者?(?:以上|更多)|之上"
    r"|(?P<le>以下|及以下|或者?以下|之下|以内|之内)|(?P<about>左右|上下))"
)


def joined(t: str, found: list[Quantity]) -> list[Quantity]:
    """Two numbers with a dash, or 在 … 和 … 之间, are one range."""
    out: list[Quantity] = []
    for q in found:
        last = out[-1] if out else None
        if last is not None and last.value is not None and q.value is not None and last.value < q.value:
            to = _TO.fullmatch(t, last.end, q.start)
            same = not last.unit or not q.unit or last.dimension == q.dimension
            end = q.end
            ok = to is not None and same
            if ok and to is not None and to["between"]:
                m = _BETWEEN.match(t, q.figure_end)
                ok, end = m is not None, m.end() if m else q.end
                if m is not None and q.unit == "间":
                    q = q._replace(unit="", dimension="", factor=ONE)
            if (
                ok
                and last.form in ("plain", "ordinal")
                and q.form in ("plain", "ordinal", "percent")
                and last.unit not in ("年", "月")
            ):
                begin = last.start
                for lead in ("位于", "在"):
                    if to is not None and to["between"] and t.endswith(lead, 0, begin):
                        begin -= len(lead)
                        break
                low = last.value * last.factor / q.factor if last.unit else last.value
                out[-1] = Quantity(
                    None,
                    low,
                    q.value,
                    "=",
                    q.unit,
                    q.dimension,
                    q.factor,
                    ONE,
                    begin,
                    end,
                    last.figure_start,
                    q.figure_end,
                    "range",
                )
                continue
        out.append(q)
    return out


_SIGNS = {
    phrase.replace(" ", ""): sign for sign, phrases in table()["comparator"]["before"].items() for phrase in phrases
}
_LONGEST = max(map(len, _SIGNS))
_LARGER = re.compile(r" ?(?P<gt>大|高|多|长)|(?P<lt> ?(?:小|低|少|短))")


def _before(t: str, at: int) -> tuple[str, int]:
    """The qualifier that ends at `at`, blanks inside and 有, 是, 为, 了 after it allowed."""
    seen = ""
    places: list[int] = []
    back = at
    while back and len(seen) < _LONGEST + 1 and at - back < 16:
        back -= 1
        if t[back] != " ":
            seen, places = t[back] + seen, [back, *places]
    for text, shift in ((seen, 0), (seen[:-1], 1)):
        if shift and seen[-1:] not in ("有", "是", "为", "了", "為"):
            break
        for size in range(len(text), 0, -1):
            sign = _SIGNS.get(text[-size:])
            if sign:
                return sign, places[len(text) - size]
    return "", at


def bounded(t: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Qualifiers before and after, 比…大, and a lower with an upper bound as one range."""
    pending: Quantity | None = None
    for raw in found:
        q = _bound(t, raw)
        if pending is not None:
            both = _both(t, pending, q)
            if both is not None:
                pending = both
                continue
            yield pending
        pending = q
    if pending is not None:
        yield pending


def _bound(t: str, q: Quantity) -> Quantity:
    if q.form not in ("plain", "percent"):
        return q
    assert q.value is not None
    low: Decimal | None = q.value
    high: Decimal | None = q.value
    sign, begin = _before(t, q.start)
    end = q.end
    comparator: Comparator = "="
    hedge = HEDGE.match(t, q.figure_end)
    after = _AFTER.match(t, end)
    inner = HEDGED.search(t, q.figure_start, q.figure_end)
    if t[max(0, q.start - 2) : q.start].strip()[-1:] == "比" and (m := _LARGER.match(t, end)):
        begin = t.rindex("比", 0, q.start)
        sign, end = (">" if m["gt"] else "<"), m.end()
    elif after is not None:
        sign, end = ("≤" if after["le"] else "≈" if after["about"] else "≥"), after.end()
    elif (hedge is not None or inner is not None) and sign in ("", "=", "≈"):
        sign, begin, end = ">", q.start, max(end, hedge.end() if hedge else end)
    if not sign:
        return q
    comparator = sign  # type: ignore[assignment]
    if sign in ("≥", ">"):
        high = None
    elif sign in ("≤", "<"):
        low = None
    return Quantity(
        q.value,
        low,
        high,
        comparator,
        q.unit,
        q.dimension,
        q.factor,
        q.step,
        begin,
        end,
        q.figure_start,
        q.figure_end,
        q.form,
    )


def _both(t: str, a: Quantity, b: Quantity) -> Quantity | None:
    """大于10小于20, 1000以上，1500以下: one range."""
    if a.form == "range" or b.form == "range" or not _GAP.fullmatch(t, a.end, b.start):
        return None
    if a.comparator not in "≥>≤<" or b.comparator not in "≥>≤<" or (a.low is None) == (b.low is None):
        return None
    low, high = (a.low, b.high) if a.low is not None else (b.low, a.high)
    if low is None or high is None or low >= high:
        return None
    unit = b if b.unit else a
    return Quantity(
        None,
        low,
        high,
        "=",
        unit.unit,
        unit.dimension,
        unit.factor,
        ONE,
        a.start,
        b.end,
        a.figure_start,
        b.figure_end,
        "range",
    )
