"""Small batches for the tests of `audit batch`: forms, runs over them and what the runs left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from auditor.batch.rows import TABLES
from auditor.batch.run import Done, Options, batch
from auditor.batch.shards import Chunk
from auditor.batch.store import Store
from auditor.batch.work import Job, Result, audit_chunk

FORM = """项目支出绩效自评表
（{year}年度）
项目名称	{name}
主管部门	{name}局
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分
	产出指标	数量指标	巡查次数	{target}次	{result}次	50	50
"""
AUDIT = [sys.executable, "-m", "auditor", "batch"]


def form(number: int) -> str:
    """A small form; every third misses its target."""
    return FORM.format(
        year=2020 + number % 4, name=f"河道{number}段", target=20 + number, result=20 + number - (number % 3 == 0)
    )


def folder(at: Path, count: int) -> Path:
    at.mkdir()
    for number in range(count):
        (at / f"form{number:03}.txt").write_text(form(number), encoding="utf-8")
    return at


def here(chunks: Iterator[Chunk], job: Job) -> Iterator[tuple[Chunk, Result]]:
    """An engine without processes."""
    for chunk in chunks:
        yield chunk, audit_chunk(chunk, job)


def done(source: Path, out: Path, by: Any = here, **more: Any) -> Done:
    return batch(Options((str(source),), out, size=8, seconds=0, **more), by)


def command(source: Path, out: Path, *more: str, **keys: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AUDIT, str(source), "--out", str(out), "--jobs", "2", "--shard-size", "8", *more],
        capture_output=True, text=True, timeout=300, **keys,
    )  # fmt: skip


def tables(out: Path) -> dict[str, list[str]]:
    """All that OUT says, sorted; without the seconds, which are never the same."""
    store = Store(out)
    found: dict[str, list[str]] = {}
    for table in TABLES:
        rows = [row for file in store.files(table) for row in pq.read_table(file).to_pylist()]
        for row in rows:
            row.pop("seconds", None)
        found[table] = sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
    return found


def documents(out: Path) -> dict[str, dict[str, Any]]:
    """Rows of the documents, by name of file; a file that is there twice fails."""
    rows = [row for file in Store(out).files("documents") for row in pq.read_table(file).to_pylist()]
    by_name = {os.path.basename(row["path"]): row for row in rows}
    assert len(by_name) == len(rows)
    return by_name


def left_over(out: Path) -> list[str]:
    """Files and folders in OUT that are neither the plan nor a table of a whole shard."""
    whole = {file for table in TABLES for file in Store(out).files(table)}
    return sorted(str(p) for p in out.rglob("*") if p.name not in ("batch.json", *TABLES) and str(p) not in whole)
