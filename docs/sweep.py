"""What each threshold does on the dev split: one is moved, the others stay. `docs/accuracy.py` writes it down.

python docs/sweep.py [--jobs 2] [NAME…]      # about three minutes
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from auditor import audit
from auditor.corpus import Score, files, load, score
from auditor.lexicon import vocabulary
from auditor.rules import load_rules

DEV = Path(__file__).parent.parent / "corpus" / "dev"
STEPS = {  # rules/matching.toml [thresholds]
    "same": (0.5, 0.56, 0.62, 0.68, 0.75), "rare": (0.2, 0.3, 0.4, 0.5), "weak_side": (0.2, 0.34, 0.45, 0.6),
    "conflict": (0.6, 0.7, 0.8, 0.9, 1.0), "told_twice": (0.8, 0.9, 0.95, 1.0), "near": (0.5, 0.6, 0.7, 0.8, 0.9),
    "kindred": (0.3, 0.5, 0.7), "unique": (1, 2, 3), "contained": (1.4, 1.9, 2.4, 2.9), "typo": (0.2, 0.3, 0.4, 0.5),
    "stale": (1.0, 1.15, 1.3, 1.5, 2.0),
}  # fmt: skip
TIMES = (1.1, 1.2, 1.3, 1.4, 1.5)  # TGT103: result ÷ target from which a reason is due


def points() -> Iterator[tuple[str, float]]:
    for name, values in STEPS.items():
        yield from ((name, v) for v in sorted({*values, vocabulary()["thresholds"][name]}))
    yield from (("times", v) for v in TIMES)


def try_one(name: str, value: float) -> Score:
    """The dev split with one threshold moved; the vocabulary of this process is put back afterwards."""
    rules, limits = load_rules(), vocabulary()["thresholds"]
    before = dict(limits)
    if name == "times":
        moved = {r.code: {**r.options, "times": value} for r in rules if r.code == "TGT103"}
        rules = tuple(replace(r, options=moved.get(r.code, r.options)) for r in rules)
    else:
        limits[name] = value
    total = Score()
    try:
        for path in files(DEV):
            report = audit(path, rules=rules)
            total.add(score(report, load(path, report)))
    finally:
        limits.update(before)
    return total


def table(names: list[str], jobs: int = 1) -> str:
    """Markdown: one row a value, the one in use in bold."""
    tried = [p for p in points() if not names or p[0] in names]
    with ProcessPoolExecutor(jobs) as pool:
        scores = list(pool.map(try_one, *zip(*tried, strict=True)))
    used = {**vocabulary()["thresholds"], "times": next(r.options["times"] for r in load_rules() if r.code == "TGT103")}
    lines = [
        "| threshold | value | findings: precision | recall | loud on clean forms | pairs: precision | recall |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for (name, value), total in zip(tried, scores, strict=True):
        bold = "**" if value == used[name] else ""
        lines.append(
            f"| {name} | {bold}{value:g}{bold} | {total.total.precision:.3f} | {total.total.recall:.3f} | {total.false_alarms} "
            f"| {total.pairs.precision:.3f} | {total.pairs.recall:.3f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    print(table(options.names, options.jobs))
