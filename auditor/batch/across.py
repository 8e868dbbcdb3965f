"""Across reports: what no single form shows. Rules of kind `across` (rules/crs.toml), over the tables of a batch.

claims ─years─▶ last year's figure, targets that never move or are lowered, two figures for one project
texts ─passages─▶ the same passage, with its figures, in two reports
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from auditor.batch import passages, years
from auditor.batch.questions import connect
from auditor.batch.rows import EVIDENCE, arrow_kind
from auditor.batch.store import ACROSS, locked
from auditor.model import Rule

SIDE = {"path": "str", "department": "str", "year": "int", **EVIDENCE}
COLUMNS: dict[str, Any] = {
    "rule": "str", "name": "str", "family": "str", "category": "str", "severity": "str", "department": "str",
    "project": "str", "year": "int", "message": "str", "arithmetic": "str", "fingerprint": "str", "evidence": [SIDE],
}  # fmt: skip


# Each report once, however many copies of its file there are, and reports of a year only.
_KEPT = """
CREATE OR REPLACE TEMP TABLE kept AS SELECT min(path) AS path FROM documents
WHERE status = 'ok' AND NOT regexp_matches(title || ' ' || parse_filename(path), ?) GROUP BY sha256"""


@dataclass(frozen=True)
class Told:
    """A finding across reports: facts fill the rule's message, sides are rows of claims or passages."""

    facts: Mapping[str, str]
    sides: tuple[Mapping[str, Any], ...]
    arithmetic: str = ""


def across(folders: Sequence[Path], rules: Iterable[Rule] | None = None, lang: str = "zh") -> int:
    """Run the rules over the results in `folders` and write what they find into the first; how many findings."""
    from auditor.rules import load_rules

    with ExitStack() as stack:
        stores = [stack.enter_context(locked(folder)) for folder in folders if folder.is_dir()]
        connection = connect(folders)
        chosen = [r for r in (load_rules() if rules is None else rules) if r.kind == "across"]
        rows = [_row(rule, told, lang) for rule in chosen for told in find(connection, rule)]
        for store in stores[1:]:
            (store.folder / ACROSS).unlink(missing_ok=True)
        stores[0].put_one(stores[0].folder / ACROSS, _table(sorted(rows, key=lambda row: row["fingerprint"])))
    return len(rows)


def find(connection: Any, rule: Rule) -> Iterator[Told]:
    """What one rule says of all reports. `failed` is said by the batch itself."""
    kinds = {
        "previous": years.previous, "unmoved": years.unmoved, "lowered": years.lowered, "figures": years.figures,
        "copied": passages.copied,
    }  # fmt: skip
    if rule.options["what"] in kinds:
        connection.execute(_KEPT, ["|".join(map(re.escape, rule.options["apart"])) or "$^"])
        for facts, sides, arithmetic in kinds[rule.options["what"]](connection, rule.options):
            yield Told(facts, sides, arithmetic)


def _row(rule: Rule, told: Told, lang: str) -> dict[str, Any]:
    from hashlib import sha256

    last = told.sides[0]
    said = sorted((side["path"], side["section"] or "", side["label"] or "", side["quote"]) for side in told.sides)
    return {
        "rule": rule.code, "name": rule.name, "family": rule.family, "category": rule.category,
        "severity": rule.severity, "department": last["department"], "project": last.get("project") or "",
        "year": last["year"], "message": rule.message[lang].format_map(told.facts), "arithmetic": told.arithmetic,
        "fingerprint": sha256(repr((rule.code, said)).encode()).hexdigest()[:16],
        "evidence": [{key: side.get(key) for key in SIDE} for side in told.sides],
    }  # fmt: skip


def _table(rows: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=schema())


@cache
def schema() -> Any:
    """The Arrow schema of across.parquet."""
    import pyarrow as pa

    return pa.schema([(name, arrow_kind(of)) for name, of in COLUMNS.items()])
