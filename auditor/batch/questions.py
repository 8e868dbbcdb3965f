"""What a summary asks of OUT, in DuckDB's SQL over three views: documents, findings, claims (and across, once made).

The same SQL answers one's own questions: docs/scale.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from auditor.batch.rows import COLUMNS, TABLES, schema
from auditor.batch.store import ACROSS as MADE
from auditor.batch.store import Store
from auditor.model import SEVERITIES, AuditError

CLEAN = "status = 'ok' AND major = 0 AND moderate = 0"
_COUNTS = ", ".join(f"sum({severity})::BIGINT AS {severity}" for severity in SEVERITIES)

OVERVIEW = f"""
SELECT count(*) AS reports, count(*) FILTER (status = 'failed') AS failed, count(*) FILTER ({CLEAN}) AS clean,
  {_COUNTS}, sum(claims)::BIGINT AS claims, sum(passes)::BIGINT AS passes, sum(unchecked)::BIGINT AS unchecked,
  sum(seconds) AS seconds
FROM documents"""
RULES = """
SELECT rule, severity, min(name) AS name, count(*) AS findings, count(DISTINCT path) AS reports
FROM findings GROUP BY rule, severity ORDER BY findings DESC, rule, severity"""
_GROUP = f"""
SELECT {{key}} AS key, count(*) AS reports, count(*) FILTER ({CLEAN}) AS clean, {_COUNTS},
  (sum(major) + sum(moderate)) / count(*) AS each
FROM documents WHERE status = 'ok' GROUP BY ALL"""
DEPARTMENTS = _GROUP.format(key="department") + " ORDER BY major DESC, moderate DESC, key LIMIT ?"
YEARS = _GROUP.format(key="year") + " ORDER BY key"
LAYOUTS = _GROUP.format(key="layout") + " ORDER BY reports DESC, key"
WORST = """
SELECT path, department, year, major, moderate, minor, info, unchecked FROM documents
WHERE status = 'ok' AND major + moderate > 0 ORDER BY major DESC, moderate DESC, minor DESC, path LIMIT ?"""
FAILED = "SELECT path, reason FROM documents WHERE status = 'failed' ORDER BY path"
SPREAD = """
SELECT least(major + moderate, 10) AS findings, count(*) AS reports
FROM documents WHERE status = 'ok' GROUP BY ALL ORDER BY findings"""
UNCHECKED = """
SELECT layout AS key, count(*) AS reports, sum(claims)::BIGINT AS claims, sum(unchecked)::BIGINT AS unchecked,
  sum(unchecked) / greatest(sum(claims), 1) AS share
FROM documents WHERE status = 'ok' GROUP BY ALL ORDER BY unchecked DESC, key"""
ACROSS = (
    "SELECT rule, severity, department, year, message, evidence FROM across ORDER BY rule, department, year, message"
)


def connect(folders: Sequence[Path]) -> Any:
    """A DuckDB connection with the views over the results in `folders`. Raises AuditError where there are none."""
    try:
        duckdb: Any = import_module("duckdb")
    except ModuleNotFoundError:
        raise AuditError(
            "audit summary 需要 duckdb：pip install 'gouji[batch]'",
            "audit summary needs duckdb: pip install 'gouji[batch]'",
        ) from None
    stores = [Store(folder) for folder in folders]
    for store in stores:
        if not store.plan():
            raise AuditError(
                f"{store.folder}: 不是 audit batch 的结果文件夹", f"{store.folder}: no results of audit batch there"
            )
    connection = duckdb.connect()
    for table in TABLES:
        files = [file for store in stores for file in store.files(table)]
        if files:
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{_listed(files)}])")
        else:
            connection.register(table, schema(table).empty_table())
    made = [str(store.folder / MADE) for store in stores if (store.folder / MADE).is_file()]
    if made:
        connection.execute(f"CREATE VIEW across AS SELECT * FROM read_parquet([{_listed(made)}])")
    return connection


def has_across(connection: Any) -> bool:
    """Was `audit summary --across` run on the results?"""
    return bool(ask(connection, "SELECT 1 FROM duckdb_views() WHERE view_name = 'across'"))


def _listed(files: Iterable[str]) -> str:
    """The files as SQL texts; * ? [ in a path are letters, not patterns."""
    return ", ".join("'" + re.sub(r"([*?\[])", r"[\1]", file).replace("'", "''") + "'" for file in files)


def ask(connection: Any, question: str, *values: Any, **named: Any) -> list[dict[str, Any]]:
    """The rows of an answer, by column. values stand for ?, named ones for $name."""
    answer = connection.execute(question, named or list(values))
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def columns() -> dict[str, list[str]]:
    """The columns of each table, for the documentation."""
    return {table: list(COLUMNS[table]) for table in TABLES}
