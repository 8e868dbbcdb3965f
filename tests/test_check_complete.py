"""Blank cells, unanswered questions, template left-overs, goals without results, 存在问题 无."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from auditor import audit_text
from auditor.model import Finding
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "complete")
ROWS = (
    ("道路机扫率", "≥85%", "88.5%", "10", "10", ""),
    ("垃圾清运及时率", "≥98%", "99.2%", "10", "10", ""),
    ("清运垃圾", "≥1500吨", "1620吨", "10", "10", ""),
    ("公厕保洁", "36座", "36座", "10", "10", ""),
    ("居民满意度", "≥90%", "95%", "10", "10", ""),
)


def project(*rows: tuple[str, ...], tail: str = "", kept: Sequence[tuple[str, ...]] = ROWS) -> str:
    """A project form of 2023: rows of (name, target, result, weight, score, reason)."""
    table = "".join("\t产出指标\t数量指标\t" + "\t".join(row) + "\n" for row in (*kept, *rows))
    return (
        "项目支出绩效自评表\n（2023年度）\n项目名称\t城区环卫保洁\n"
        f"绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施\n{table}{tail}"
    )


def department(*, goal: str = "做好环卫工作。", result: str = "环卫工作有序，清运垃圾1620吨。", tail: str = "") -> str:
    return (
        "部门整体支出绩效自评表\n（2023年度）\n部门名称\t青石县城市管理局\n年度整体目标\t整体目标完成情况\n"
        f"{goal}\t{result}\n关键指标\t预期实现值\t指标完成情况\n道路机扫率\t≥85%\t88.5%\n垃圾清运量\t≥1500吨\t1620吨\n{tail}"
    )


def findings(text: str, rules: Sequence[object] = RULES) -> list[Finding]:
    return list(audit_text(text, rules=rules).findings)  # type: ignore[arg-type]


def codes(text: str) -> list[str]:
    return [f.rule.code for f in findings(text)]


# --- cells --------------------------------------------------------------------------------------------------------


def test_a_blank_result_is_told_with_the_place_of_the_blank() -> None:
    """The name, the target and the empty cell."""
    (found,) = findings(project(("公厕开放率", "≥95%", "", "10", "10", "")))
    assert found.rule.code == "OMI102"
    assert [e.span.quote for e in found.evidence] == ["公厕开放率", "≥95%", ""]
    assert found.evidence[2].span.place.line == 10


@pytest.mark.parametrize(
    "row",
    [
        ("公厕开放率", "≥95%", "97%", "10", "10", ""),
        ("公厕开放率", "≥95%", "", "10", "0", "公厕改造，年内未开放"),
        ("公厕开放率", "—", "", "—", "—", ""),
        ("公厕开放率", "/", "", "/", "/", ""),
        ("公厕开放率", "无", "", "", "", ""),
        ("", "", "", "", "", ""),
        ("……", "", "", "", "", ""),
        ("合计", "", "", "60", "50", ""),
        ("社会效益指标", "", "", "", "", ""),
        ("公厕开放率", "有效提升", "有效提升", "10", "9.5", ""),
        ("公厕开放率", "≥95%", "0", "10", "0", "未开放"),
        ("事故数", "0起", "0起", "10", "10", ""),
    ],
)
def test_a_cell_that_is_filled_explained_or_not_applicable_is_not_blank(row: tuple[str, ...]) -> None:
    """Null marks for the target, a reason, nothing in the row at all, zero."""
    assert codes(project(row)) == []


def test_a_blank_result_with_points_is_not_excused_by_talk() -> None:
    """Scored 8 of 10, and a reason that says neither a figure nor that it was not done."""
    assert codes(project(("市民满意度", "≥95%", "", "10", "8", "宣传不够深入，投诉集中在停车收费"))) == ["OMI102"]
    assert codes(project(("市民满意度", "≥95%", "", "10", "8", "满意度调查推迟到次年一季度"))) == []


def test_a_form_before_its_results_has_no_blank_results() -> None:
    """Where most of a column is empty the form sets targets, or was misread: that is no finding of this rule."""
    rows = [(name, target, "", "10", "", "") for name, target, *_ in ROWS]
    assert codes(project(kept=rows)) == []


def test_a_score_or_weight_that_one_row_lacks_is_told() -> None:
    """Only where all others have it."""
    assert codes(project(("公厕开放率", "≥95%", "97%", "10", "", ""))) == ["OMI103"]
    assert codes(project(("公厕开放率", "≥95%", "97%", "", "10", ""))) == ["OMI103"]
    one = [(*row[:4], "", "") for row in ROWS[1:]]
    assert codes(project(kept=[ROWS[0], *one])) == []


@pytest.mark.parametrize("text", ["存在问题\t\n改进措施\t加强巡查。\n", "存在问题\t部分公厕老化。\n改进措施\t\n"])
def test_a_question_left_empty_is_told(text: str) -> None:
    """存在问题 and 改进措施."""
    assert codes(department(tail=text)) == ["OMI104"]


# --- left-overs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        ("购置车辆（≥**辆）", "2辆", "2辆", "10", "10", ""),
        ("清运率", "≥XX%", "98%", "10", "10", ""),
        ("投入", "XX万元", "20万元", "10", "10", ""),
        ("保洁", "36座", "（略）", "10", "10", ""),
        ("保洁", "36座", "待填", "10", "10", ""),
        ("保洁", "做好保洁", "（100字以内）", "10", "10", ""),
        ("保洁", "做好保洁", "请在此处简要填写全年实际完成情况（100字以内）。", "10", "10", ""),
        ("保洁", "做好保洁", "不超过200字", "10", "10", ""),
    ],
)
def test_text_of_the_template_is_told(row: tuple[str, ...]) -> None:
    """Stars and crosses beside a unit or a sign, prompts, (略)."""
    assert codes(project(row)) == ["OMI105"]


@pytest.mark.parametrize(
    "row",
    [
        ("**河清漂", "12次", "12次", "10", "10", ""),
        ("XX路保洁", "12次", "12次", "10", "10", ""),
        ("★保洁面积", "20万m²", "20万m²", "10", "10", ""),
        ("征文", "800字以上", "征文每篇800字以内，收到36篇", "10", "10", ""),
        ("填报系统", "按时填报", "填写报表24份", "10", "10", ""),
        ("简报", "24期", "每期不超过500字，共编发24期", "10", "10", ""),
        ("其他说明", "无", "无", "10", "10", ""),
        ("设备", "0.6*0.6格栅", "0.6*0.6格栅12套", "10", "10", ""),
        ("线路", "3.0m×3.0m涵洞2座", "3.0m×3.0m涵洞2座", "10", "10", ""),
        ("型号", "XXL工装20套", "XXL工装20套", "10", "10", ""),
        ("策略", "制定攻略1份", "制定攻略1份", "10", "10", ""),
        ("描述", "概述材料1份", "描述清楚，材料1份", "10", "10", ""),
    ],
)
def test_stars_crosses_and_words_of_the_text_itself_stay(row: tuple[str, ...]) -> None:
    """Masked names, sizes, real word counts."""
    assert codes(project(row)) == []


def test_left_overs_are_one_finding_with_all_places() -> None:
    """Twelve times ≥** is one mistake."""
    rows = [(f"设备{n}（≥**台）", "2台", "2台", "10", "10", "") for n in "甲乙丙"]
    (found,) = findings(project(*rows))
    assert (found.facts["count"], len(found.evidence)) == ("3", 3)


# --- goals and problems -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["", "无", "/", "—"])
def test_goals_without_any_result_are_told(result: str) -> None:
    """Blank and null marks."""
    assert codes(department(result=result)) == ["OMI108"]


@pytest.mark.parametrize(
    ("goal", "result"),
    [
        ("完成东坝综保区建设验收。", "已完成东坝综合保税区的建设和验收。"),
        ("对六个卡口实行24小时值守。", "卡口人员24小时轮流在岗。"),
        ("清运垃圾1500吨。", "全年清运垃圾1500吨以上。"),
    ],
)
def test_a_goal_that_a_result_answers_is_listed_as_held(goal: str, result: str) -> None:
    """The same words in order with others between, or the same figure of the same thing."""
    report = audit_text(department(goal=goal, result=result), rules=RULES)
    assert [p.rule.code for p in report.passes] == ["OMI108"]
    assert list(report.findings) == []


def test_no_problem_beside_findings_is_told_with_what_was_found() -> None:
    """存在问题 无 and 改进措施 无 are both shown; the rules that fired are named."""
    tail = "存在问题\t无\n改进措施\t暂无\n垃圾分类\t\t\n"
    text = department(tail="公厕开放率\t≥95%\t\n存在问题\t无\n改进措施\t暂无。\n")
    found = [f for f in findings(text) if f.rule.code == "OMI201"]
    assert [(f.facts["kinds"], len(f.evidence)) for f in found] == [("OMI102", 2)]
    assert "OMI201" not in codes(department(tail=tail.split("垃圾分类")[0]))


@pytest.mark.parametrize(
    "answer", ["部分公厕老化，正在改造。", "无明显问题，但公厕开放率偏低。", "无人机巡查尚未全覆盖。"]
)
def test_a_problem_that_is_said_is_no_denial(answer: str) -> None:
    """无 as the first character of a sentence denies nothing."""
    assert "OMI201" not in codes(department(tail=f"公厕开放率\t≥95%\t\n存在问题\t{answer}\n改进措施\t无\n"))


def test_trifles_do_not_contradict_a_clean_bill() -> None:
    """Minor findings are no problems that a department must own up to."""
    text = project(("设备（≥**台）", "2台", "2台", "10", "10", ""), tail="存在问题\t无\n改进措施\t无\n")
    assert codes(text) == ["OMI105"]


def test_an_amount_that_strayed_into_the_names_is_no_indicator() -> None:
    """A cell broken over lines shifts its row: the task's funds then stand where a name should."""
    head = "部门整体支出绩效自评表\n（2023年度）\n部门名称\t青石县水利局\n"
    head += "主要任务\t预期目标\t目标完成情况\t关键指标\t指标完成情况\t任务涉及资金\n"
    rows = "\t\t\t巡查次数\t60次\t\n\t\t\t巡查里程\t920公里\t\n"
    shifted = f"巡查\t开展巡查\t开展巡查60次，清运漂\n\n浮物210吨\t\t\t2946500.00\n{rows}"
    broken = f"{head}{shifted}演练\t组织演练\t演练2场\t\t\t20.00\n{rows}"
    broken = broken.replace("主要任务", "年度关键指标\t走访企业\t20家\t24家\t\n主要任务")
    whole = f"{head}巡查\t开展巡查\t开展巡查60次\t\t\t20.00\n{rows}\t\t\t河道保洁面积\t\t\n"
    for text, told in ((broken, False), (whole, True)):
        assert ("OMI101" in [f.rule.code for f in audit_text(text).findings]) is told
