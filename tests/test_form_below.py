"""What stands below the total of an indicator table, and points that are not all there are."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.quantity import quantities

ROWS = (
    "部门整体绩效自评表", "（2022年度）", "单位名称\t县卫健局", "年度绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t完成值\t分值\t得分",
    "\t产出指标\t数量指标\t健康档案份数\t≥22万份\t22.8万份\t45\t45", "\t\t\t管理人数\t≥2.7万人\t2.94万人\t45\t44.13", "\t合计\t\t\t\t\t90\t89.13",
    "资金结余说明\t全年预算5000万元，执行4864万元，结余136万元，用于下年支付。",
    "得分核定\t绩效指标得分89.13分，预算执行得分9.73分，合计98.86分；因信息公开不及时扣0.96分，自评得分97.90分。",
)  # fmt: skip


def test_sentences_below_the_table_are_read() -> None:
    """Each is a text under its label; none is taken for a level of the indicators and lost."""
    form = audit_text("\n".join(ROWS) + "\n").form
    assert [(f.heads, f.text.raw[:4]) for f in form.prose] == [(("资金结余说明",), "全年预算"), (("得分核定",), "绩效指标")]


def test_the_points_of_the_indicators_are_not_the_score() -> None:
    """合计 | 90 | 89.13 leaves out the points of the execution: it does not contradict 自评得分97.90分."""
    assert [f.rule.code for f in audit_text("\n".join(ROWS) + "\n").findings if f.rule.code == "AGR101"] == []


@pytest.mark.parametrize(("text", "units"), [("目标2：268名村医", ["名"]), ("任务3：15家企业", ["家"]), ("配比1：20", []), ("比例1：2", [])])
def test_a_figure_right_behind_the_number_of_a_goal(text: str, units: list[str]) -> None:
    """目标2：268名 is no ratio of 2 to 268."""
    assert [q.unit for q in quantities(text)] == units


def test_points_in_a_head_are_not_the_unit_of_the_money() -> None:
    """执行率得分（分） beside 项目资金（万元）."""
    rows = ("项目支出绩效自评表", "项目名称\t改造", "项目资金（万元）\t资金来源\t年初预算数\t全年预算数\t全年执行数\t执行率\t执行率得分（分）", "\t年度总金额\t920.00\t860.00\t821.30\t95.5%\t9.55")  # fmt: skip
    amounts = audit_text("\n".join(rows) + "\n").form.amounts
    assert {a.field.unit for a in amounts if a.term in ("initial_budget", "year_budget", "spent")} == {"万元"}


def test_a_sentence_in_the_funds_block_is_read() -> None:
    """调整说明 | 年中追加…: not taken for a label of the rows below, and its figures with it."""
    rows = ("部门整体支出绩效自评表", "资金项目\t年初预算\t调整后预算\t执行数", "支出合计\t7850.00\t8000.00\t7700.00", "调整说明\t年中追加布展经费150万元，全年预算调整为8000万元。")
    assert "150万元" in [c.span.quote for c in audit_text("\n".join(rows) + "\n").claims]


def test_goals_under_a_head_of_their_own() -> None:
    """职责活动 | 年度目标 | 完成情况: each row begins with a name, then its goal and its result."""
    rows = (
        "部门整体绩效自评表", "职责活动\t年度目标\t完成情况", "参保扩面\t参保率稳定在95%以上\t参保38.62万人，参保率97.04%。",
        "基金监管\t定点机构检查全覆盖\t检查定点机构246家，覆盖率100%。",
    )  # fmt: skip
    form = audit_text("\n".join(rows) + "\n").form
    assert [f.text.raw[:4] for f in form.goals] == ["参保率稳", "定点机构"]
    assert [f.text.raw[:4] for f in form.results] == ["参保38", "检查定点"]
