"""The whole audit against jieba.cut alone, on the same text in the same run, in one process.

    python benchmarks/throughput.py [--reports 2000] [--profile]

The corpus is gone through again and again until enough reports are done. Caches that are keyed by text are emptied
before each time, so that no report profits from having been seen before. Forms share words, and the caches of words gain
by it; `apart` is the ratio with all of them emptied before every single report, as if no two shared a word. Times are of
this process's processor, and what is compared is measured in turn: what else the machine does touches all alike. Ratios
are what counts.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CORPORA = (ROOT / "corpus" / "dev", ROOT / "corpus" / "test")


def corpus() -> list[tuple[str, bytes]]:
    """Name and bytes of every form of the corpus."""
    return [(file.name, file.read_bytes()) for folder in CORPORA for file in sorted(folder.glob("*.txt"))]


def forget() -> None:
    """Empty the caches of this program that are keyed by text (those that hold one value are vocabulary)."""
    for name, module in list(sys.modules.items()):
        if name.startswith("auditor"):
            for one in list(vars(module).values()):
                if hasattr(one, "cache_clear") and hasattr(one, "cache_info") and (one.cache_info().maxsize or 0) > 8:
                    one.cache_clear()


def audit_all(forms: list[tuple[str, bytes]]) -> None:
    from auditor import audit_document
    from auditor.read import read

    for name, data in forms:
        audit_document(read(name, data))


def audit_apart(forms: list[tuple[str, bytes]]) -> float:
    """Seconds for the forms, each with empty caches; emptying is not counted."""
    spent = 0.0
    for form in forms:
        forget()
        started = time.process_time()
        audit_all([form])
        spent += time.process_time() - started
    return spent


def cut_all(texts: list[str]) -> None:
    import jieba

    for text in texts:
        for _ in jieba.cut(text):
            pass


def seconds(work: Callable[[], None]) -> float:
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def segmenters() -> Iterator[tuple[str, Any]]:
    """jieba as it ships here, and rjieba where it is installed."""
    from auditor import segment

    yield "jieba", segment._lazy()
    try:
        yield "rjieba", segment._rust()
    except ImportError:
        return


def measure(reports: int) -> dict[str, Any]:
    """Ratios to jieba.cut, by segmenter: the median over the times the corpus was gone through."""
    import jieba

    from auditor import segment

    jieba.initialize()
    forms = corpus()
    texts = [data.decode() for _, data in forms]
    rounds = -(-reports // len(forms))
    found: dict[str, Any] = {"reports": rounds * len(forms), "characters": sum(map(len, texts)) * rounds}
    audit_all(forms)
    for name, cut in segmenters():
        segment._cutter = lambda cut=cut: cut  # type: ignore[assignment]
        ratios, audits, cuts, apart = [], [], [], []
        for _ in range(rounds):
            forget()
            cuts.append(seconds(lambda: cut_all(texts)))
            audits.append(seconds(lambda: audit_all(forms)))
            ratios.append(audits[-1] / cuts[-1])
            apart.append(audit_apart(forms) / cuts[-1])
        found[name] = {
            "ratio": round(statistics.median(ratios), 2), "low": round(min(ratios), 2), "high": round(max(ratios), 2),
            "apart": round(statistics.median(apart), 2), "audit": round(sum(audits), 3), "jieba.cut": round(sum(cuts), 3),
            "reports_per_second": round(found["reports"] / sum(audits), 1),
        }  # fmt: skip
    return found


def where(rounds: int = 3) -> str:
    """Where the time goes: the functions that take most, by their own time."""
    import cProfile
    import io
    import pstats

    forms = corpus()
    audit_all(forms)
    profile = cProfile.Profile()
    for _ in range(rounds):
        forget()
        profile.runcall(audit_all, forms)
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out).strip_dirs()
    stats.sort_stats("tottime").print_stats(45)
    stats.sort_stats("cumulative").print_stats(60)
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    if options.profile:
        print(where())
    else:
        print(json.dumps(measure(options.reports), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
