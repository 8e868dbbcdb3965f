"""Report → an Excel workbook to work in: the findings with room for a verdict, and everything else that is known.

`audit waive` reads the verdicts back (auditor.report.review).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from auditor.model import SEVERITIES, Claim, Evidence, Finding, Pass, Report, Rule, Unchecked
from auditor.report import PLAIN, View
from auditor.report.book import Book, Column, Rich, Styled, Value
from auditor.report.quote import inert, window
from auditor.report.review import CODE, FINDINGS, FINGERPRINT, MESSAGE, REMARK, REVIEWER, VERDICT, VERDICTS
from auditor.report.words import FAMILY, ROLE, SECTION, SEVERITY, layout, name, pick, reason, settled, side, where

Row = tuple[Value, ...]
LINE = 48  # cells of a quote that stands on one line of its column

_FILE = Column("文件", "File", 10, 32)
_SECTION = Column("部分", "Section", 8, 13)
_PLACE = Column("位置", "Place", 12, 26)
_QUOTE = Column("原文", "Quote", 50, 54)
_SUM = Column("核算", "Arithmetic", 12, 24)
_FINDINGS = (
    Column("级别", "Severity", 7, 10), CODE, MESSAGE, _QUOTE, _SUM, VERDICTS, REMARK, REVIEWER, _SECTION, _PLACE,
    Column("规则", "Name", 16, 28), Column("为什么", "Why", 46, 46), FINGERPRINT,
)  # fmt: skip
_SETTLED = Column("已处理", "Settled", 14, 30)
_CLAIMS = (
    Column("事项", "Measure", 16, 36), Column("限定", "Qualifier", 8, 20), Column("性质", "Role", 7, 8),
    Column("符号", "Sign", 7, 7), Column("数值", "Value", 10, 18), Column("下限", "Low", 10, 18),
    Column("上限", "High", 10, 18), Column("单位", "Unit", 8, 14), Column("时期", "Period", 8, 14),
    _SECTION, _PLACE, _QUOTE,
)  # fmt: skip
_HELD = (Column("类别", "Family", 10, 13), CODE, Column("核对", "Check", 30, 56), _SUM, _SECTION, _PLACE, _QUOTE)
_UNCHECKED = (Column("原因", "Reason", 24, 50), _SECTION, _PLACE, _QUOTE)


def render(reports: Sequence[Report], view: View = PLAIN) -> bytes:
    """The workbook. Several reports share its sheets, which then begin with a column that names the file.

    Errors: AuditError when a sheet would have more rows than Excel has.
    """
    lang = view.lang
    book = Book(lang, pick(lang, "绩效自评勾稽审核", "Cross-checks of self-evaluations"))
    lead = (_FILE,) if len(reports) > 1 else ()

    def rows(of: Callable[[Report], Iterable[Row]]) -> list[Row]:
        return [(r.document.path, *row) if lead else row for r in reports for row in of(r)]

    _findings(book, lead, rows, any(f.suppressed for r in reports for f in r.findings))
    book.table(pick(lang, "数据", "Claims"), lead + _CLAIMS, rows(lambda r: (_claim(c, lang) for c in r.claims)))
    held = rows(lambda r: (_held(p, lang) for p in _by_family(r.passes)))
    book.table(pick(lang, "相符", "Held"), lead + _HELD, held)
    left = rows(lambda r: (_unchecked(u, lang) for u in r.unchecked))
    book.table(pick(lang, "未核对", "Not checked"), lead + _UNCHECKED, left)
    aside = rows(lambda r: (_unchecked(u, lang) for u in r.refused))
    book.table(pick(lang, "不是数量", "Counts nothing"), lead + _UNCHECKED, aside)
    _summary(book, reports)
    return book.finish()


# --- the findings -------------------------------------------------------------------------------------------------


def _findings(
    book: Book, lead: tuple[Column, ...], rows: Callable[[Callable[[Report], Iterable[Row]]], list[Row]], past: bool
) -> None:
    """The sheet of findings, its verdicts to be chosen from a list and coloured by what was chosen."""
    lang = book.lang
    columns = lead + _FINDINGS + ((_SETTLED,) if past else ())
    found = rows(lambda r: (_finding(f, lang, past) for f in _by_severity(r.findings)))
    sheet = book.table(FINDINGS[lang == "en"], columns, found, fixed=len(lead) + 2)
    if not found:
        return
    at, last = columns.index(VERDICTS), len(found)
    sheet.print_area(0, 0, last, columns.index(REVIEWER))
    choices = [name(VERDICT, key, lang) for key in VERDICT]
    sheet.data_validation(1, at, last, at, {
        "validate": "list", "source": choices, "error_title": VERDICTS.head(lang), "error_message": " / ".join(choices),
    })  # fmt: skip
    for key in ("confirmed", "corrected"):
        chosen = {"type": "cell", "criteria": "==", "value": f'"{name(VERDICT, key, lang)}"', "format": book.style(key)}
        sheet.conditional_format(1, at, last, at, chosen)
    dismissed = f'=${chr(65 + at)}2="{name(VERDICT, "false_alarm", lang)}"'
    grey = {"type": "formula", "criteria": dismissed, "format": book.style("dismissed")}
    sheet.conditional_format(1, 0, last, len(columns) - 1, grey)


def _by_severity(findings: Sequence[Finding]) -> list[Finding]:
    """Those that count first, the severe before the light, each as in the form."""
    return sorted(findings, key=lambda f: (bool(f.suppressed), SEVERITIES.index(f.severity)))


def _finding(finding: Finding, lang: str, past: bool) -> Row:
    rule, sides = finding.rule, finding.evidence
    row: Row = (
        Styled(name(SEVERITY, finding.severity, lang), finding.severity), rule.code,
        Styled(finding.message(lang), "strong"), _quotes(sides, lang), finding.arithmetic,
        Styled("" if finding.suppressed else name(VERDICT, "open", lang), "entry"), Styled("", "entry"),
        Styled("", "entry"), _section(sides, lang), _places(sides, lang), rule.name, rule.reason(lang),
        Styled(finding.fingerprint, "quiet"),
    )  # fmt: skip
    return (*row, settled(finding, lang)) if past else row


def _section(sides: Sequence[Evidence], lang: str) -> str:
    """The first side's: a column to filter by."""
    return name(SECTION, sides[0].span.section, lang) if sides else ""


def _places(sides: Sequence[Evidence], lang: str) -> str:
    return "\n".join(dict.fromkeys(where(one.span.place, lang) for one in sides))


def _quotes(sides: Sequence[Evidence], lang: str, room: int = 2 * LINE) -> Rich:
    """Every side: where it stands and whose figure it is, and under that the quote with its figure in red."""
    parts: list[tuple[str, str]] = []
    for number, one in enumerate(sides):
        quote = _quote(one, lang, room)
        role = name(ROLE, one.role, lang) if one.role in ("target", "plan") else ""
        label = "" if _squeeze(one.label) in _squeeze("".join(text for _, text in quote)) else one.label
        head = "  ".join(inert(part) for part in (side(one, lang), role, label) if part)
        parts += [("aside", "\n" * (number > 0) + head + "\n"), *quote]
    return tuple(parts)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _quote(one: Evidence, lang: str, room: int = LINE) -> Rich:
    quote = window(one, room)
    if not quote:
        return (("figure", pick(lang, "（空白）", "(blank)")),)
    before = ("…" if quote.left else "") + inert(quote.before).lstrip() + inert(quote.lead)
    after = inert(quote.tail) + inert(quote.after).rstrip() + ("…" if quote.right else "")
    return (("", before), ("figure", inert(quote.figure)), ("", after))


# --- the ledger ---------------------------------------------------------------------------------------------------


def _claim(claim: Claim, lang: str) -> Row:
    quantity = claim.quantity
    begin, stop = claim.span.begin, claim.span.stop
    figure = claim.span.text.raw[quantity.figure_start : quantity.figure_end]
    one = Evidence(claim.span, claim.role, value=figure if begin <= quantity.figure_start < stop else None)
    return (
        claim.measure, claim.qualifier, name(ROLE, claim.role, lang), quantity.comparator, quantity.value,
        quantity.low, quantity.high, quantity.unit, claim.period, name(SECTION, claim.section, lang),
        where(claim.span.place, lang), _quote(one, lang),
    )  # fmt: skip


def _by_family(passes: Sequence[Pass]) -> list[Pass]:
    order = {family: number for number, family in enumerate(FAMILY)}
    return sorted(passes, key=lambda held: order.get(held.rule.family, len(order)))


def _held(held: Pass, lang: str) -> Row:
    """Places and quotes line up: both have a line a side."""
    sides = held.evidence
    quotes: list[tuple[str, str]] = []
    for number, one in enumerate(sides):
        quotes += [("", "\n" * (number > 0)), *_quote(one, lang)]
    return (
        name(FAMILY, held.rule.family, lang), held.rule.code, held.message(lang), held.arithmetic,
        _section(sides, lang), "\n".join(where(one.span.place, lang) for one in sides), tuple(quotes),
    )  # fmt: skip


def _unchecked(item: Unchecked, lang: str) -> Row:
    span = item.span
    quote = _quote(Evidence(span, "result"), lang)
    return reason(item.reason, lang), name(SECTION, span.section, lang), where(span.place, lang), quote


# --- the summary --------------------------------------------------------------------------------------------------


def _summary(book: Book, reports: Sequence[Report]) -> None:
    """What came of every file, what every rule found, and how to work with the workbook."""
    lang = book.lang
    sheet = book.sheet(pick(lang, "汇总", "Summary"))
    head = pick(lang, "绩效自评勾稽审核", "Cross-checks of self-evaluations")
    book.put(sheet, 0, 0, head, "title")
    sheet.set_row(0, 24)
    steps = pick(
        lang,
        "复核：在“问题”表选择结论；误报请写备注和复核人。保存后运行 audit waive 本文件 -o 豁免.toml，误报即转为豁免。",
        "Review: choose a verdict in Findings; a false alarm needs a remark and a reviewer. "
        "Then audit waive THIS.xlsx -o waivers.toml turns false alarms into waivers.",
    )
    book.put(sheet, 1, 0, steps, "note")
    widths = [column.most for column in _FILES]
    top = book.rows(sheet, 3, _FILES, [*map(_line(lang), reports), *_total(reports, lang)], widths)
    counts = Counter(f.rule.code for r in reports for f in r.findings if not f.suppressed)
    rules = {f.rule.code: f.rule for r in reports for f in r.findings}
    if counts:
        listed = [_rule(rules[code], counts[code], lang) for code in _in_order(counts)]
        book.rows(sheet, top + 1, _RULES, listed, widths)


_FILES = (
    Column("文件", "File", 0, 34), Column("部门", "Department", 0, 28), Column("年度", "Year", 0, 10),
    Column("版式", "Layout", 0, 24), *(Column(zh, en.capitalize(), 0, 10) for zh, en in SEVERITY.values()),
    Column("已处理", "Settled", 0, 10), Column("相符", "Held", 0, 10), Column("未核对", "Not checked", 0, 12),
    Column("数据", "Claims", 0, 10), Column("未能读取", "Not read", 0, 44),
)  # fmt: skip
_RULES = (
    Column("规则", "Name", 0, 34), Column("类别", "Family", 0, 28), Column("级别", "Severity", 0, 10), CODE,
    Column("问题数", "Findings", 0, 10),
)  # fmt: skip


def _numbers(report: Report) -> list[int]:
    past = sum(bool(f.suppressed) for f in report.findings)
    rest = [past, len(report.passes), len(report.unchecked), len(report.claims)]
    return [*(report.count(severity) for severity in SEVERITIES), *rest]


def _line(lang: str) -> Callable[[Report], Row]:
    def line(report: Report) -> Row:
        form = report.forms[0] if report.forms else None
        return (
            report.document.path, form.department or form.title if form else "", str(form.year or "") if form else "",
            layout(report, lang), *_numbers(report), "\n".join(report.notes),
        )  # fmt: skip

    return line


def _total(reports: Sequence[Report], lang: str) -> Iterator[Row]:
    if len(reports) > 1:
        sums = (sum(column) for column in zip(*map(_numbers, reports), strict=True))
        yield (Styled(pick(lang, "合计", "Total"), "strong"), "", None, "", *sums, "")


def _in_order(counts: Counter[str]) -> list[str]:
    """Rules by family in the order of the work, the frequent first."""
    families = {family: number for number, family in enumerate(FAMILY)}
    return sorted(counts, key=lambda code: (families.get(code[:3], len(families)), -counts[code], code))


def _rule(rule: Rule, count: int, lang: str) -> Row:
    severity = Styled(name(SEVERITY, rule.severity, lang), rule.severity)
    return rule.name, name(FAMILY, rule.family, lang), severity, rule.code, count
