"""All benchmarks, one after the other, into docs/performance.md: ratios to a yardstick run beside, never seconds.

    python benchmarks/run.py [--quick | --brief]

--quick: fewer rounds, to see that all of them run; nothing is written. --brief: sizes that take ten minutes; the page
says so. Peers are measured where they are installed
(benchmarks/extractors.py says how), the flagship form where ../shared has it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from enum import IntEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cold_start
import extractors
import readers

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def script(name: str, *arguments: str, may_fail: bool = False) -> str:
    """What a benchmark prints, in a process of its own. may_fail: its failures are what it tells."""
    done = subprocess.run(
        [sys.executable, str(HERE / name), *arguments], capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode and not may_fail:
        raise SystemExit(f"{name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


class Size(IntEnum):
    """How much is run: an index into the sizes of each benchmark."""

    FULL = 0
    BRIEF = 1
    QUICK = 2


def starting(size: Size) -> str:
    rows = [
        [f"`{row['what']}`", f"{row['ratio']:.2f}", f"{row['processor']:.2f}", f"{row['at_most']:.2f}"]
        for row in cold_start.measure((15, 4, 2)[size])
    ]
    return table(["whole process", "wall", "processor", "at most"], rows)


def auditing(size: Size) -> str:
    data: dict[str, Any] = json.loads(script("throughput.py", "--reports", ("2000", "300", "60")[size]))
    rows = [
        [
            name,
            f"{data[name]['ratio']:.2f}",
            f"{data[name]['low']:.2f}–{data[name]['high']:.2f}",
            f"{data[name]['apart']:.2f}",
        ]
        for name in ("jieba", "rjieba")
        if name in data
    ]
    head = f"{data['reports']:,} reports, {data['characters']:,} characters."
    return (
        f"{head}\n\n{table(['words by', 'whole audit ÷ `jieba.cut`', 'range', 'no two reports sharing a word'], rows)}"
    )


def growing(size: Size) -> str:
    rows = json.loads(script("growth.py", "--runs", ("5", "1", "1")[size], "--json"))
    return table(
        ["claims", "× the claims", "× the time"],
        [[f"{r['claims']:,}", f"{r['times_the_claims']:.1f}", f"{r['times_the_time']:.1f}"] for r in rows],
    )


def reading(size: Size) -> str:
    rows = []
    for name, document in readers.files().items():
        for kind, library, bare in readers.BARE:
            data = readers.made(document, kind)
            turns = (3 if kind == "pdf" else 15, 3, 1)[size]
            theirs, ours = readers.best([lambda b=bare, d=data: b(d), lambda d=data: readers.read("x", d)], turns)
            rows.append([name, kind, library, f"{ours / theirs:.2f}"])
    return table(["file", "format", "library", "ours ÷ library's"], rows)


def extracting() -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        script("extractors.py", "--output", str(file))
        rows = json.loads(file.read_text("utf-8"))
    own = rows[0]["chars_per_second"]
    return table(
        ["extractor", "found", "right in full", "qualifiers", "false alarms", "speed ÷ ours"],
        [
            [
                r["extractor"], f"{r['found']}/{r['quantities']}", str(r["right_in_full"]), str(r["comparators"]),
                str(r["false_alarms"]), f"{r['chars_per_second'] / own:.3g}",
            ]
            for r in rows
        ],
    )  # fmt: skip


def breaking(size: Size) -> str:
    return f"```text\n{script('fuzz.py', ('10000', '1000', '200')[size]).strip()}\n```"


def thousands(size: Size) -> str:
    """What benchmarks/batch.py measures, a row each, with the most (or least) that it may be."""
    few = {
        what: ([], ["--reports", "120", "--rounds", "1"], ["--reports", "40", "--rounds", "1"])[size]
        for what in ("scaling", "cluster", "memory", "hostile", "kills")
    }
    told = {what: json.loads(script("batch.py", what, *arguments)) for what, arguments in few.items() if _has(what)}
    rows = []
    if "scaling" in told:
        of = told["scaling"]
        rows.append(
            [
                f"{of['reports']:,} reports, two processes: × as fast as one, wall",
                _range(of["two_against_one"]),
                "≥ 1.8",
            ]
        )
        rows.append(
            [
                "… by processor time of the command, the start and the busiest worker",
                _range(of["longest_way_one_against_two"]),
                "≥ 1.8",
            ]
        )
    if "cluster" in told:
        rows.append(["dask, two workers ÷ two processes, wall", _range(told["cluster"]["dask_against_pool"]), "≤ 1.15"])
        killed = "yes" if told["cluster"]["all_accounted_none_twice"] and told["cluster"]["killed_in_mid_run"] else "no"
        rows.append(["a dask worker killed in mid-run: every report once", killed, "yes"])
    memory, (reports, more) = told["memory"]["ratio"], told["memory"]["reports"]
    for whose in ("parent", "worker", "together"):
        rows.append([f"peak memory at {more:,} reports ÷ at {reports:,}: {whose}", f"{memory[whose]:.2f}", "≤ 1.2"])
    of = told["hostile"]
    rows.append(
        [
            f"{of['hostile']:,} hostile files among {of['good']:,} good ones: good ones audited",
            f"{of['good_audited']:,}",
            f"{of['good']:,}",
        ]
    )
    named = of["hostile_refused_with_a_reason"] + of["hostile_read_all_the_same"]
    rows.append(["… hostile ones refused with a reason, or readable all the same", f"{named:,}", f"{of['hostile']:,}"])
    of = told["kills"]
    rows.append([f"killed (kill -9) {of['killed_in_mid_run']} times, {of['runs_to_the_end']} runs to the end: equal to an undisturbed one",
                 str(of["equal_to_undisturbed"]), str(of["runs_to_the_end"])])  # fmt: skip
    return table(["what", "measured", "wanted"], rows)


def _range(of: dict[str, float]) -> str:
    return f"{of['ratio']:.2f} ({of['low']:.2f}–{of['high']:.2f})"


def _has(what: str) -> bool:
    from importlib.util import find_spec

    return what != "cluster" or find_spec("distributed") is not None


def page(size: Size) -> Iterator[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in ("jieba", "spacy", "pandas", "rich"))
    command = "python benchmarks/run.py --brief" if size else "make bench"
    yield (
        f"# Performance\n\nWritten by `{command}`. Ratios to a yardstick that runs in turn with ours, on the same machine: "
        "seconds are of the machine, ratios are of the program. Here: "
        f"{os.cpu_count()} processors, Python {platform.python_version()}, {packages}."
        + (" Brief: fewer rounds and smaller sizes than `make bench` takes." if size else "")
    )
    yield (
        "## Starting\n\nAgainst a program that only does `import jieba, spacy, rapidfuzz, pandas, rich; jieba.initialize(); "
        "spacy.blank('zh')` (`benchmarks/cold_start.py`)."
    )
    yield starting(size)
    yield (
        "## Auditing\n\nThe whole audit, bytes to findings, against `jieba.cut` alone on the same texts "
        "(`benchmarks/throughput.py`); the caches of words are emptied between the rounds, for the last column before every "
        "report. An audit leaves no cyclic garbage and runs without the collector."
    )
    yield auditing(size)
    yield "## Growing\n\nTen times the claims in one form (`benchmarks/growth.py`): 10 is linear, 100 would be quadratic."
    yield growing(size)
    yield (
        "## Reading\n\nOur reader, with places and merged cells, against the bare library going over every cell once "
        "(`benchmarks/readers.py`)."
    )
    yield reading(size)
    yield "## Finding figures\n\nBeside other extractors, on a real form (`benchmarks/extractors.py`)."
    yield extracting() if extractors.FLAGSHIP.exists() else "The form in ../shared is not here."
    yield "## Breaking\n\nMutated files of every format through the whole audit (`benchmarks/fuzz.py`)."
    yield breaking(size)
    yield "## Thousands\n\nWhat `audit batch` stands (`benchmarks/batch.py`)."
    yield thousands(size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--brief", action="store_true")
    options = parser.parse_args()
    parts = []
    for part in page(Size.QUICK if options.quick else Size.BRIEF if options.brief else Size.FULL):
        print(part, end="\n\n", flush=True)
        parts.append(part)
    if not options.quick:
        PAGE.write_text("\n\n".join(parts) + "\n", "utf-8")


if __name__ == "__main__":
    main()
