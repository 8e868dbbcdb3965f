"""`audit summary OUT`: what a batch found, as tables: on a terminal, as JSON, a workbook or one HTML page."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditor.batch import questions as q
from auditor.batch.store import Store
from auditor.model import SEVERITIES, AuditError
from auditor.report.words import SEVERITY, name, pick

SCHEMA = "gouji-summary/1"
_DRAWN = 30  # bars of a chart in the workbook


@dataclass(frozen=True)
class Column:
    """Head in two languages; kind: text | count | share | each."""

    key: str
    zh: str
    en: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """Rows by column key. bar: the column that is drawn as well."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    bar: str = ""

    def title(self, lang: str) -> str:
        return pick(lang, self.zh, self.en)


@dataclass(frozen=True)
class Summary:
    """Everything that is shown. overview: the totals. notes: what a reader must know first. roots: what the paths
    begin with."""

    overview: dict[str, Any]
    tables: tuple[Table, ...]
    notes: tuple[tuple[str, str], ...] = ()
    roots: tuple[str, ...] = ()


_REPORTS = Column("reports", "报告", "Reports", "count")
_CLEAN = Column("clean", "无问题占比", "Clean", "share")
_EACH = Column("each", "每份问题", "Each", "each")
_LEVELS = tuple(Column(s, *SEVERITY[s], kind="count") for s in SEVERITIES)
_PATH = Column("path", "报告", "Report")
_DEPARTMENT, _YEAR = Column("department", "部门", "Department"), Column("year", "年度", "Year")
_RULE, _SEVERITY = Column("rule", "规则", "Rule"), Column("severity", "级别", "Severity")
_WHAT = Column("what", "内容", "What")
_UNCHECKED = Column("unchecked", "未核对", "Unchecked", "count")


def run(arguments: list[str]) -> int:
    """`audit summary …`: the exit code."""
    from auditor.batch.options import summary_options

    options = summary_options(arguments)
    if options is None:
        return 0
    folders = [Path(p) for p in options.paths]
    if options.across:
        from auditor.batch.across import across

        across(folders, lang=options.lang)
    summary = summarise(folders, options.top, options.lang)
    _give(summary, options)
    return 0


def summarise(folders: Sequence[Path], top: int, lang: str = "zh") -> Summary:
    """The answers over the results in `folders`. Raises AuditError where there are none."""
    connection = q.connect(folders)
    (overview,) = q.ask(connection, q.OVERVIEW)
    overview = {key: value if value is not None else 0 for key, value in overview.items()}
    if not overview["reports"]:
        where = "、".join(map(str, folders))
        raise AuditError(f"{where}: 还没有完成的分片", f"{where}: no shard is finished yet")
    plans = [Store(folder).plan() for folder in folders]
    planned = sum(plan["reports"] for plan in plans)
    notes = []
    if planned > overview["reports"]:
        done, of = f"{overview['reports']:,}", f"{planned:,}"
        notes.append((f"未完成：{of} 份报告中的 {done} 份", f"not finished: {done} of {of} reports"))
    if q.has_across(connection) and not q.ask(connection, q.ACROSS):
        notes.append(("跨报告核对：没有发现问题", "across reports: nothing found"))
    tables = tuple(t for t in _tables(connection, overview, top, lang) if t.rows)
    roots = sorted({root.rstrip("/\\") for plan in plans for root in plan["folders"]}, key=len, reverse=True)
    return Summary(overview, tables, tuple(notes), tuple(roots))


def _tables(connection: Any, overview: dict[str, Any], top: int, lang: str) -> Iterator[Table]:
    def group(question: str, *values: Any) -> tuple[dict[str, Any], ...]:
        rows = q.ask(connection, question, *values)
        return tuple({**r, "key": _unknown(r["key"], lang), "clean": r["clean"] / r["reports"]} for r in rows)

    rules = _titled(q.ask(connection, q.RULES), lang)
    for row in rules:
        row["share"] = row["reports"] / overview["reports"]
    counts = (Column("findings", "问题", "Findings", "count"), _REPORTS, Column("share", "报告占比", "Share", "share"))
    yield Table("rules", "按规则", "By rule", (_RULE, _SEVERITY, _WHAT, *counts), tuple(rules), "findings")
    spread = q.ask(connection, q.SPREAD)
    for row in spread:
        row["findings"] = "10+" if row["findings"] == 10 else str(row["findings"])
    number = Column("findings", "重要与一般问题数", "Major and moderate")
    yield Table("spread", "每份报告的问题数", "Findings in a report", (number, _REPORTS), tuple(spread), "reports")
    of = (_REPORTS, _CLEAN, *_LEVELS, _EACH)
    yield Table("years", "按年度", "By year", (Column("key", "年度", "Year"), *of), group(q.YEARS), "each")
    head = Column("key", "部门", "Department")
    most = group(q.DEPARTMENTS, top)
    yield Table("departments", "问题最多的部门", "Departments with most", (head, *of), most, "major")
    yield Table("layouts", "按版式", "By layout", (Column("key", "版式", "Layout"), *of), group(q.LAYOUTS), "reports")
    worst = (_PATH, _DEPARTMENT, _YEAR, *_LEVELS, _UNCHECKED)
    yield Table("worst", "问题最多的报告", "Worst reports", worst, tuple(q.ask(connection, q.WORST, top)), "major")
    figures = (Column("claims", "数字", "Figures", "count"), _UNCHECKED, Column("share", "占比", "Share", "share"))
    left = tuple({**r, "key": _unknown(r["key"], lang)} for r in q.ask(connection, q.UNCHECKED))
    by_layout = (Column("key", "版式", "Layout"), _REPORTS, *figures)
    yield Table("unchecked", "未核对的数字", "Figures not checked", by_layout, left, "share")
    reasons = (_PATH, Column("reason", "原因", "Reason"))
    yield Table("failed", "未能审计", "Not audited", reasons, tuple(q.ask(connection, q.FAILED)))
    if q.has_across(connection):
        yield _across(_titled(q.ask(connection, q.ACROSS), lang))


def _across(found: list[dict[str, Any]]) -> Table:
    for row in found:
        row["files"] = "\n".join(dict.fromkeys(side["path"] for side in row.pop("evidence")))
    message, files = Column("message", "内容", "What"), Column("files", "报告", "Reports")
    columns = (_RULE, _SEVERITY, _DEPARTMENT, _YEAR, message, files)
    return Table("across", "跨报告核对", "Across reports", columns, tuple(found))


def _unknown(value: Any, lang: str) -> Any:
    return pick(lang, "（未识别）", "(not known)") if value in (None, "", "unknown") else value


def _titled(rows: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """Rows of findings with what their rule says, in words."""
    import re

    from auditor.rules import load_rules

    said = {rule.code: re.sub(r"(\{[^{}]*\})+", "…", rule.message[lang]) for rule in load_rules()}
    for row in rows:
        row["what"] = said.get(row["rule"], row.get("name", ""))
    return rows


# --- out ----------------------------------------------------------------------------------------------------------


def _give(summary: Summary, options: argparse.Namespace) -> None:
    """Render and write, by the rules of `audit` itself: the suffix tells the format, a workbook needs a file."""
    from auditor import cli

    suffix = Path(options.output).suffix.lower() if options.output else ""
    form = options.format or {".json": "json", ".xlsx": "xlsx", ".html": "html"}.get(suffix, "full")
    if form == "xlsx" and not options.output:
        raise AuditError("--format xlsx 要写入文件：请加 -o 文件名", "--format xlsx needs a file: add -o FILE")
    content: str | bytes
    if form == "json":
        content = as_json(summary)
    elif form == "xlsx":
        content = as_book(summary, options.lang)
    elif form == "html":
        from auditor.batch.page import page

        content = page(summary, options.lang)
    else:
        from auditor.batch.screen import screen

        content = screen(summary, options.top, cli._view(options))
    if options.output:
        cli._write(Path(options.output), content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    else:
        cli._out(content, data=form != "full")


def as_json(summary: Summary) -> str:
    """{"schema": "gouji-summary/1", "overview": {…}, "tables": {"rules": [{…}], …}}."""
    from auditor.report.json import dump

    tables = {table.key: [{c.key: row[c.key] for c in table.columns} for row in table.rows] for table in summary.tables}
    notes = [zh for zh, _ in summary.notes]
    return dump({"schema": SCHEMA, "overview": summary.overview, "notes": notes, "tables": tables}, indent=1) + "\n"


def as_book(summary: Summary, lang: str) -> bytes:
    """A workbook with one sheet a table and a chart beside what is counted; nothing in it is a formula or a link."""
    try:
        from auditor.report.book import Book
        from auditor.report.book import Column as Head

        book = Book(lang, pick(lang, "绩效自评审计汇总", "Summary of audits"))
    except ModuleNotFoundError as error:
        hint = "pip install 'gouji[excel]'"
        raise AuditError(
            f"--format xlsx 需要 {error.name}：{hint}", f"--format xlsx needs {error.name}: {hint}"
        ) from None
    totals = [(said, shown(value, "count")) for said, value in facts(summary, lang)]
    book.table(pick(lang, "总览", "Overview"), (Head("项目", "What", 16, 40), Head("数量", "Count", 10, 30)), totals)
    for table in summary.tables:
        heads = [Head(c.zh, c.en, 8, 60 if c.kind == "text" else 14) for c in table.columns]
        rows = [[_cell(row[c.key], c.kind, lang) for c in table.columns] for row in table.rows]
        sheet = book.table(table.title(lang), heads, rows)
        drawn = [at for at, c in enumerate(table.columns) if c.key == table.bar and c.kind in ("count", "each")]
        if drawn and table.columns[0] != _PATH:  # a path is no label
            book.bars(sheet, 0, drawn[0], min(len(rows), _DRAWN), len(heads) + 1)
    return book.finish()


def _cell(value: Any, kind: str, lang: str) -> Any:
    if kind == "count" and isinstance(value, int):
        return value
    if kind in ("share", "each") and value is not None:
        return shown(value, kind) if kind == "share" else Decimal(f"{value:.2f}")
    return worded(value, lang)


def worded(value: Any, lang: str) -> str:
    """A text of a row as it is shown: severities have names."""
    return name(SEVERITY, value, lang) if value in SEVERITY else "" if value is None else str(value)


def shown(value: Any, kind: str) -> str:
    """A figure as people read it: 12,345 · 31.2% · 4.05."""
    if value is None:
        return ""
    if kind == "share":
        return f"{100 * value:.1f}%"
    if kind == "each":
        return f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def facts(summary: Summary, lang: str) -> list[tuple[str, Any]]:
    """The totals with their names."""
    of = summary.overview
    audited = of["reports"] - of["failed"]
    share = f"{of['clean']:,} ({shown(of['clean'] / max(audited, 1), 'share')})"
    unchecked = f"{of['unchecked']:,} ({shown(of['unchecked'] / max(of['claims'], 1), 'share')})"
    return [
        (pick(lang, "报告", "reports"), of["reports"]),
        (pick(lang, "未能审计", "not audited"), of["failed"]),
        (pick(lang, "没有重要、一般问题", "without major or moderate findings"), share),
        *((name(SEVERITY, s, lang), of[s]) for s in SEVERITIES),
        (pick(lang, "数字", "figures"), of["claims"]),
        (pick(lang, "核对相符", "checks that held"), of["passes"]),
        (pick(lang, "未核对的数字", "figures not checked"), unchecked),
    ]
