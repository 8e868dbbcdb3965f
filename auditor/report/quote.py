"""A quote around its figure, cut to what can be read at a glance, and made harmless for any screen."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from auditor.model import Evidence, narrow

# What moves the cursor, hides or turns text round: C0, C1, bidi controls, zero-width, tags, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANK = re.compile("[\t\n\r\f\v\x85\xa0\u2028\u2029\u202f]+")


def inert(text: str) -> str:
    """`text` on one line, with every control, bidi mark and invisible character spelled out (\\x1b, \\u202e)."""
    text = _BLANK.sub(" ", text)
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def cells(text: str) -> int:
    """Width in terminal cells: wide characters are two. Ambiguous ones count one."""
    if text.isascii():
        return len(text)
    return sum(map(cell, text))


@cache
def cell(char: str) -> int:
    """Width of one character."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact slices of the source, in order: context, the span up to its figure, the figure, the rest, context.

    left, right: more text stands before, after (show …)."""

    before: str
    lead: str
    figure: str
    tail: str
    after: str
    left: bool
    right: bool

    def __bool__(self) -> bool:
        return bool(self.lead or self.figure or self.tail)

    @property
    def plain(self) -> str:
        """The whole window as one harmless line."""
        text = inert(self.before + self.lead + self.figure + self.tail + self.after).strip()
        return ("…" if self.left else "") + text + ("…" if self.right else "")


def figure_of(evidence: Evidence) -> tuple[int, int]:
    """[begin, stop) of the printed figure in the evidence's text; the whole span when it has none."""
    span = evidence.span
    if evidence.value:
        whole, point, part = evidence.value.partition(".")
        grouped = f"{int(whole):,}{point}{part}" if whole.isascii() and whole.isdigit() and len(whole) < 19 else ""
        quote = narrow(span.quote)
        for shown in filter(None, (evidence.value, grouped)):
            if found := re.search(rf"(?<![\d.]){re.escape(shown)}(?!\d|\.\d)", quote):
                return span.begin + found.start(), span.begin + found.end()
    return span.begin, span.stop


def window(evidence: Evidence, room: int = 60) -> Quote:
    """The span with what stands around it, at most `room` cells in all (and the two …). A span too long to show is
    cut around its figure. Numbers at the edges are not cut in two: half a number reads as another one."""
    raw = evidence.span.text.raw
    begin, stop = figure_of(evidence)
    stop = min(stop, _forward(raw, begin, stop, room))
    first, last = evidence.span.begin, evidence.span.stop
    if last - first > room or cells(raw[first:last]) > room:
        low, high = _around(raw, begin, stop, first, last, room)
        first, last = low, high
    else:
        low, high = _around(raw, first, last, 0, len(raw), room)
    while low < first and raw[low] in _STOPS:
        low += 1
    return Quote(
        raw[low:first], raw[first:begin], raw[begin:stop], raw[stop:last], raw[last:high],
        bool(raw[max(0, low - 99) : low].strip()), bool(raw[high : high + 99].strip()),
    )  # fmt: skip


_STOPS = " \t\n，。；、：）,;:"


def _around(raw: str, begin: int, stop: int, least: int, most: int, room: int) -> tuple[int, int]:
    """[begin, stop) widened within [least, most) to `room` cells; what one side does not need the other gets."""
    spare = max(0, room - cells(raw[begin:stop]))
    low = _back(raw, begin, least, spare // 2)
    high = _forward(raw, stop, most, spare - cells(raw[low:begin]))
    low = _back(raw, begin, least, spare - cells(raw[stop:high]))
    while low < begin and low > least and _joined(raw, low):
        low += 1
    while high > stop and high < most and _joined(raw, high):
        high -= 1
    return low, high


def _back(raw: str, at: int, least: int, room: int) -> int:
    while at > least and (room := room - cell(raw[at - 1])) >= 0:
        at -= 1
    return at


def _forward(raw: str, at: int, most: int, room: int) -> int:
    while at < most and (room := room - cell(raw[at])) >= 0:
        at += 1
    return at


def _joined(raw: str, at: int) -> bool:
    """A cut before `at` would leave half a number: 22|08.99."""
    one, two = raw[at - 1], raw[at]
    return (one.isdigit() or one in ".,") and (two.isdigit() or two in ".,%")
