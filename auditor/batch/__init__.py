"""`audit batch`: a folder of reports → Parquet, on one machine or many; `audit summary`: what that says.

    folder ─files─▶ Entries ─shards─▶ Shards ─pool | cluster: work─▶ rows ─store─▶ Parquet ─summary, across─▶ people

A shard of about 500 reports is what is kept or made again: its tables are written whole or not at all, by this process
alone. Workers only read. Everything about one report (time, memory, a crash) stays with that report.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["batch_command", "summary_command"]


def batch_command(arguments: Sequence[str]) -> int:
    """`audit batch DIR… --out OUT`. 0: every report was audited. 1: done, but some could not be read (they are named).
    2: the work could not be done or finished. Errors: AuditError."""
    from auditor.batch.run import run

    return run(list(arguments))


def summary_command(arguments: Sequence[str]) -> int:
    """`audit summary OUT…`. 0: said. 2: nothing there to sum up. Errors: AuditError."""
    from auditor.batch.summary import run

    return run(list(arguments))
