"""2 (cells with a line an indicator): several indicators in one row, each on the same line of its cells -> a row each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditor.form.draft import part
from auditor.form.heads import Column
from auditor.model import Cell, Text

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_MARKED = re.compile(r"\s*(?:指标\s*\d{1,2}\s*[:.、)]|\(?\d{1,2}[.、)](?!\d)|\(\d{1,2}\)|[①-⑳])")
_VALUE = re.compile(
    r"\s*(?:[≥≤=><≧≦]|约|超过?|不少于|不低于|不高于|不超过|大于|小于|等于)*\s*\d[\d,]*(?:\.\d+)?\s*[^\d\s。;,]{0,8}\s*"
)
_SPLIT = ("target", "result", "weight", "score", "reason", "operator", "unit")


def one_a_line(by_role: Mapping[str, tuple[Cell, Column]]) -> list[dict[str, tuple[Cell, Column]]]:
    """The row as it is, or a row a line where names, targets and results have as many lines, each name is numbered or
    each target a figure, and no reason would be left without its row. A weight or score on one line stays with the
    first."""
    whole = [dict(by_role)]
    if "indicator" not in by_role or "\n" not in by_role["indicator"][0].text.raw:
        return whole
    lines = {role: _lines(by_role[role][0].text) for role in ("indicator", *_SPLIT) if role in by_role}
    count = len(lines["indicator"])
    values = [lines[role] for role in ("target", "result") if role in lines]
    if count < 2 or not values or any(len(some) != count for some in values):
        return whole
    numbered = all(_MARKED.match(text.clean) for text in lines["indicator"])
    if not numbered and not all(_VALUE.fullmatch(text.clean) for some in values for text in some):
        return whole
    if any(len(lines[role]) not in (0, 1, count) for role in lines) or len(lines.get("reason", ())) == 1:
        return whole
    rows = []
    for i in range(count):
        row = dict(by_role) if not i else {r: c for r, c in by_role.items() if r in lines}
        for role, found in lines.items():
            cell, column = by_role[role]
            if len(found) == count:
                row[role] = (cell._replace(text=found[i]), column)
            elif i and role not in ("operator", "unit"):
                end = len(cell.text.raw)
                row[role] = (cell._replace(text=part(cell.text, end, end)), column)
        rows.append(row)
    return rows


def _lines(text: Text) -> list[Text]:
    return [part(text, m.start(), m.end()) for m in _LINE.finditer(text.raw)]
