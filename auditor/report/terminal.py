"""The report on a screen: what is wrong, with every side of it; what held; what was not checked.

No boxes and no rules: white space carries the structure, so that a terminal that draws ambiguous characters wide, a
pipe and a GBK console show the same page. The text of the form reaches rich only as `Text`, never as markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from rich.console import Console, ConsoleOptions
from rich.text import Text

from auditor.model import SEVERITIES, Evidence, Finding, Pass, Report, Severity, Unchecked
from auditor.report import PLAIN, View
from auditor.report.lines import QUIET, block, flow, printed, title, wrap
from auditor.report.quote import Quote, cells, inert, window
from auditor.report.words import (
    FAMILY,
    ROLE,
    SECTION,
    SEVERITY,
    figure,
    layout,
    name,
    pick,
    reason,
    settled,
    where,
)  # fmt: skip

STYLE: dict[Severity, str] = {"major": "bold red", "moderate": "bold yellow", "minor": "bold cyan", "info": "bold blue"}
WIDEST = 120  # a line longer than this is hard to follow, however wide the screen is
PASSES = 60  # lines of what held, before --all is needed
EXAMPLES = 6  # of the numbers that were not checked, for each reason


def render(reports: Sequence[Report], view: View = PLAIN) -> str:
    """The pages of the reports, one after the other, as text (with ANSI colours if view.color)."""
    return "".join(printed(page(report, view), view) for report in reports)


class Screen:
    """A report as rich prints it: `rich.print(report)`, and in a notebook."""

    def __init__(self, report: Report, view: View = PLAIN) -> None:
        self.report, self.view = report, view

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        colour = console.color_system is not None and not console.no_color
        yield from page(self.report, replace(self.view, width=options.max_width, color=colour))


def page(report: Report, view: View) -> Iterator[Text]:
    """The lines of one report."""
    width = min(view.width, WIDEST)
    yield from _head(report, view, width)
    open_findings = [f for f in report.findings if not f.suppressed]
    for finding in sorted(open_findings, key=lambda f: SEVERITIES.index(f.severity)):
        yield Text()
        yield from _finding(finding, view, width)
    yield from _waived(report, view, width)
    yield from _held(report.passes, view, width)
    yield from _unchecked(report.unchecked, view, width)
    yield from _refused(report.refused, view, width)
    for note in report.notes:
        yield Text()
        yield from block(Text(inert(note), "yellow"), width, title(pick(view.lang, "未能读取", "Not read")))
    yield from _foot(open_findings, view, width)


# --- the head -----------------------------------------------------------------------------------------------------


def _head(report: Report, view: View, width: int) -> Iterator[Text]:
    lang = view.lang
    form = report.forms[0] if report.forms else None
    path, name_of = inert(report.document.path), inert(form.title) if form else ""
    who = [inert(form.department)] if form and form.department else []
    if form and form.year:
        who.append(pick(lang, f"{form.year}年度", str(form.year)))
    if not who:
        who, name_of = [name_of or path], ""
    yield from flow([Text().append(text, "bold") for text in who], width, gap=2)
    if name_of:
        yield from wrap(Text(name_of), width)
    facts = [path] if who != [path] else []
    facts += [layout(report, lang), pick(lang, f"{len(report.claims)}个数字", f"{len(report.claims)} figures")]
    if len(report.forms) > 1:
        facts.append(pick(lang, f"{len(report.forms)}张表", f"{len(report.forms)} forms"))
    yield from flow([Text().append(text, QUIET) for text in facts], width)
    yield Text()
    yield from flow(_counts(report, lang), width)


def _counts(report: Report, lang: str) -> list[Text]:
    def item(zh: str, en: str, style: str) -> Text:
        return Text().append(pick(lang, zh, en), style)

    counts = [_count(report.count(severity), severity, lang) for severity in SEVERITIES if report.count(severity)]
    if not counts:
        if report.passes:
            counts.append(item("未发现问题", "No findings", "bold green"))
        else:
            counts.append(item("没有可以互相核对的数字", "Nothing here could be checked", "bold yellow"))
    if held := len(report.passes):
        counts.append(item(f"{held} 相符", f"{held} held", "green"))
    if settled := sum(bool(finding.suppressed) for finding in report.findings):
        counts.append(item(f"{settled} 已处理", f"{settled} settled", QUIET))
    if missing := len(report.unchecked):
        counts.append(item(f"{missing} 未核对", f"{missing} not checked", QUIET))
    return counts


def _count(number: int, severity: Severity, lang: str) -> Text:
    return Text().append(f"{number} {name(SEVERITY, severity, lang)}", STYLE[severity])


# --- a finding ----------------------------------------------------------------------------------------------------


def _finding(finding: Finding, view: View, width: int) -> Iterator[Text]:
    style = STYLE[finding.severity]
    label = Text().append(name(SEVERITY, finding.severity, view.lang), style)
    indent = 6 if view.lang == "zh" else 10
    yield from block(Text().append(inert(finding.message(view.lang)), "bold"), width, label, indent)
    rule = Text(finding.rule.code).append(f" {finding.rule.name}  {finding.fingerprint}", QUIET)
    yield from block(rule, width, indent=indent)
    yield from _sides(finding.evidence, view, width, indent + 2, style)
    if finding.arithmetic:
        label = Text(" " * (indent + 2)).append(pick(view.lang, "核算", "check"), QUIET)
        yield from block(Text(inert(finding.arithmetic)), width, label)


def _sides(sides: Sequence[Evidence], view: View, width: int, indent: int, style: str) -> Iterator[Text]:
    """The sides under each other: figures aligned at the point, then the place, then the quote."""
    figures = [_split(side) for side in sides]
    whole, part, unit = (max((cells(figure[i]) for figure in figures), default=0) for i in range(3))
    if whole + part + unit > 24:  # figures like that make no column: they stand in the quotes anyway
        figures, whole, part, unit = [("", "", "")] * len(sides), 0, 0, 0
    inset = indent + whole + part + (unit + 1 if unit else 0)
    inset += 2 if inset > indent else 0
    for side, (one, two, three) in zip(sides, figures, strict=True):
        head = Text(" " * indent).append(" " * (whole - cells(one)) + one + two + " " * (part - cells(two)), style)
        head.append(" " + three if three else "")
        quote = window(side, max(width - inset - 4, 16))
        label = "" if _squeeze(side.label) in _squeeze(quote.plain) else inert(side.label)
        for line in _place(side, label, view.lang, width - inset):
            yield from block(line, width, head, inset)
            head = Text()
        if side.value is None or quote.plain not in (side.value, figure(side)):
            yield from _quote(quote, side, view, width, inset, style)


def _split(side: Evidence) -> tuple[str, str, str]:
    """12.5万元 → ("12", ".5", "万元"), so that points can stand under each other."""
    if side.value is None:
        return "", "", ""
    whole, point, part = inert(side.value).partition(".")
    return whole, point + part, inert(side.unit or "")


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _place(side: Evidence, label: str, lang: str, width: int) -> list[Text]:
    """Where a side stands, and whose figure it is unless the quote says so: on one line if that fits."""
    line = Text()
    place = where(side.span.place, lang)
    line.append(name(SECTION, side.span.section, lang), QUIET)
    if place:
        line.append((", " if lang == "en" else " ") + inert(place), QUIET)
    if side.role in ("target", "plan"):
        line.append("  " + name(ROLE, side.role, lang), QUIET)
    if label and cells(line.plain) + 2 + cells(label) > width:
        return [line, Text(label)]
    return [line.append("  " + label if label else "")]


def _quote(quote: Quote, side: Evidence, view: View, width: int, indent: int, style: str) -> Iterator[Text]:
    """The window with the figure in colour; carets under it where there is no colour and it would not be seen."""
    if not quote.plain:
        yield Text(" " * indent).append(pick(view.lang, "（空白）", "(blank)"), style)
        return
    dots = _dots(view)
    line = Text().append(dots if quote.left else "", QUIET)
    line.append(inert(quote.before).lstrip()).append(inert(quote.lead))
    begin = len(line)
    line.append(inert(quote.figure), f"{style} underline")
    stop = len(line)
    around = inert(quote.tail) + inert(quote.after).rstrip()
    line.append(around).append(dots if quote.right else "", QUIET)
    other = line.plain[:begin] + around
    carets = not view.color and (any(char.isdigit() for char in other) or (side.value is None and bool(other)))
    at = 0
    for part in wrap(line, width - indent):
        yield Text(" " * indent).append_text(part)
        low, high = max(begin, at), min(stop, at + len(part))
        if carets and low < high:
            before = cells(part.plain[: low - at])
            yield Text(" " * (indent + before) + "^" * cells(part.plain[low - at : high - at]))
        at += len(part)


# --- what was settled, what held, what was not checked ------------------------------------------------------------


def _waived(report: Report, view: View, width: int) -> Iterator[Text]:
    lang = view.lang
    shown = [f for f in report.findings if f.suppressed and (view.everything or f.suppressed != "baseline")]
    hidden = sum(bool(f.suppressed) for f in report.findings) - len(shown)
    if not shown and not hidden:
        return
    yield Text()
    yield title(pick(lang, "已处理", "Settled"), len(shown) + hidden)
    for finding in shown:
        line = Text(f"{finding.rule.code}  ").append(inert(finding.message(lang)))
        yield from block(line, width, indent=2)
        yield from block(Text(inert(settled(finding, lang)), QUIET), width, indent=4)
    if hidden:
        more = pick(lang, f"另有 {hidden} 项在基线中，--all 列出", f"{hidden} more in the baseline; --all lists them")
        yield from block(Text(more, QUIET), width, indent=2)


def _held(passes: Sequence[Pass], view: View, width: int) -> Iterator[Text]:
    lang = view.lang
    if not passes:
        return
    yield Text()
    yield title(pick(lang, "核对相符", "Checked and held"), len(passes), "bold green")
    room = len(passes) if view.everything or len(passes) <= PASSES + 10 else PASSES
    order = {family: number for number, family in enumerate(FAMILY)}
    shown = sorted(passes, key=lambda held: order.get(held.rule.family, len(order)))[:room]
    for family, group in groupby(shown, key=lambda p: p.rule.family):
        yield from block(Text(name(FAMILY, family, lang), QUIET), width, indent=2)
        for held in group:
            line = Text(inert(held.message(lang))).append("  ")
            line.append(_places(held.evidence, view), QUIET)
            yield from block(line, width, indent=4, hang=2)
    if room < len(passes):
        rest = len(passes) - room
        more = pick(lang, f"另有 {rest} 项相符，--all 全部列出", f"{rest} more held; --all lists them")
        yield from block(Text(more, QUIET), width, indent=2)


def _places(sides: Sequence[Evidence], view: View) -> str:
    """第9、14、22行: the places of one check, each once; how many there are, where not all are named."""
    lang = view.lang
    lines = {side.span.place.line for side in sides}
    if None not in lines:
        listed = [str(line) for line in sorted(line for line in lines if line is not None)]
        return pick(lang, f"第{_some(listed, view)}行", f"line {_some(listed, view)}")
    return inert(_some(list(dict.fromkeys(where(side.span.place, lang) for side in sides)), view))


def _some(items: Sequence[str], view: View, most: int = 6) -> str:
    listed = pick(view.lang, "、", ", ").join(items[:most])
    if len(items) <= most:
        return listed
    return listed + pick(view.lang, f"等{len(items)}", f", {_dots(view)} ({len(items)})")


def _unchecked(items: Sequence[Unchecked], view: View, width: int) -> Iterator[Text]:
    lang = view.lang
    if not items:
        return
    yield Text()
    yield title(pick(lang, "未核对", "Not checked"), len(items))
    groups: dict[str, list[Unchecked]] = {}
    for item in items:
        groups.setdefault(item.reason, []).append(item)
    digits = max(len(str(len(group))) for group in groups.values())
    for key, group in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        line = Text(inert(reason(key, lang)))
        yield from block(line, width, Text(f"  {len(group):>{digits}}  "), digits + 4)
        examples = Text()
        for item in group if view.everything else group[:EXAMPLES]:
            examples.append("   " if examples else "")
            examples.append(inert(where(item.span.place, lang, brief=True)) + " " + _short(item, view), QUIET)
        if not view.everything and len(group) > EXAMPLES:
            examples.append("   " + _dots(view), QUIET)
        yield from block(examples, width, indent=digits + 4)


def _refused(items: Sequence[Unchecked], view: View, width: int) -> Iterator[Text]:
    """One line for the numbers that count nothing, by reason."""
    if not items:
        return
    counts = Counter(item.reason for item in items)
    told = pick(view.lang, "；", "; ").join(f"{reason(key, view.lang)} {n}" for key, n in counts.most_common())
    head = pick(view.lang, f"另有 {len(items)} 个数字不是数量：", f"{len(items)} more numbers count nothing: ")
    yield Text()
    yield from block(Text(inert(head + told), QUIET), width)


def _short(item: Unchecked, view: View, room: int = 24) -> str:
    text = inert(item.span.quote[: room + 1]).strip()
    return text if len(text) <= room else text[: room - 1] + _dots(view)


def _dots(view: View) -> str:
    return "..." if view.ascii else "…"


def _foot(findings: Iterable[Finding], view: View, width: int) -> Iterator[Text]:
    codes = list(dict.fromkeys(finding.rule.code for finding in findings))
    if codes:
        yield Text()
        line = Text().append(pick(view.lang, "规则的依据与示例：", "What a rule means, with examples: "), QUIET)
        yield from wrap(line.append(f"audit rule {codes[0]}"), width)
    yield Text()


def total(done: int, failed: int, findings: Mapping[str, int], view: View) -> str:
    """The last line over several files: how many, what was found, how many could not be audited."""
    items = [Text().append(pick(view.lang, f"共 {done} 份", f"{done} files"), "bold")]
    items += [_count(findings[severity], severity, view.lang) for severity in SEVERITIES if findings.get(severity)]
    if failed:
        items.append(Text().append(pick(view.lang, f"{failed} 份未能审计", f"{failed} not audited"), "bold red"))
    return printed(flow(items, min(view.width, WIDEST)), view)
