"""The report as one HTML file: what was found beside the form itself. Opens from disk and fetches nothing.

Without scripts it is a document: the findings with every side, what held, what was not checked, the rules, the form.
page/page.js makes a tool of it: filter, search, choose, jump. Text gets in by `paper.flat` and `paper.plain` alone, and
the content security policy allows the one style sheet and the one script by their hashes, and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from auditor.model import SECTIONS, SEVERITIES, Finding, Pass, Report
from auditor.report import PLAIN, View
from auditor.report.items import LEVEL, Items
from auditor.report.paper import LEVELS, Paper, flat, level_of
from auditor.report.words import FAMILY, SECTION, layout, name, pick

_PAGE = Path(__file__).parent / "page"


def render(reports: Sequence[Report], view: View = PLAIN) -> str:
    """One page for all the reports; several get a table to choose from."""
    return "".join(_page(reports, view.lang))


def _page(reports: Sequence[Report], lang: str) -> Iterator[str]:
    from auditor import __version__

    style, script = _asset("page.css"), _asset("page.js")
    sources = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    title = _who(reports[0]) if len(reports) == 1 else pick(lang, f"{len(reports)} 份报告", f"{len(reports)} reports")
    yield f"""<!DOCTYPE html>
<html lang="{pick(lang, "zh-CN", "en")}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {sources}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="gouji {__version__}">
<title>{flat(title)} · {pick(lang, "勾稽", "gouji")}</title>
<style>{style}</style>
<script>{script}</script>
</head>
<body>
"""
    if len(reports) != 1:
        yield from _overview(reports, lang)
    first = 1
    for number, report in enumerate(reports, 1):
        paper = Paper(report, lang, first)
        first = paper.next
        yield from _report(report, paper, number, len(reports) > 1, lang)
    yield "</body>\n</html>\n"


@cache
def _asset(file: str) -> str:
    return "\n" + (_PAGE / file).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _who(report: Report) -> str:
    """Department and year, else the title, else the file."""
    form = report.forms[0] if report.forms else None
    if form and form.department:
        return form.department + (f" {form.year}" if form.year else "")
    return (form.title if form else "") or report.document.path


def _tally(report: Report) -> dict[str, int]:
    """How many of each level, in order; none that is not there."""
    counts = Counter(map(level_of, report.findings))
    counts.update({"held": len(report.passes), "unchecked": len(report.unchecked)})
    return {level: counts[level] for level in LEVELS if counts[level]}


# --- several reports ----------------------------------------------------------------------------------------------


def _overview(reports: Sequence[Report], lang: str) -> Iterator[str]:
    """A table of the reports, with how much of what each has."""
    levels = (*SEVERITIES, "settled", "held", "unchecked")
    heads = [pick(lang, "部门", "Department"), pick(lang, "文件", "File"), *(name(LEVEL, key, lang) for key in levels)]
    yield f'<nav class="overview" id="all">\n<h1>{pick(lang, "总览", "Overview")}</h1>\n<div class="wide"><table>\n'
    yield "<thead><tr>" + "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr></thead>\n<tbody>\n"
    for number, report in enumerate(reports, 1):
        tally = _tally(report)
        yield f'<tr><th scope="row"><a href="#d{number}">{flat(_who(report))}</a></th>'
        yield f'<td class="path">{flat(report.document.path)}</td>'
        yield "".join(f'<td class="n {key}">{tally.get(key, "·")}</td>' for key in levels) + "</tr>\n"
    yield "</tbody></table></div>\n</nav>\n"


# --- one report ---------------------------------------------------------------------------------------------------


def _report(report: Report, paper: Paper, number: int, several: bool, lang: str) -> Iterator[str]:
    items = Items(report, paper, lang)
    form = pick(lang, "原表", "The form")
    yield f'<article class="report" id="d{number}">\n'
    yield from _head(report, several, lang)
    yield f'<section class="list" aria-label="{pick(lang, "核对结果", "Results")}">\n'
    yield from _tools(report, lang)
    yield from _tabs(report, number, lang)
    for note in report.notes:
        yield f'<p class="note"><b>{pick(lang, "未能读取", "Not read")}</b> {flat(note)}</p>\n'
    yield from _panel(f"found{number}", pick(lang, "问题", "Findings"), items.findings(), lang)
    yield from _panel(f"held{number}", pick(lang, "核对相符", "Checked and held"), items.passes(), lang)
    left = (*items.unchecked(), *items.refused())
    yield from _panel(f"open{number}", pick(lang, "未核对", "Not checked"), left, lang)
    yield from _panel(f"rules{number}", pick(lang, "所用规则", "Rules applied"), items.rules(), lang)
    yield f'</section>\n<section class="paper" lang="zh-CN" tabindex="0" aria-label="{form}">\n'
    yield f'<h2 class="apart">{form}</h2>\n<p class="legend">'
    yield "".join(f'<mark class="{level}">{name(LEVEL, level, lang)}</mark>' for level in _tally(report)) + "</p>\n"
    yield from paper.html()
    yield f"<footer>{flat(report.document.path)}  sha256 {flat(report.document.sha256)}</footer>\n</section>\n"
    yield from _steps(lang)
    yield "</article>\n"


def _head(report: Report, several: bool, lang: str) -> Iterator[str]:
    form = report.forms[0] if report.forms else None
    title = _who(report)
    facts = [form.title if form else "", report.document.path, layout(report, lang)]
    facts.append(pick(lang, f"{len(report.claims)} 个数字", f"{len(report.claims)} figures"))
    if len(report.forms) > 1:
        facts.append(pick(lang, f"{len(report.forms)} 张表", f"{len(report.forms)} forms"))
    shown = "".join(f"<span>{flat(fact)}</span>" for fact in facts if fact and fact != title)
    up = f'<a class="up" href="#all">{pick(lang, "总览", "Overview")}</a>' if several else ""
    yield f'<header class="top">{up}<h1>{flat(title)}</h1><p class="facts">{shown}</p></header>\n'


def _tools(report: Report, lang: str) -> Iterator[str]:
    """Counts that filter, a search, two choices. The script that makes them work shows them."""
    items: list[Finding | Pass] = [*report.findings, *report.passes]
    families = {item.rule.family for item in items}
    sections = {side.span.section for item in items for side in item.evidence}
    sections |= {item.span.section for item in report.unchecked}
    find = pick(lang, "搜索文字、数字、规则", "Search words, figures, rules")
    yield f'<div class="tools" role="search" aria-label="{pick(lang, "筛选", "Filter")}">\n<div class="chips">'
    for level, count in _tally(report).items():
        if level not in ("held", "unchecked"):
            yield f'<button type="button" class="chip {level}" data-level="{level}" aria-pressed="false">'
            yield f"<b>{count}</b> {name(LEVEL, level, lang)}</button>"
    if not report.findings:
        nothing = ("未发现问题", "No findings") if report.passes else ("没有可以互相核对的数字", "Nothing to check")
        yield f'<span class="clean">{pick(lang, *nothing)}</span>'
    yield f'</div>\n<input type="search" class="find" placeholder="{find}  /" aria-label="{find}">\n'
    for key, every, options in (
        ("family", ("全部类别", "All families"), {f: name(FAMILY, f, lang) for f in FAMILY if f in families}),
        ("section", ("全部部分", "All sections"), {s: name(SECTION, s, lang) for s in SECTIONS if s in sections}),
    ):
        label = pick(lang, *every)
        yield f'<select class="{key}" aria-label="{label}"><option value="">{label}</option>'
        yield "".join(f'<option value="{value}">{text}</option>' for value, text in options.items()) + "</select>\n"
    yield "</div>\n"


def _tabs(report: Report, number: int, lang: str) -> Iterator[str]:
    rules = {item.rule.code for item in report.findings} | {item.rule.code for item in report.passes}
    yield f'<div class="tabs" role="tablist" aria-label="{pick(lang, "清单", "Lists")}">'
    for key, label, count in (
        ("found", pick(lang, "问题", "Findings"), len(report.findings)),
        ("held", pick(lang, "相符", "Held"), len(report.passes)),
        ("open", pick(lang, "未核对", "Not checked"), len(report.unchecked)),
        ("rules", pick(lang, "规则", "Rules"), len(rules)),
    ):
        yield f'<button type="button" role="tab" id="{key}{number}-tab" aria-controls="{key}{number}" '
        yield f'aria-selected="false" tabindex="-1">{label} <span>{count}</span></button>'
    yield '</div>\n<p class="status" role="status"></p>\n'
    yield f'<p class="none" hidden>{pick(lang, "没有符合条件的条目。", "Nothing matches.")} '
    yield f'<button type="button" class="clear">{pick(lang, "清除筛选", "Clear the filters")}</button></p>\n'


def _panel(key: str, title: str, items: Iterable[str], lang: str) -> Iterator[str]:
    yield f'<section class="panel {key.rstrip("0123456789")}" id="{key}" role="tabpanel" aria-labelledby="{key}-tab">\n'
    yield f'<h2 class="apart">{title}</h2>\n'
    listed = "".join(items)
    yield listed or f'<p class="empty">{pick(lang, "无", "None")}</p>\n'
    yield "</section>\n"


def _steps(lang: str) -> Iterator[str]:
    """On a phone: back to the finding, and through its places."""
    less, more = pick(lang, "上一处", "Previous place"), pick(lang, "下一处", "Next place")
    yield '<nav class="steps" hidden>'
    yield f'<button type="button" class="back">{pick(lang, "返回清单", "Back to the list")}</button>'
    yield f'<button type="button" class="less" aria-label="{less}">‹</button><output></output>'
    yield f'<button type="button" class="more" aria-label="{more}">›</button></nav>\n'
