"""Reports built by hand: what the outputs are tested on, independent of the stages that would find it.

`report()` is a text form of a digital archive; `report("docx")`, `("xlsx")`, `("pdf")` is the same with the places of
such a file. `clean()` has nothing to say, `hostile()` is a form that attacks its reader.
"""


from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from hashlib import sha256

from auditor.model import (
    Cell,
    Claim,
    Comparator,
    Document,
    Evidence,
    Field,
    Finding,
    Form,
    Pass,
    Piece,
    Place,
    Quantity,
    Report,
    Role,
    Rule,
    Section,
    Severity,
    Span,
    Table,
    Text,
    Unchecked,
)  # fmt: skip

LONG = (
    "一、馆藏数字化方面，全年完成民生档案数字化扫描，按照先急后缓、先易后难的次序推进，档案目录著录、图像处理、质检验收各环节"
    "均建立台账并由专人复核。" + "各科室按月对账，问题清单逐条销号，验收意见随卷归档。" * 16 + "二、2023年全馆共对接共建单位18.5家，其中"
    "街道和社区单位参与度明显提高；全年接待查档2186人次，群众满意率98.0%；举办档案宣传活动14场，发放宣传册3200份；"
    + "讲解队伍轮训、窗口延时服务、异地查档协同等措施均已落地。" * 16
    + "三、安全保管方面，库房温湿度全年达标，更换灭火器具36具，约1.2万m²库房完成消防复检，未发生安全责任事故。"
)
SOURCE = f"""青禾区部门整体支出绩效自评表
（2023年度）
单位：万元
部门名称\t青禾区数字档案馆
部门资金情况\t全年预算数\t1486.20\t年初预算数\t1500.00
\t实际支出数\t1429.73\t年度调整额\t13.80
\t预算完成率\t97.2%\t预算调整率\t0.9%
年度总体目标\t年度总体目标\t\t总体目标完成情况
\t完成民生档案数字化，提升查档服务水平，守住档案安全底线。\t\t{LONG}
\t关键指标\t预期实现值\t指标完成情况
\t查档接待量\t不少于2000人次\t全年接待查档2168人次
\t共建单位数\t共建单位12家\t2023年共对接共建单位14.5家
\t基层档案室共建\t基层档案室3家\t2023年共对接基层档案室4家
\t档案宣传活动\t举办3场\t举办档案宣传活动14场
\t服务对象满意度\t95%以上\t
\t消防器具更换\t更换36具\t更换灭火器具36具
\t数字化培训\t组织培训2次\t计划组织数字化培训2次
主要任务\t预期目标\t目标完成情况\t任务资金
民生档案数字化\t扫描80万页\t完成民生档案扫描80万页，并按规范完成著录与挂接，其中婚姻档案、土地承包档\t412.60
存在问题\t无
"""
LINES = SOURCE.split("\n")
STARTS = [0]
for _line in LINES:
    STARTS.append(STARTS[-1] + len(_line) + 1)


@cache
def cell(line: int, column: int = 0, kind: str = "text") -> Text:
    """The text of a cell of SOURCE (1-based line, 0-based cell), standing in a file of `kind`."""
    cells = LINES[line - 1].split("\t")
    start = STARTS[line - 1] + sum(len(c) + 1 for c in cells[:column])
    row, table = line - 4, 0
    place = {
        "text": Place(line=line, table=table, row=row, column=column) if row >= 0 else Place(line=line),
        "docx": Place(table=table, row=row, column=column) if row >= 0 else Place(paragraph=line - 1),
        "xlsx": Place(sheet="自评表", row=line - 1, column=column),
        "pdf": Place(page=1 + line // 12, table=line // 12, row=line % 12, column=column),
    }[kind]
    return Text(cells[column], (Piece(0, start if kind == "text" else 0, place),))


def span(quote: str, line: int, column: int, section: Section, kind: str = "text") -> Span:
    text = cell(line, column, kind)
    begin = text.raw.index(quote)
    return Span(text, begin, begin + len(quote), section)


RULES = {
    code: Rule(
        code, name, kind, category, severity, {"zh": zh, "en": en},
        why="同一件事的数字在各处应当相同；不同的口径要写明。", authority="practice",
        example="关键指标\t预期实现值\t指标完成情况\n走访企业\t20家\t走访企业20家",
        clean="关键指标\t预期实现值\t指标完成情况\n走访企业\t20家\t走访企业21家", file="rules/sample.toml", line=1,
    )
    for code, name, kind, category, severity, zh, en in (
        ("AGR101", "same-fact-two-values", "agree", "value_conflict", "major",
         "“{measure}”两处数值不一致：{one} 与 {two}", "“{measure}” has two values: {one} and {two}"),
        ("AGR301", "sum-only", "add", "sum_only", "major",
         "“{measure}”自述 {total}，表内同一事项 {part}，仅与“{other}” {rest} 相加后才能勾稽，口径未说明",
         "“{measure}” is {total} in the narrative and {part} in the table; it reconciles only when “{other}” ({rest}) is added, and nothing says so"),
        ("RAT101", "execution-rate-wrong", "ratio", "rate_mismatch", "major",
         "预算完成率填 {stated}，按 {part} ÷ {whole} 计算为 {computed}",
         "The execution rate is given as {stated}; {part} / {whole} is {computed}"),
        ("TGT201", "far-over-target", "reach", "over_fulfilment", "moderate",
         "“{measure}”目标 {target}、实际 {result}，为目标的 {percent}，未说明原因",
         "“{measure}”: target {target}, result {result}, {percent} of the target, and no reason is given"),
        ("TXT101", "plan-in-result", "wording", "plan_wording", "moderate",
         "完成情况写成计划：“{words}”", "A result is worded as a plan: “{words}”"),
        ("OMI101", "result-blank", "complete", "blank", "moderate",
         "“{measure}”有目标（{target}）而完成情况空白", "“{measure}” has a target ({target}) and no result"),
        ("TXT201", "cell-truncated", "wording", "truncated", "minor",
         "单元格文字疑被截断：“{words}”", "The text of a cell seems to be cut off: “{words}”"),
        ("OMI301", "no-problem-declared", "complete", "no_problem_declared", "info",
         "存在问题填“无”，而本表有 {count} 项需要更正或说明", "No problem is declared, but {count} findings ask for correction"),
        ("RAT102", "adjustment-rate-wrong", "ratio", "rate_mismatch", "major", "预算调整率有误", "Wrong adjustment rate"),
        ("TGT101", "target-missed", "reach", "target_missed", "moderate", "未达目标", "Target missed"),
    )
}  # fmt: skip


def evidence(
    quote: str, line: int, column: int, section: Section, role: str = "result", label: str = "",
    value: str | None = None, unit: str | None = None, kind: str = "text",
) -> Evidence:  # fmt: skip
    return Evidence(span(quote, line, column, section, kind), role, label, value, unit)


def findings(kind: str = "text") -> tuple[Finding, ...]:
    """Eight findings, of every severity, in the order of the form."""

    def side(quote: str, line: int, column: int, section: Section, *rest: str | None) -> Evidence:
        return evidence(quote, line, column, section, *rest, kind=kind)  # type: ignore[arg-type]

    def finding(code: str, facts: dict[str, str], arithmetic: str, *sides: Evidence) -> Finding:
        return Finding(RULES[code], facts, arithmetic, sides, RULES[code].severity)

    return (
        finding("RAT101", {"stated": "97.2%", "part": "1429.73", "whole": "1486.20", "computed": "96.2%"},
                "1429.73 ÷ 1486.20 = 96.20%，不在 97.2% 的舍入区间 [97.15%, 97.25%]",
                side("97.2%", 7, 2, "budget", "budget", "预算完成率", "97.2", "%"),
                side("1429.73", 6, 2, "budget", "budget", "实际支出数", "1429.73", "万元"),
                side("1486.20", 5, 2, "budget", "budget", "全年预算数", "1486.20", "万元")),
        finding("AGR301", {"measure": "对接共建单位", "total": "18.5家", "part": "14.5家", "other": "基层档案室", "rest": "4家"},
                "14.5 + 4 = 18.5",
                side("共对接共建单位18.5家", 9, 3, "result_narrative", "result", "对接共建单位", "18.5", "家"),
                side("共对接共建单位14.5家", 12, 3, "indicators", "result", "共建单位数", "14.5", "家"),
                side("共对接基层档案室4家", 13, 3, "indicators", "result", "基层档案室共建", "4", "家")),
        finding("AGR101", {"measure": "接待查档", "one": "2186人次", "two": "2168人次"}, "2186 − 2168 = 18",
                side("接待查档2186人次", 9, 3, "result_narrative", "result", "接待查档", "2186", "人次"),
                side("全年接待查档2168人次", 11, 3, "indicators", "result", "查档接待量", "2168", "人次")),
        finding("TGT201", {"measure": "档案宣传活动", "target": "3场", "result": "14场", "percent": "467%"}, "14 ÷ 3 = 467% ≥ 130%",
                side("举办3场", 14, 2, "indicators", "target", "档案宣传活动", "3", "场"),
                side("举办档案宣传活动14场", 14, 3, "indicators", "result", "档案宣传活动", "14", "场")),
        finding("OMI101", {"measure": "服务对象满意度", "target": "95%以上"}, "",
                side("95%以上", 15, 2, "indicators", "target", "服务对象满意度", "95", "%"),
                side("", 15, 3, "indicators", "result", "服务对象满意度")),
        finding("TXT101", {"words": "计划组织数字化培训2次"}, "",
                side("计划组织数字化培训2次", 17, 3, "indicators", "plan", "数字化培训", "2", "次")),
        finding("TXT201", {"words": "其中婚姻档案、土地承包档"}, "",
                side("其中婚姻档案、土地承包档", 19, 2, "tasks", "result", "民生档案数字化")),
        finding("OMI301", {"count": "3"}, "", side("无", 20, 1, "issues", "result", "存在问题")),
    )  # fmt: skip


def passes(kind: str = "text") -> tuple[Pass, ...]:
    def side(quote: str, line: int, column: int, section: Section, value: str, unit: str) -> Evidence:
        return evidence(quote, line, column, section, "result", "", value, unit, kind=kind)

    def held(code: str, zh: str, en: str, arithmetic: str, *sides: Evidence) -> Pass:
        return Pass(RULES[code], {}, arithmetic, sides, {"zh": zh, "en": en})

    return (
        held("AGR101", "档案宣传活动：14场", "Publicity events: 14", "14 = 14",
             side("14场", 9, 3, "result_narrative", "14", "场"), side("14场", 14, 3, "indicators", "14", "场")),
        held("AGR101", "更换灭火器具：36具", "Extinguishers replaced: 36", "36 = 36",
             side("36具", 9, 3, "result_narrative", "36", "具"), side("36具", 16, 3, "indicators", "36", "具")),
        held("RAT102", "预算调整率 0.9%", "Adjustment rate 0.9%", "13.80 ÷ 1500.00 = 0.92%",
             side("0.9%", 7, 4, "budget", "0.9", "%"), side("13.80", 6, 4, "budget", "13.80", "万元"),
             side("1500.00", 5, 4, "budget", "1500.00", "万元")),
        held("TGT101", "消防器具更换：目标 36具，实际 36具", "Extinguishers: target 36, result 36", "36 ≥ 36",
             side("36具", 16, 2, "indicators", "36", "具"), side("36具", 16, 3, "indicators", "36", "具")),
        held("TGT101", "民生档案扫描：目标 80万页，实际 80万页", "Scanning: target 800,000 pages, result the same", "80 ≥ 80",
             side("80万页", 19, 1, "tasks", "80", "万页"), side("80万页", 19, 2, "tasks", "80", "万页")),
    )  # fmt: skip


def claims(kind: str = "text") -> tuple[Claim, ...]:
    made: list[Claim] = []

    def claim(
        measure: str, quote: str, line: int, column: int, section: Section, role: Role, unit: str, value: str | None,
        low: str | None, high: str | None, sign: Comparator = "=", dimension: str = "count",
    ) -> None:  # fmt: skip
        at = span(quote, line, column, section, kind)
        numbers = [None if number is None else Decimal(number) for number in (value, low, high)]
        begin = at.begin + (quote.index(value) if value else 0)
        quantity = Quantity(
            numbers[0], numbers[1], numbers[2], sign, unit, dimension, Decimal(1), Decimal(1), at.begin, at.stop,
            begin, begin + len(value or quote),
        )  # fmt: skip
        made.append(Claim(len(made), measure, "", quantity, role, at, at, Field(at.text, section, role)))

    claim("全年预算数", "1486.20", 5, 2, "budget", "budget", "万元", "1486.20", "1486.195", "1486.205", dimension="money")
    claim("实际支出数", "1429.73", 6, 2, "budget", "budget", "万元", "1429.73", "1429.725", "1429.735", dimension="money")
    claim("预算完成率", "97.2%", 7, 2, "budget", "budget", "%", "97.2", "97.15", "97.25", dimension="rate")
    claim("对接共建单位", "18.5家", 9, 3, "result_narrative", "result", "家", "18.5", "18.5", "18.5")
    claim("接待查档", "2186人次", 9, 3, "result_narrative", "result", "人次", "2186", "2186", "2186")
    claim("库房消防复检", "约1.2万m²", 9, 3, "result_narrative", "result", "万m²", "1.2", "1.15", "1.25", "≈", "area")
    claim("接待查档", "不少于2000人次", 11, 2, "indicators", "target", "人次", "2000", "2000", None, "≥")
    claim("接待查档", "2168人次", 11, 3, "indicators", "result", "人次", "2168", "2168", "2168")
    claim("服务对象满意度", "95%以上", 15, 2, "indicators", "target", "%", "95", "95", None, "≥", "rate")
    claim("数字化培训", "2次", 17, 3, "indicators", "plan", "次", "2", "2", "2")
    return tuple(made)


def unchecked(kind: str = "text") -> tuple[Unchecked, ...]:
    return (
        Unchecked(span("3200份", 9, 3, "result_narrative", kind), "single"),
        Unchecked(span("1.2万m²", 9, 3, "result_narrative", kind), "single"),
        Unchecked(span("412.60", 19, 3, "tasks", kind), "single"),
        Unchecked(span("98.0%", 9, 3, "result_narrative", kind), "no-target"),
        Unchecked(span("（2023年度）", 2, 0, "header", kind), "unplaced"),
    )


def refused(kind: str = "text") -> tuple[Unchecked, ...]:
    return (
        Unchecked(span("2023年", 12, 3, "indicators", kind), "period"),
        Unchecked(span("2023年", 13, 3, "indicators", kind), "period"),
        Unchecked(span("一、", 9, 3, "result_narrative", kind), "list_marker"),
    )


def report(kind: str = "text", path: str = "") -> Report:
    suffix = "txt" if kind == "text" else kind
    rows = tuple(
        tuple(Cell(cell(line, column, kind), line - 1, column) for column in range(len(LINES[line - 1].split("\t"))))
        for line in range(1, len(LINES))
    )
    document = Document(
        path or f"forms/archive.{suffix}", sha256(SOURCE.encode()).hexdigest(), kind, (Table(rows),),
        SOURCE if kind == "text" else "",
    )  # fmt: skip
    form = Form(document, "guangdong-department", "青禾区部门整体支出绩效自评表", "青禾区数字档案馆", 2023, "万元")
    return Report(
        document, (form,), claims(kind), findings(kind), passes(kind), unchecked(kind),
        ("第 3 页是图片，没有文字层，未读取",) if kind == "pdf" else (), refused(kind),
    )  # fmt: skip


def clean() -> Report:
    return replace(report(path="forms/clean.txt"), findings=(), unchecked=(), refused=())


def settled() -> Report:
    """One finding waived, one in the baseline."""
    whole = report()
    marked = list(whole.findings)
    marked[3] = replace(marked[3], suppressed="waived: 宣传月统一安排，已书面说明（周宁，至 2024-12-31）")
    marked[6] = replace(marked[6], suppressed="baseline")
    return replace(whole, findings=tuple(marked))


EVERYWHERE = tuple(Evidence(Span(cell(line, 1), 0, 2, "indicators"), "result") for line in range(11, 18))
HOSTILE = "完成\x1b[31m巡查\x1b]0;pwned\x0718次\u202e次81[bold]红[/bold] :100: [/附件]</script><b>粗</b>\u200b完"


def hostile(count: int = 1, severity: Severity = "major") -> Report:
    """A form whose text holds escapes, markup, bidi marks and formulas, with `count` findings on it."""
    text = Text(HOSTILE, (Piece(0, 0, Place(line=1, table=0, row=0, column=0)),))
    begin = HOSTILE.index("18次")
    side = Evidence(Span(text, begin, begin + 3, "prose"), "result", "=cmd|'/c calc'!A1\x1b[2J", "18", "次")
    finding = Finding(RULES["AGR101"], {"measure": HOSTILE, "one": "18", "two": "81"}, "=1+1", (side, side), severity)
    document = Document("forms/\x1b[31mbad\nname.txt", "0" * 64, "text", (), HOSTILE)
    form = Form(document, title=HOSTILE, department="[red]部门[/red]\x1b[5m")
    return Report(document, (form,), (), (finding,) * count, (), (Unchecked(side.span, "single"),), (HOSTILE,),
                  (Unchecked(Span(text, 0, len(HOSTILE), "prose"), "period"),))  # fmt: skip
