"""Passages that stand in two reports, with their figures: fingerprints find the candidates, letters decide.

A text is known by one in eight of its twelve-letter strings (those whose hash says so, wherever they stand): two texts
with a passage in common have fingerprints in common, however the rest differs. DuckDB lays them side by side, on disk
when they are many; a string that more reports have than `spread` was handed out, and tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from auditor.batch.questions import ask

GRAM, ONE_IN, BATCH = 12, 8, 2000
_DIGITS = set("0123456789.")
_TAG = re.compile(r"</?[A-Za-z]\w{0,9}\s*/?>")  # of a page that was pasted as text
_LETTER = re.compile(r"[\w.%]")
_TEXTS = """
SELECT path, sha256, department, supervisor, project, year, unnest(texts, recursive := true)
FROM documents SEMI JOIN kept USING (path) WHERE department <> '' ORDER BY path"""
_PAIRS = r"""
WITH told AS (SELECT hash FROM prints GROUP BY hash HAVING count(DISTINCT document) BETWEEN 2 AND ?)
SELECT a.passage AS one, b.passage AS other, count(*) AS shared
FROM (prints a JOIN told USING (hash)) JOIN prints b ON a.hash = b.hash AND a.document < b.document
JOIN texts x ON x.passage = a.passage JOIN texts y ON y.passage = b.passage
WHERE x.sha256 <> y.sha256 AND CASE WHEN ? THEN x.department <> y.department
    AND NOT contains(x.department, y.department) AND NOT contains(y.department, x.department)
    AND x.supervisor <> y.department AND y.supervisor <> x.department
    AND (x.supervisor = '' OR x.supervisor <> y.supervisor)
    AND (x.project = '' OR y.project = '' OR x.project <> y.project)
  ELSE x.department = y.department AND x.year <> y.year
    AND regexp_replace(x.project, '20\d\d年?度?', '', 'g') = regexp_replace(y.project, '20\d\d年?度?', '', 'g') END
GROUP BY ALL HAVING count(*) >= 2"""


def letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits of a text in half width, and where in the text each stands."""
    from auditor.model import narrow

    plain = _TAG.sub(lambda tag: " " * len(tag[0]), narrow(text))
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


def telling(units: Sequence[str], usual: Sequence[str]) -> Callable[[str], set[str]]:
    """Function from letters to the figures in them that only this report can have: of several digits, with one of the
    units (126次; not 第12次, 95%, 60分, 2080平方米), and none that every year has (12, 365)."""
    words = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    figure = re.compile(rf"(?<![第\d.])(\d+(?:\.\d+)?)(?:{words})")
    return lambda text: {f for f in figure.findall(text) if len(f) > 1 and f not in usual}


def copied(connection: Any, options: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], tuple[Any, ...], str]]:
    """The longest passage with figures that two reports share, for every two reports that share one."""
    _prepare(connection, options["sections"])
    tells = telling(options["units"], options["usual"])
    best: dict[tuple[str, str], tuple[int, dict[str, Any], dict[str, Any], tuple[int, int, int]]] = {}
    for pair in ask(connection, _PAIRS, options["spread"], options["between"] == "departments"):
        one, other = (_text(connection, pair[name]) for name in ("one", "other"))
        key = one["path"], other["path"]
        (a, _), (b, _) = letters(one["text"]), letters(other["text"])
        for run in runs(a, b, options["length"]):
            text = _unbroken(a, b, run)
            if len(tells(text)) >= options["shown"] and (key not in best or run[2] > best[key][0]):
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


def _unbroken(one: str, other: str, run: tuple[int, int, int]) -> str:
    """The letters of a run, without the half of a figure that it may begin or end with (1|26次 and 3|26次)."""
    a, b, length = run
    text = one[a : a + length]
    if {one[a - 1 : a], other[b - 1 : b]} & _DIGITS:
        text = text.lstrip("0123456789.")
    if {one[a + length : a + length + 1], other[b + length : b + length + 1]} & _DIGITS:
        text = text.rstrip("0123456789.")
    return text


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
