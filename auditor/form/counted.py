"""2 (units in names): 资助人次 | ≥17000 | 17368 counts 人次, though no cell says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from auditor.layout import Vocabulary
from auditor.model import Field, Indicator

_COUNT = re.compile(r"[≥≤=><≧≦]?\s*(\d[\d,]*)")
_LARGE = 10_000  # figures from here on are not printed in 万


def counted(words: Vocabulary, rows: Sequence[Indicator], texts: Iterable[Field]) -> tuple[Indicator, ...]:
    """The rows with the unit that their names give to whole figures without one. Where the texts of the form count in 万, a
    small figure may have left out more than the unit: it stays without."""
    named = [(i, unit) for i, row in enumerate(rows) if (unit := words.counted("".join(row.name.text.clean.split())))]
    if not named:
        return tuple(rows)
    said = "".join(field.text.clean for field in texts)
    out = list(rows)
    for i, unit in named:
        row = rows[i]
        cells = [f for f in (row.initial, row.target, row.result) if f]
        found = [_COUNT.fullmatch(f.text.clean.strip()) for f in cells]
        if not all(found) or any(f.unit for f in cells):
            continue
        if f"万{unit}" in said and any(m and int(m[1].replace(",", "")) < _LARGE for m in found):
            continue
        initial, target, result = (f and f._replace(unit=unit) for f in (row.initial, row.target, row.result))
        out[i] = replace(row, initial=initial, target=target, result=result)
    return tuple(out)
