"""Mutated files through every reader and the whole audit: no exception but AuditError, no hang.

    python benchmarks/fuzz.py [CASES=10000] [FIRST=0] [--read-only]

Exit 1 when a case raised anything else or took over 20 seconds. Its number reproduces it: mutant(NUMBER) of
tests/mutants.py.
"""

from __future__ import annotations

import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from types import FrameType

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in (".", "tests")]

from mutants import mutant  # noqa: E402

from auditor import AuditError, audit_document  # noqa: E402
from auditor.read import Limits, read  # noqa: E402

SECONDS = 20
LIMITS = Limits(size=5_000_000, unpacked=50_000_000, cells=100_000)


class Hang(BaseException):
    """A case that did not end in time."""


def main() -> int:
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    cases, first = (numbers + [10_000, 0][len(numbers) :])[:2]
    whole = "--read-only" not in sys.argv
    seen: Counter[tuple[str, str]] = Counter()
    failures: list[str] = []
    slowest = (0.0, -1, "")
    signal.signal(signal.SIGALRM, _hang)
    for number in range(first, first + cases):
        kind, data = mutant(number)
        began = time.perf_counter()
        signal.alarm(SECONDS)
        try:
            document = read(f"{number}.{kind}", data, limits=LIMITS)
            if whole:
                audit_document(document)
            outcome = "audited" if whole else "read"
        except AuditError as error:
            outcome = "refused"
            if "\n" in str(error) or not str(error):
                failures.append(f"{number} {kind}: the message is not one line: {error!r}")
        except Hang:
            outcome = "hang"
            failures.append(f"{number} {kind}: over {SECONDS} s")
        except Exception:
            outcome = "crash"
            failures.append(f"{number} {kind}: {traceback.format_exc(limit=-3)}")
        finally:
            signal.alarm(0)
        seen[kind, outcome] += 1
        slowest = max(slowest, (time.perf_counter() - began, number, kind))
    for (kind, outcome), n in sorted(seen.items()):
        print(f"{kind:8} {outcome:8} {n:6}")
    print(f"{cases} mutants, {len(failures)} failures; slowest {slowest[0]:.2f} s (mutant {slowest[1]}, {slowest[2]})")
    print("\n".join(failures[:40]))
    return bool(failures)


def _hang(signum: int, frame: FrameType | None) -> None:
    raise Hang


if __name__ == "__main__":
    sys.exit(main())
