"""A summary as one HTML page with bars: opens from disk, fetches nothing, runs nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from auditor.batch.summary import Column, Summary, Table, facts, shown, worded
from auditor.report.paper import flat
from auditor.report.words import pick

ROWS = 2000  # of a table on the page: the rest is in the workbook and the Parquet
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6575; --line: #dfe3e8; --desk: #f2f3f5;
  --card: #fff; --bar: #3b6ea5; --major: #b3261e; --moderate: #a15300; --minor: #0b6b7a; --info: #4a5aa8;
  font: 15px/1.55 system-ui, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ec; --soft: #a4adba; --line: #343b45; --desk: #14171b;
  --card: #1c2026; --bar: #7fb0e6; --major: #ff8a80; --moderate: #f2b35e; --minor: #62c6d4; --info: #a5b2f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--desk); color: var(--ink);
  overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; padding: 0; list-style: none; }
.facts b { font-size: 1.25rem; font-variant-numeric: tabular-nums; } .facts span { color: var(--soft); }
.note { border-left: 3px solid var(--moderate); padding: .3rem .7rem; background: var(--card); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 1rem; margin: 1rem 0;
  overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.text { min-width: 8rem; white-space: pre-line; }
tr + tr td { border-top: 1px solid var(--line); } svg { display: block; } rect { fill: var(--bar); }
.major { color: var(--major); } .moderate { color: var(--moderate); } .minor { color: var(--minor); }
.info { color: var(--info); }
p.more { color: var(--soft); }
"""
_WIDE, _HIGH = 160, 14


def page(summary: Summary, lang: str) -> str:
    """The page: totals, then every table with a bar a row."""
    return "".join(_page(summary, lang))


def _page(summary: Summary, lang: str) -> Iterator[str]:
    from auditor import __version__

    mark = "sha256-" + b64encode(sha256(_STYLE.encode()).digest()).decode()
    title = pick(lang, "绩效自评审计汇总", "Summary of audits")
    policy = f"default-src 'none'; style-src '{mark}'; base-uri 'none'; form-action 'none'"
    yield f"""<!DOCTYPE html>
<html lang="{pick(lang, "zh-CN", "en")}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="gouji {__version__}">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
"""
    for zh, en in summary.notes:
        yield f'<p class="note">{flat(pick(lang, zh, en))}</p>\n'
    yield '<ul class="facts">'
    for what, value in facts(summary, lang):
        yield f"<li><b>{flat(shown(value, 'count'))}</b> <span>{flat(what)}</span></li>"
    yield "</ul>\n"
    for table in summary.tables:
        yield from _table(table, lang)
    yield "</body>\n</html>\n"


def _table(table: Table, lang: str) -> Iterator[str]:
    rows = table.rows[:ROWS]
    most = max((float(row[table.bar] or 0) for row in rows), default=0.0) if table.bar else 0.0
    yield f'<section id="{table.key}">\n<h2>{flat(table.title(lang))}</h2>\n<table>\n<thead><tr>'
    for column in table.columns:
        kind = "text" if column.kind == "text" else "n"
        yield f'<th scope="col" class="{kind}">{flat(pick(lang, column.zh, column.en))}</th>'
    yield ("<th></th>" if most else "") + "</tr></thead>\n<tbody>\n"
    for row in rows:
        yield "<tr>" + "".join(_cell(row[c.key], c, lang) for c in table.columns)
        yield (f"<td>{_bar(float(row[table.bar] or 0) / most)}</td>" if most else "") + "</tr>\n"
    yield "</tbody>\n</table>\n"
    if len(table.rows) > ROWS:
        rest = len(table.rows) - ROWS
        yield f'<p class="more">{pick(lang, f"另有 {rest:,} 行", f"{rest:,} more rows")}</p>\n'
    yield "</section>\n"


def _cell(value: Any, column: Column, lang: str) -> str:
    if column.kind != "text":
        return f'<td class="n">{flat(shown(value, column.kind))}</td>'
    tone = f" {value}" if column.key == "severity" and value in ("major", "moderate", "minor", "info") else ""
    text = "\n".join(flat(line) for line in worded(value, lang).split("\n"))
    return f'<td class="text{tone}">{text}</td>'


def _bar(share: float) -> str:
    wide = max(round(_WIDE * share, 1), 0.5 if share else 0)
    return (
        f'<svg width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-hidden="true">'
        f'<rect width="{wide:g}" height="{_HIGH}" rx="2"/></svg>'
    )
