#!/usr/bin/env python3
"""gouji beside other extractors of Chinese numbers: one run, same text, same gold.

    python benchmarks/extractors.py [TEXT QUANTITIES.jsonl] [--output FILE.json]

Without arguments: the flagship form in ../shared/reports. Each peer runs if it can be imported; none is a dependency:

    python3.11 -m venv /tmp/peers
    /tmp/peers/bin/pip install "emoji<2" recognizers-text-suite chinese2digits cn2an jionlp
    /tmp/peers/bin/python benchmarks/extractors.py

found: the span holds the digits of a labelled quantity. right in full: value, unit and comparator too. false alarms:
hits on a year, list marker, ordinal or word. chars/s: the whole text cell by cell in one process, the best of the
runs that fit in three seconds of processor time. All see the text of one cell at a time; the unit of a column
(单位：万元) is printed elsewhere, which gouji takes as an argument and the others cannot.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FLAGSHIP = ROOT.parent / "shared" / "reports" / "00_huangpu_west_park_2021.txt"

SIGNS = {"eq": "=", "reach": "=≥", "ge": "≥", "gt": ">≥", "approx": "≈", "le": "≤="}
HAN = dict(zip("一二两三四五六七八九十", map(str, (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10)), strict=True))


class Hit(NamedTuple):
    """value: the figure as printed, or scaled to the bare unit (53.47 万m², 534700 m²); a range is lo..hi."""

    start: int
    end: int
    value: str
    unit: str
    comparator: str


class Cell(NamedTuple):
    text: str
    start: int
    unit: str


Extractor = Callable[[Cell], list[Hit]]


def gouji() -> Extractor:
    from auditor.quantity import quantities

    def extract(cell: Cell) -> list[Hit]:
        return [
            Hit(q.start, q.end, str(q.value) if q.value is not None else f"{q.low}..{q.high}", q.unit, q.comparator)
            for q in quantities(cell.text, unit=cell.unit)
        ]

    return extract


def recognizers_text() -> Extractor:
    from recognizers_number import Culture, recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_currency, recognize_dimension

    units = {"Meter": "m", "Square meter": "m²", "Chinese yuan": "元", "Hour": "小时", "Day": "天", "Mu": "亩"}
    models = (recognize_percentage, recognize_currency, recognize_dimension, recognize_number)

    def extract(cell: Cell) -> list[Hit]:
        hits: list[Hit] = []
        for model in models:
            for r in model(cell.text, Culture.Chinese):
                start, end = r.start, r.end + 1
                if any(h.start < end and start < h.end for h in hits):
                    continue
                value = str((r.resolution or {}).get("value") or "")
                unit = "%" if value.endswith("%") else units.get((r.resolution or {}).get("unit") or "", "")
                hits.append(Hit(start, end, value.rstrip("%"), unit, "="))
        return hits

    return extract


def chinese2digits() -> Extractor:
    from chinese2digits import takeNumberFromString

    def extract(cell: Cell) -> list[Hit]:
        found = takeNumberFromString(cell.text)
        hits, at = [], 0
        for printed, value in zip(found["CHNumberStringList"], found["digitsStringList"], strict=False):
            start = cell.text.find(printed, at)
            if start < 0:
                continue
            at = start + len(printed)
            percent = printed.endswith("%")
            hits.append(Hit(start, at, printed.rstrip("%") if percent else value, "%" if percent else "", "="))
        return hits

    return extract


def cn2an() -> Extractor:
    from cn2an import transform

    def extract(cell: Cell) -> list[Hit]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out = transform(cell.text, "cn2an")
        if out == cell.text:
            return []
        changes = SequenceMatcher(None, cell.text, out, autojunk=False).get_opcodes()
        return [Hit(a, b, out[c:d], "", "=") for tag, a, b, c, d in changes if tag != "equal"]

    return extract


def jionlp() -> Extractor:
    import jionlp as jio  # type: ignore[import-not-found]

    signs = {"blur": "≈", "accurate": "="}

    def extract(cell: Cell) -> list[Hit]:
        hits = []
        for found in jio.ner.extract_money(cell.text, with_parsing=True) or []:
            start, end = found["offset"]
            detail = found.get("detail") or {}
            number = detail.get("num")
            value = "..".join(number) if isinstance(number, list) else str(number)
            hits.append(Hit(start, end, value, detail.get("case", ""), signs.get(detail.get("definition", ""), "=")))
        return hits

    return extract


PEERS: dict[str, Callable[[], Extractor]] = {
    "gouji": gouji, "recognizers-text": recognizers_text, "chinese2digits": chinese2digits, "jionlp": jionlp,
    "cn2an": cn2an,
}  # fmt: skip


def cells(text: str, gold: list[dict[str, Any]]) -> Iterator[Cell]:
    """Every tab cell with its offset; its unit is the one that the gold says is printed elsewhere."""
    implied = [(g["num_start"], g["unit_implied"]) for g in gold if g.get("unit_implied")]
    at = 0
    for line in text.split("\n"):
        for part in line.split("\t"):
            yield Cell(part, at, next((unit for where, unit in implied if at <= where < at + len(part)), ""))
            at += len(part) + 1


def plain(unit: str | None) -> str:
    return re.sub(r"\s", "", unit or "").replace("㎡", "m²").replace("平方米", "m²").replace("m2", "m²")


def right(want: dict[str, Any], hit: Hit) -> bool:
    """Value, unit and comparator; a value scaled by its 万 counts with the unit that is left."""
    if hit.comparator not in SIGNS[want["comparator"]]:
        return False
    if want.get("value_lo") is not None:
        numbers = hit.value.split("..")
        return len(numbers) == 2 and same(numbers[0], want["value_lo"]) and same(numbers[1], want["value_hi"])
    printed = HAN.get(want["num_text"], want["num_text"])
    unit = plain(want["unit_text"] or want["unit_implied"])
    return (same(hit.value, printed) and plain(hit.unit) == unit) or (
        same(hit.value, want["value"]) and plain(hit.unit) == plain(want["unit"])
    )


def same(one: str, other: object) -> bool:
    try:
        return abs(float(one) - float(str(other))) < 1e-6
    except ValueError:
        return False


def measure(name: str, text: str, gold: list[dict[str, Any]]) -> dict[str, Any]:
    extract = PEERS[name]()
    pieces = list(cells(text, gold))
    extract(pieces[0])  # load models and dictionaries
    best, spent, found = float("inf"), 0.0, [extract(c) for c in pieces]
    while spent < 3:
        began = time.process_time()
        found = [extract(c) for c in pieces]
        took = time.process_time() - began
        best, spent = min(best, took), spent + took
    rows = zip(pieces, found, strict=True)
    hits = [h._replace(start=h.start + c.start, end=h.end + c.start) for c, row in rows for h in row]
    wanted = [g for g in gold if g["kind"] == "quantity"]
    near = [[h for h in hits if h.start <= g["num_start"] and h.end >= g["num_end"]] for g in wanted]
    alarms = {
        (h.start, h.end)
        for g in gold if g["kind"] != "quantity"
        for h in hits
        if h.start < g["end"] and g["start"] < h.end
        and not any(h.start <= w["num_start"] and h.end >= w["num_end"] for w in wanted)
    }  # fmt: skip
    signs = [(g, found) for g, found in zip(wanted, near, strict=True) if g["comparator"] not in ("eq", "reach")]
    return {
        "extractor": name,
        "quantities": len(wanted),
        "found": sum(map(bool, near)),
        "right_in_full": sum(any(right(g, h) for h in found) for g, found in zip(wanted, near, strict=True)),
        "comparators": sum(any(h.comparator in SIGNS[g["comparator"]] for h in found) for g, found in signs),
        "false_alarms": len(alarms),
        "chars_per_second": round(len(text) / best),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", nargs="?", type=Path, default=FLAGSHIP)
    parser.add_argument("gold", nargs="?", type=Path)
    parser.add_argument("--output", type=Path, help="also write the rows as JSON")
    args = parser.parse_args()
    gold_path = args.gold or args.text.with_suffix(".quantities.jsonl")
    if not args.text.exists() or not gold_path.exists():
        print(f"{args.text}: not here, nothing to measure", file=sys.stderr)
        return 2
    text = args.text.read_text(encoding="utf-8")
    gold = [json.loads(line) for line in gold_path.read_text(encoding="utf-8").splitlines()]
    rows = []
    print(f"{'extractor':18}{'found':>9}{'in full':>9}{'signs':>7}{'false':>7}{'chars/s':>12}")
    for name in PEERS:
        try:
            row = measure(name, text, gold)
        except ImportError as error:
            print(f"{name:18} not installed ({error.name})")
            continue
        rows.append(row)
        print(
            f"{name:18}{row['found']:>5}/{row['quantities']}{row['right_in_full']:>9}{row['comparators']:>7}"
            f"{row['false_alarms']:>7}{row['chars_per_second']:>12,}"
        )
    if args.output:
        args.output.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
