"""A quote around its figure, cut to what can be read at a glance, and made harmless for any screen."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from auditor.model import Evidence, Span

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
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
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
        found = re.search(rf"(?<![\d.]){re.escape(evidence.value)}(?!\d|\.\d)", span.quote)
        if found:
            return span.begin + found.start(), span.begin + found.end()
    return span.begin, span.stop


def window(evidence: Evidence, reach: int = 30) -> Quote:
    """The quote with about `reach` cells either side. A span too long to show is cut around its figure."""
    span: Span = evidence.span
    raw = span.text.raw
    begin, stop = figure_of(evidence)
    stop = min(stop, _forward(raw, begin, 2 * reach))
    first, last = span.begin, span.stop
    if last - first > 2 * reach or cells(raw[first:last]) > 2 * reach:  # the whole span would be a wall of text
        first = low = max(first, _back(raw, begin, reach))
        last = high = min(last, _forward(raw, stop, reach))
    else:
        low, high = _back(raw, first, reach), _forward(raw, last, reach)
    low = _tidy(raw, low, first)
    return Quote(
        raw[low:first], raw[first:begin], raw[begin:stop], raw[stop:last], raw[last:high],
        bool(raw[:low].strip()), bool(raw[high:].strip()),
    )  # fmt: skip


def _back(raw: str, at: int, room: int) -> int:
    """The offset about `room` cells before `at`, not inside a number (if it is a sensible one)."""
    while at > 0 and room > 0:
        at -= 1
        room -= _cell(raw[at])
    limit = max(0, at - 16)
    while at > limit and _joined(raw, at):
        at -= 1
    return at


def _forward(raw: str, at: int, room: int) -> int:
    while at < len(raw) and room > 0:
        room -= _cell(raw[at])
        at += 1
    limit = min(len(raw), at + 16)
    while 0 < at < limit and _joined(raw, at):
        at += 1
    return at


def _joined(raw: str, at: int) -> bool:
    """A cut at `at` would leave half a number: 22|08.99 reads as another figure."""
    one, two = raw[at - 1], raw[at]
    return (one.isdigit() or one in ".,") and (two.isdigit() or two in ".,%")


def _tidy(raw: str, low: int, first: int) -> int:
    """Skip a stop that ends the sentence before: a quote does not begin with a comma."""
    while low < first and raw[low] in " \t\n，。；、：）,;:":
        low += 1
    return low
