"""What it costs to start: whole processes, told as ratios to a naive program that only imports what it is built on.

    python benchmarks/cold_start.py [ROUNDS]

Interleaved, so that a busy machine slows all alike; the median of the ratios within a round. Ratios, never seconds:
they hold on any machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
FLOOR = [
    "-c",
    "import jieba, spacy, rapidfuzz, pandas, rich; import logging; jieba.setLogLevel(logging.ERROR); "
    "jieba.initialize(); spacy.blank('zh')",
]
FORM = str(ROOT / "corpus" / "dev" / "gd_zone.txt")
# name: (arguments of python, at most)
WAYS = {
    "audit FILE": (["-m", "auditor", FORM, "--exit-zero"], 0.75),
    "audit --help": (["-m", "auditor", "--help"], 0.15),
    "audit rule": (["-m", "auditor", "rule"], 0.15),
    "audit rule AGR101": (["-m", "auditor", "rule", "AGR101"], 0.15),
}


def seconds(arguments: list[str], cache: str) -> tuple[float, float]:
    """(wall, processor) time of one process. cache: where Python keeps compiled modules, ours and those of others
    (an installed program has them; a checkout may be told not to keep any)."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
        "PYTHONPYCACHEPREFIX": cache
    }
    before, start = os.times(), time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wall, after = time.perf_counter() - start, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def measure(rounds: int = 9) -> list[dict[str, object]]:
    """One row a way: ratio of wall and of processor time to the floor (medians), and the most it may be."""
    walls: dict[str, list[float]] = {name: [] for name in WAYS}
    cpus: dict[str, list[float]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as cache:
        for number in range(rounds + 1):
            wall, cpu = seconds(FLOOR, cache)
            for name, (arguments, _) in WAYS.items():
                one, two = seconds(arguments, cache)
                if number:  # the first round fills the caches of disk, modules and dictionary
                    walls[name].append(one / wall)
                    cpus[name].append(two / cpu)
    return [
        {"what": name, "ratio": median(walls[name]), "processor": median(cpus[name]), "at_most": most}
        for name, (_, most) in WAYS.items()
    ]


if __name__ == "__main__":
    for row in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 9):
        print(
            f"{row['what']:20} {row['ratio']:.2f}   processor {row['processor']:.2f}   (at most {row['at_most']:.2f})"
        )
