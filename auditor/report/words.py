"""What the outputs call things, in Chinese and English: severities, sections, roles, places."""

from __future__ import annotations

from auditor.model import Evidence, Finding, Place, Report
from auditor.read.formats import column_letters
from auditor.rules import words

Names = dict[str, tuple[str, str]]  # key -> (zh, en)

SEVERITY: Names = {
    "major": ("重要", "major"),
    "moderate": ("一般", "moderate"),
    "minor": ("轻微", "minor"),
    "info": ("提示", "info"),
}
SECTION: Names = {
    "header": ("表头", "header"),
    "budget": ("资金情况", "funds"),
    "goal_narrative": ("总体目标", "goals"),
    "result_narrative": ("总体完成情况", "results"),
    "indicators": ("绩效指标", "indicators"),
    "tasks": ("主要任务", "tasks"),
    "issues": ("存在问题", "issues"),
    "improvements": ("改进措施", "improvements"),
    "prose": ("正文", "text"),
}
ROLE: Names = {
    "budget": ("资金", "funds"),
    "target": ("目标", "target"),
    "result": ("实际", "result"),
    "plan": ("计划", "plan"),
}
FAMILY: Names = {
    "AGR": ("前后一致", "agreement"),
    "SUM": ("合计勾稽", "totals"),
    "RAT": ("比率计算", "rates"),
    "TGT": ("目标完成", "targets"),
    "SCO": ("评分", "scores"),
    "OMI": ("漏报", "omissions"),
    "TXT": ("文字与填报", "wording"),
    "PLA": ("合理性", "plausibility"),
    "CRS": ("跨报告", "across reports"),
    "RUN": ("未能审计", "not audited"),
}


def name(names: Names, key: str, lang: str) -> str:
    """The name of a key; a key without a name is its own."""
    zh, en = names.get(key, (key, key))
    return en if lang == "en" else zh


def pick(lang: str, zh: str, en: str) -> str:
    """The one of two texts that is in the language asked for: "en", else Chinese."""
    return en if lang == "en" else zh


def cell_name(place: Place) -> str:
    """B7 of a sheet; "" where the place is no cell."""
    if place.row is None or place.column is None:
        return ""
    return f"{column_letters(place.column)}{place.row + 1}"


def where(place: Place, lang: str = "zh", *, brief: bool = False) -> str:
    """A place as people say it: 第15行第4格 (line 15, cell 4), 自评表!D5, 第2页表1第3行第2列 (page 2, table 1, R3C2),
    第4段 (paragraph 4). brief leaves out the cell of a line. "" when nothing is known."""
    en = lang == "en"
    if place.sheet is not None:
        return f"{place.sheet}!{cell_name(place)}".rstrip("!")
    parts: list[str] = []
    if place.page is not None:
        parts.append(f"page {place.page}" if en else f"第{place.page}页")
    if place.line is not None:
        parts.append(f"line {place.line}" if en else f"第{place.line}行")
        if place.column is not None and not brief:
            parts.append(f"cell {place.column + 1}" if en else f"第{place.column + 1}格")
    elif place.row is not None:
        if place.table is not None:
            parts.append(f"table {place.table + 1}" if en else f"表{place.table + 1}")
        column = None if place.column is None else place.column + 1
        if en:
            parts.append(f"row {place.row + 1}" if column is None else f"R{place.row + 1}C{column}")
        else:
            parts.append(f"第{place.row + 1}行" + ("" if column is None else f"第{column}列"))
    elif place.paragraph is not None:
        parts.append(f"paragraph {place.paragraph + 1}" if en else f"第{place.paragraph + 1}段")
    return (", " if en else "").join(parts)


def mark(place: Place) -> str:
    """A place for one-line outputs, after the path: 15 · Sheet1!D5 · p2 · table1!R3C2 · para4 · "" if unknown."""
    if place.line is not None:
        return str(place.line)
    if place.sheet is not None:
        return f"{place.sheet}!{cell_name(place)}".rstrip("!")
    if place.page is not None:
        return f"p{place.page}"
    if place.row is not None:
        cell = f"R{place.row + 1}" + (f"C{place.column + 1}" if place.column is not None else "")
        return cell if place.table is None else f"table{place.table + 1}!{cell}"
    return "" if place.paragraph is None else f"para{place.paragraph + 1}"


def reason(key: str, lang: str = "zh") -> str:
    """Why a number was not checked, in words (rules/words.toml, [reasons])."""
    entry = words().get("reasons", {}).get(key)
    if isinstance(entry, dict):
        return str(entry.get(lang) or entry.get("zh") or key)
    return str(entry) if entry else key


def side(evidence: Evidence, lang: str = "zh") -> str:
    """Section and place of one side: 绩效指标 第27行第4格."""
    parts = (name(SECTION, evidence.span.section, lang), where(evidence.span.place, lang))
    return (", " if lang == "en" else " ").join(part for part in parts if part)


def figure(evidence: Evidence) -> str:
    """The figure of one side with its unit, as short as it can be said: 18.5个, 99.6%; "" when it has none."""
    if evidence.value is None:
        return ""
    return evidence.value + (evidence.unit or "")


def settled(finding: Finding, lang: str = "zh") -> str:
    """Why a finding does not count; "" when it does. See auditor.memory."""
    if not finding.suppressed:
        return ""
    if finding.suppressed == "baseline":
        return pick(lang, "已在基线中", "in the baseline")
    return pick(lang, "已豁免：", "waived: ") + finding.suppressed.removeprefix("waived: ")


def layout(report: Report, lang: str = "zh") -> str:
    """The layout as people call it (rules/layouts.toml), or its key."""
    key = report.forms[0].layout if report.forms else "unknown"
    return pick(lang, "未识别的版式", "layout not recognised") if key == "unknown" else key
