"""The same department, or its project, in several years or several files: rows of claims laid side by side by DuckDB.

Only what cannot be mistaken is compared: one figure in a cell, one row of that name in the year's forms, one unit.
Each function yields (facts of the message, sides, arithmetic).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from auditor.batch.questions import ask
from auditor.model import Quantity
from auditor.quantity import agree

Facts = tuple[dict[str, str], tuple[Mapping[str, Any], ...], str]
Row = dict[str, Any]

# A project's name in another year is the same but for the year in it.
_PROJECT = r"regexp_replace(project, '20\d\d年?度?', '', 'g')"
_LABEL = r"regexp_replace(lower(coalesce(heads[-1], '')), '[\s()（）:：]', '', 'g')"
_SIDE = """path, department, project, year, section, line, page, sheet, "table", "row", "column", paragraph, start,
  "end", quote, role, comparator, value, low, high, unit, dimension, factor, step, form"""
_OLD = ", ".join(f"old.{name.strip()}" for name in _SIDE.split(","))

# One figure a cell, one row of a name in all forms of that department, project and year.
_CELLS = f"""
CREATE OR REPLACE TEMP TABLE cells AS
WITH lone AS (
  SELECT *, {_PROJECT} AS scheme, {_LABEL} AS label FROM claims SEMI JOIN kept USING (path)
  WHERE cell IN ('target', 'result') AND section = 'indicators' AND department <> '' AND year IS NOT NULL
  QUALIFY count(*) OVER (PARTITION BY path, part, indicator, cell) = 1)
SELECT {_SIDE}, scheme, label, cell, direction FROM lone
WHERE label <> '' AND value IS NOT NULL AND frame = '' AND form = 'plain'
QUALIFY count(*) OVER (PARTITION BY department, scheme, year, label, cell) = 1"""


def _sides(row: Row, *names: str) -> tuple[Row, ...]:
    """The structs of a joined row as sides of a finding."""
    return tuple(_side(row[name]) for name in names)


def _side(row: Row) -> Row:
    return {**row, "label": row.get("label", ""), "value": _plain(row["value"])}


def _plain(value: float | None) -> str | None:
    return None if value is None else f"{Decimal(repr(value)):f}".removesuffix(".0")


def quantity(row: Row) -> Quantity:
    """The quantity of a row of claims; its place in the text is not known any more."""

    def exact(value: float | None) -> Decimal | None:
        return None if value is None else Decimal(repr(value))

    return Quantity(
        exact(row["value"]), exact(row["low"]), exact(row["high"]), row["comparator"], row["unit"], row["dimension"],
        Decimal(repr(row["factor"])), Decimal(repr(row["step"])), 0, 0, 0, 0, row["form"],
    )  # fmt: skip


def _shown(row: Row) -> str:
    """The figure as printed, with its unit."""
    text = "".join(row["quote"].split())
    return text if not row["unit"] or row["unit"][-1] in text else text + row["unit"]


# --- last year's figure -------------------------------------------------------------------------------------------

# Stated this year of last year: in a column of the past beside a row, in a row's own cell, or in the narrative.
_PREVIOUS = rf"""
WITH said AS (
  SELECT {_SIDE}, {_PROJECT} AS scheme, CASE WHEN cell <> '' THEN {_LABEL}
    ELSE regexp_replace(lower(measure), '[\s()（）:：]', '', 'g') END AS label
  FROM claims SEMI JOIN kept USING (path)
  WHERE frame = 'previous' AND role = 'result' AND value IS NOT NULL AND NOT regexp_matches(clause, $restated)
    AND (cell = 'result' OR (section = 'result_narrative' AND length(measure) > 1))
  UNION ALL
  SELECT {_OLD}, {_PROJECT.replace("project", "old.project")} AS scheme,
    {_LABEL.replace("heads", "here.heads")} AS label
  FROM claims old SEMI JOIN kept USING (path) JOIN claims here ON here.path = old.path AND here.part = old.part AND here.cell = 'result'
    AND here.line IS NOT DISTINCT FROM old.line AND here.sheet IS NOT DISTINCT FROM old.sheet
    AND here."table" IS NOT DISTINCT FROM old."table" AND here."row" IS NOT DISTINCT FROM old."row"
    AND coalesce(here.line, here."row") IS NOT NULL
  WHERE old.cell = '' AND regexp_full_match(regexp_replace(coalesce(old.heads[-1], ''), '[\s()（）]', '', 'g'), $heads)
    AND old.value IS NOT NULL),
alone AS (SELECT * FROM said WHERE label <> '' AND department <> '' AND comparator = '='
  QUALIFY count(*) OVER (PARTITION BY department, scheme, year, label) = 1)
SELECT said AS now, cells AS last FROM alone said JOIN cells ON cells.cell = 'result'
  AND cells.department = said.department AND cells.scheme = said.scheme AND cells.year = said.year - 1
  AND cells.label = said.label AND cells.dimension = said.dimension AND cells.comparator = '='
  AND cells.value * cells.factor <> said.value * said.factor
ORDER BY said.path, said.start"""


def previous(connection: Any, options: Mapping[str, Any]) -> Iterator[Facts]:
    """Last year's figure as this year's report states it, where last year's report says another."""
    connection.execute(_CELLS)
    heads, restated = ("|".join(map(re.escape, options[name])) for name in ("heads", "restated"))
    about = {"heads": f"(上年|上一年|上年度|上一年度|去年)({heads})?", "restated": restated or "$^"}
    for row in ask(connection, _PREVIOUS, **about):
        now, last = row["now"], row["last"]
        if agree(quantity(now), quantity(last)) is not False:
            continue
        facts = {
            "measure": now["label"], "one": _shown(now), "other": _shown(last), "year": str(now["year"]),
            "before": str(last["year"]),
        }  # fmt: skip
        yield facts, _sides(row, "now", "last"), f"{_shown(now)} ≠ {_shown(last)}"


# --- targets ------------------------------------------------------------------------------------------------------

_PAIRS = """
WITH pairs AS (
  SELECT t AS target, r AS result, t.department, t.scheme, t.label, t.year, t.value * t.factor AS wanted,
    r.value * r.factor AS reached
  FROM cells t JOIN cells r USING (department, scheme, year, label, unit)
  WHERE t.cell = 'target' AND r.cell = 'result' AND t.direction = 'up' AND t.value > 0
    AND t.comparator IN ('=', '≥', '>') AND r.comparator IN ('=', '≥', '>'))"""
_UNMOVED = (
    _PAIRS
    + """,
runs AS (
  SELECT *, year - row_number() OVER (PARTITION BY department, scheme, label, wanted ORDER BY year) AS run FROM pairs
  WHERE reached >= wanted * ? AND (target.value >= 10 OR reached >= 2 * wanted))
SELECT list(target ORDER BY year DESC) AS targets, list(result ORDER BY year DESC) AS results
FROM runs GROUP BY department, scheme, label, wanted, run HAVING count(*) >= ? ORDER BY any_value(target.path)"""
)
_LOWERED = (
    _PAIRS
    + """
SELECT now.target AS now, last.target AS target, last.result AS result FROM pairs now JOIN pairs last
  ON last.department = now.department AND last.scheme = now.scheme AND last.label = now.label
  AND last.year = now.year - 1 AND last.target.unit = now.target.unit
WHERE now.wanted < last.wanted AND last.reached >= last.wanted AND now.reached >= last.wanted
  AND now.wanted < last.reached * (1 - ?)
ORDER BY now.target.path, now.target.start"""
)


def unmoved(connection: Any, options: Mapping[str, Any]) -> Iterator[Facts]:
    """A target that stays where it is, years in a row, while every result is far over it (3 of 2 is not far)."""
    connection.execute(_CELLS)
    for row in ask(connection, _UNMOVED, options["times"], options["years"]):
        targets, results = row["targets"], row["results"]
        said = "、".join(f"{r['year']}年{_shown(r)}" for r in reversed(results))
        facts = {
            "measure": targets[0]["label"], "target": _shown(targets[0]), "results": said, "count": str(len(targets)),
            "year": str(targets[0]["year"]), "before": str(targets[-1]["year"]),
        }  # fmt: skip
        sides = (*(_side(t) for t in targets), *(_side(r) for r in results))
        yield facts, sides, ""


def lowered(connection: Any, options: Mapping[str, Any]) -> Iterator[Facts]:
    """A target set under last year's target and well under last year's result, though that was met, and met again."""
    connection.execute(_CELLS)
    for row in ask(connection, _LOWERED, options["margin"]):
        now, target, result = row["now"], row["target"], row["result"]
        facts = {
            "measure": now["label"], "one": _shown(now), "target": _shown(target), "other": _shown(result),
            "year": str(now["year"]), "before": str(target["year"]),
        }  # fmt: skip
        yield facts, _sides(row, "now", "target", "result"), f"{_shown(now)} < {_shown(target)} ≤ {_shown(result)}"


# --- one project, two files ---------------------------------------------------------------------------------------

# One figure of a thing in each file; things: totals of the funds block, and results of rows. A share says little: every
# form has a row that was done to 100%.
_FIGURES = f"""
WITH several AS (
  SELECT department, project, year FROM documents SEMI JOIN kept USING (path)
  WHERE department <> '' AND project <> '' AND year IS NOT NULL
  GROUP BY ALL HAVING count(*) BETWEEN 2 AND ?),
said AS (
  SELECT {_SIDE}, CASE WHEN cell = 'result' THEN {_LABEL} ELSE split_part(term, '/', 1) END AS label,
    cell = 'result' AS in_row, split_part(term, '/', 2) = 'said' AS in_words
  FROM claims SEMI JOIN kept USING (path) SEMI JOIN several USING (department, project, year)
  WHERE value IS NOT NULL AND comparator = '=' AND frame = '' AND form = 'plain'
    AND ((cell = 'result' AND section = 'indicators')
      OR (split_part(term, '/', 2) IN ('total', 'said') AND list_contains(?, split_part(term, '/', 1))))),
alone AS (SELECT * FROM said WHERE label <> '' QUALIFY count(*) OVER (PARTITION BY path, label, in_row) = 1)
SELECT a AS one, b AS other, a.dimension <> 'rate' AS tells,
  a.in_words <> b.in_words AS mixed FROM alone a JOIN alone b
  ON a.department = b.department AND a.project = b.project AND a.year = b.year AND a.label = b.label
  AND a.in_row = b.in_row AND a.dimension = b.dimension AND a.path < b.path
ORDER BY a.path, b.path, a.start"""


def figures(connection: Any, options: Mapping[str, Any]) -> Iterator[Facts]:
    """The files of one project and year that give one thing two figures, though they agree otherwise: two files that
    agree in little may be about two parts of it."""
    rows = ask(connection, _FIGURES, options["most"], list(options["terms"]))
    for _, of in groupby(rows, key=lambda row: (row["one"]["path"], row["other"]["path"])):
        pairs = [(row, agree(quantity(row["one"]), quantity(row["other"]))) for row in of]
        equal = sum(row["tells"] and same is not False for row, same in pairs)
        unlike = [row for row, same in pairs if same is False]
        least = 1 if any(row["mixed"] for row, _ in pairs) else options["agreeing"]  # a form and its report
        if equal < max(least, len(unlike)):
            continue
        for row in unlike:
            one, other = row["one"], row["other"]
            facts = {
                "measure": _term(one["label"]), "one": _shown(one), "other": _shown(other), "project": one["project"],
                "year": str(one["year"]),
            }  # fmt: skip
            yield facts, _sides(row, "one", "other"), f"{_shown(one)} ≠ {_shown(other)}"


def _term(label: str) -> str:
    """A term of the funds block as people call it; any other label as it is."""
    from auditor.layout import vocabulary

    return next((word for word, term in vocabulary().terms.items() if term == label), label)
