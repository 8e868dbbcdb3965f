"""A summary on a terminal: tables without boxes, Chinese in straight columns, nothing of a report taken for markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from auditor.batch.summary import Column, Summary, Table, facts, shown, worded
from auditor.model import SEVERITIES
from auditor.report import View
from auditor.report.lines import QUIET, flow, printed, title, wrap
from auditor.report.quote import cells, inert
from auditor.report.terminal import STYLE
from auditor.report.words import pick

GAP, BAR, LEAST = 2, 12, 16  # cells: between columns, of a bar, of a text column


def screen(summary: Summary, top: int, view: View) -> str:
    """The tables, at most `top` rows of each."""
    return printed(_lines(summary, top, view), view)


def _lines(summary: Summary, top: int, view: View) -> Iterator[Text]:
    for zh, en in summary.notes:
        yield from wrap(Text(pick(view.lang, zh, en), "yellow"), view.width)
    said = [Text(shown(v, "count"), "bold").append(f" {what}", QUIET) for what, v in facts(summary, view.lang)]
    yield from flow(said, view.width)
    for table in summary.tables:
        yield Text()
        yield title(table.title(view.lang))
        yield from _table(table, top, view, summary.roots)


def _table(table: Table, top: int, view: View, roots: tuple[str, ...] = ()) -> Iterator[Text]:
    top = len(table.rows) if table.key in ("spread", "years") else top
    rows = [{key: _below(value, roots) for key, value in row.items()} for row in table.rows[:top]]
    columns = [c for c in table.columns if any(row[c.key] not in (None, "") for row in rows)]
    grid = [[_plain(row[c.key], c, view.lang) for c in columns] for row in rows]
    heads = [pick(view.lang, c.zh, c.en) for c in columns]
    widths = [max(cells(head), *(cells(line[at]) for line in grid)) for at, head in enumerate(heads)]
    bar = BAR if table.bar and not view.ascii else 0
    spare = view.width - sum(widths) - GAP * len(widths) - bar
    texts = [at for at, c in enumerate(columns) if c.kind == "text"]
    while spare < 0 and texts and max(widths[at] for at in texts) > LEAST:  # the widest gives
        widths[max(texts, key=lambda at: widths[at])] -= 1
        spare += 1
    bar = bar if spare >= 0 else 0
    yield from _row([Text(head, QUIET) for head in heads], columns, widths)
    most = max((float(row[table.bar] or 0) for row in rows), default=0) if bar else 0
    for row, line in zip(rows, grid, strict=True):
        texts_ = [Text(text) for text in line]
        for at, column in enumerate(columns):
            if column.key == "severity" and row["severity"] in SEVERITIES:
                texts_[at] = Text(line[at], STYLE[row["severity"]])
        tail = Text(" " * GAP).append("▇" * round(BAR * float(row[table.bar] or 0) / most), "cyan") if most else None
        yield from _row(texts_, columns, widths, tail)
    if len(table.rows) > top:
        rest = len(table.rows) - top
        yield Text(pick(view.lang, f"另有 {rest:,} 行（--top）", f"{rest:,} more (--top)"), QUIET)


def _below(value: Any, roots: tuple[str, ...]) -> Any:
    """A path without the folder that was audited."""
    if not isinstance(value, str):
        return value
    lines = value.split("\n")
    return "\n".join(next((x[len(r) + 1 :] for r in roots if x.startswith(r) and len(x) > len(r)), x) for x in lines)


def _plain(value: object, column: Column, lang: str) -> str:
    return inert(worded(value, lang)) if column.kind == "text" else shown(value, column.kind)


def _row(texts: list[Text], columns: list[Column], widths: list[int], tail: Text | None = None) -> Iterator[Text]:
    """One row, on as many lines as its longest text needs; figures to the right."""
    wrapped = [wrap(text, width) for text, width in zip(texts, widths, strict=True)]
    for number in range(max(map(len, wrapped), default=0)):
        line = Text()
        for at, (part, width) in enumerate(zip(wrapped, widths, strict=True)):
            text = part[number] if number < len(part) else Text()
            pad = " " * max(width - cells(text.plain), 0)
            gap = " " * (GAP if at else 0)
            line = line.append(gap)
            line = (
                line.append_text(text).append(pad) if columns[at].kind == "text" else line.append(pad).append_text(text)
            )
        yield line.append_text(tail) if tail is not None and number == 0 else line
