"""Passages that stand in two reports, with their figures: fingerprints find the candidates, letters decide.

A text is known by one in eight of its twelve-letter strings (those whose hash says so, wherever they stand): two texts
with a passage in common have fingerprints in common, however the rest differs. DuckDB lays them side by side, on disk
when they are many; a string that more reports have than `spread` was handed out, and tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.batch.questions import ask

GRAM, ONE_IN, BATCH = 12, 8, 2000
_LETTER = re.compile(r"[\w.%]")
_FIGURE = re.compile(r"(?<![\w.])?\d+(?:\.\d+)?")
_YEAR = re.compile(r"20\d\d")

_TEXTS = """
SELECT path, sha256, department, project, year, unnest(texts, recursive := true) FROM documents
WHERE status = 'ok' AND department <> '' ORDER BY path"""
_PAIRS = r"""
WITH told AS (SELECT hash FROM prints GROUP BY hash HAVING count(DISTINCT document) BETWEEN 2 AND ?)
SELECT a.passage AS one, b.passage AS other, count(*) AS shared
FROM (prints a JOIN told USING (hash)) JOIN prints b ON a.hash = b.hash AND a.document < b.document
JOIN texts x ON x.passage = a.passage JOIN texts y ON y.passage = b.passage
WHERE x.sha256 <> y.sha256 AND CASE WHEN ? THEN x.department <> y.department
    AND NOT contains(x.department, y.department) AND NOT contains(y.department, x.department)
    AND (x.project = '' OR y.project = '' OR x.project <> y.project)
  ELSE x.department = y.department AND x.year <> y.year
    AND regexp_replace(x.project, '20\d\d年?度?', '', 'g') = regexp_replace(y.project, '20\d\d年?度?', '', 'g') END
GROUP BY ALL HAVING count(*) >= 2"""


def letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits of a text in half width, and where in the text each stands."""
    from auditor.model import narrow

    plain = narrow(text)
    places = [m.start() for m in _LETTER.finditer(plain)]
    return "".join(plain[at] for at in places), places


def prints(text: str) -> Any:
    """Fingerprints of a text, as a numpy array of 64-bit hashes, each once."""
    import numpy as np

    plain, _ = letters(text)
    if len(plain) < GRAM:
        return np.empty(0, np.uint64)
    codes = np.frombuffer(plain.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    found = np.zeros(len(codes) - GRAM + 1, np.uint64)
    with np.errstate(over="ignore"):
        for at in range(GRAM):
            found = found * np.uint64(1_000_003) + codes[at : at + len(found)]
        found ^= found >> np.uint64(29)
        found *= np.uint64(0xBF58476D1CE4E5B9)
        found ^= found >> np.uint64(32)
    return np.unique(found[found % np.uint64(ONE_IN) == 0])


def runs(one: str, other: str, least: int) -> list[tuple[int, int, int]]:
    """Where strings of at least `least` letters stand in both: (start in one, start in other, length). Linear."""
    index: dict[str, int] = {}
    for at in range(len(one) - GRAM + 1):
        index.setdefault(one[at : at + GRAM], at)
    found = []
    at = 0
    while at <= len(other) - GRAM:
        start = index.get(other[at : at + GRAM])
        if start is None:
            at += 1
            continue
        end, stop = start + GRAM, at + GRAM
        while end < len(one) and stop < len(other) and one[end] == other[stop]:
            end, stop = end + 1, stop + 1
        if stop - at >= least:
            found.append((start, at, stop - at))
        at = stop
    return found


def copied(connection: Any, options: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], tuple[Any, ...], str]]:
    """The longest passage with figures that two reports share, for every two reports that share one."""
    _prepare(connection, options["sections"])
    best: dict[tuple[str, str], tuple[int, dict[str, Any], dict[str, Any], tuple[int, int, int]]] = {}
    for pair in ask(connection, _PAIRS, options["spread"], options["between"] == "departments"):
        one, other = (_text(connection, pair[name]) for name in ("one", "other"))
        key = one["path"], other["path"]
        (a, _), (b, _) = letters(one["text"]), letters(other["text"])
        for run in runs(a, b, options["length"]):
            figures = [f for f in _FIGURE.findall(a[run[0] : run[0] + run[2]]) if not _YEAR.fullmatch(f)]
            if len(figures) >= options["shown"] and (key not in best or run[2] > best[key][0]):
                best[key] = (run[2], one, other, run)
    for key in sorted(best):
        length, one, other, run = best[key]
        if (one["year"] or 0) > (other["year"] or 0):  # the later report is the one to answer
            sides = (_side(one, run[0], length), _side(other, run[1], length))
        else:
            sides = (_side(other, run[1], length), _side(one, run[0], length))
        quote = " ".join(sides[0]["quote"].split())
        facts = {
            "text": quote if len(quote) <= 40 else f"{quote[:40]}…", "count": str(length),
            "department": sides[1]["department"], "year": str(sides[0]["year"] or ""),
            "before": str(sides[1]["year"] or ""), "file": sides[1]["path"],
        }  # fmt: skip
        yield facts, sides, ""


def _prepare(connection: Any, sections: list[str]) -> None:
    """Tables: texts (with a number each) and their prints."""
    import numpy as np
    import pyarrow as pa

    connection.execute(f"CREATE OR REPLACE TABLE texts AS SELECT row_number() OVER () AS passage, * FROM ({_TEXTS})")
    connection.execute("DELETE FROM texts WHERE NOT list_contains(?, section)", [sections])
    connection.execute("CREATE OR REPLACE TABLE prints (hash UBIGINT, passage BIGINT, document VARCHAR)")
    reader = connection.cursor()
    reader.execute("SELECT passage, path, text FROM texts ORDER BY passage")
    while rows := reader.fetchmany(BATCH):
        hashes = [prints(text) for _, _, text in rows]
        counts = [len(h) for h in hashes]
        batch = pa.table(
            {
                "hash": np.concatenate(hashes),
                "passage": np.repeat(np.array([row[0] for row in rows]), counts),
                "document": pa.array(
                    [row[1] for row, n in zip(rows, counts, strict=True) for _ in range(n)], pa.string()
                ),
            }
        )
        connection.register("batch", batch)
        connection.execute("INSERT INTO prints SELECT * FROM batch")
        connection.unregister("batch")


def _text(connection: Any, passage: int) -> dict[str, Any]:
    (row,) = ask(connection, "SELECT * FROM texts WHERE passage = ?", passage)
    return row


def _side(row: Mapping[str, Any], start: int, length: int) -> dict[str, Any]:
    """A side whose quote is the passage, with everything between its first and last letter."""
    _, places = letters(row["text"])
    quote = row["text"][places[start] : places[start + length - 1] + 1]
    return {
        **{k: row[k] for k in ("path", "department", "project", "year", "section", "label", "line")},
        "quote": quote,
    }
