"""Lines of a screen: Chinese wrapped well, blocks indented, text that never overruns its width.

rich moves a long unbroken run to a line of its own, which leaves Chinese ragged; so lines are broken here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.color import ColorSystem
from rich.console import Console
from rich.text import Text

from auditor.report import View
from auditor.report.quote import cell, cells

QUIET = "dim"


def printed(lines: Iterable[Text], view: View) -> str:
    """The lines as a string: with ANSI colours if view.color, else plain."""
    if not view.color:
        return "".join(line.plain.rstrip() + "\n" for line in lines)
    console = Console(width=view.width, height=25, color_system="standard", force_terminal=True, legacy_windows=False)
    return "".join(_ansi(line, console) + "\n" for line in lines)


def _ansi(line: Text, console: Console) -> str:
    """One line with its styles; console.print would measure and wrap it again, for four times the time."""
    base = console.get_style(line.style) if line.style else None
    return "".join(
        style.render(segment.text, color_system=ColorSystem.STANDARD) if style else segment.text
        for segment in line.render(console)
        for style in [segment.style or base]
    )


def title(text: str, count: int | None = None, style: str = "bold") -> Text:
    """The head of a part of the page, with how many entries it has."""
    line = Text().append(text, style)
    return line if count is None else line.append(f"  {count}", QUIET)


def flow(items: Iterable[Text], width: int, gap: int = 3) -> list[Text]:
    """Items side by side, a new line before one that does not fit."""
    lines: list[Text] = []
    for item in items:
        if lines and cells(lines[-1].plain) + gap + cells(item.plain) <= width:
            lines[-1].append(" " * gap).append_text(item)
        else:
            lines += wrap(item, width)
    return lines


def block(text: Text, width: int, head: Text | None = None, indent: int | None = None, hang: int = 0) -> Iterator[Text]:
    """`text` wrapped at `indent` (further lines at indent + hang), the first line after `head`."""
    head = head or Text()
    indent = cells(head.plain) + 2 if indent is None else indent
    first = head.copy().append(" " * (indent - cells(head.plain)))
    for number, line in enumerate(wrap(text, max(width - indent - hang, 16))):
        yield (first if number == 0 else Text(" " * (indent + hang))).append_text(line)


# A line does not begin with these, nor end with those.
_NO_START = frozenset("，。、；：！？）》」』】”’％%…,.;:!?)]}·~℃")
_NO_END = frozenset("（《「『【“‘([{￥$第")


def wrap(text: Text, width: int) -> list[Text]:
    """Lines of at most `width` cells. Chinese breaks anywhere but around its punctuation; figures stay whole with
    what they count. (rich moves a long unbroken run to a line of its own, which leaves Chinese ragged.)"""
    plain = text.plain
    if cells(plain) <= width:
        return [text.copy()]
    cuts: list[int] = []
    begin = used = 0
    for at, char in enumerate(plain):
        size = cell(char)
        while used + size > width and begin < at and char != " ":
            cut = next((back for back in range(at, begin, -1) if _may_break(plain, back)), at)
            cuts.append(cut)
            begin, used = cut, sum(map(cell, plain[cut:at]))
        used += size
    return list(text.divide(cuts))


def _may_break(plain: str, at: int) -> bool:
    before, after = plain[at - 1], plain[at]
    if before == " ":
        return after != " "
    if after in _NO_START or before in _NO_END or before.isdigit():
        return False
    return not (before.isascii() and after.isascii()) and after != " "
