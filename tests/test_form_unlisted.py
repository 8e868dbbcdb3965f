"""Parts of a form under heads that no list has: known by their place, their end, or the marks in their text."""

from __future__ import annotations

import pytest

from auditor.form import forms
from auditor.model import Field, Form
from auditor.read import read


def tabs(text: str) -> Form:
    (form,) = forms(read("form.txt", data=text.strip("\n").replace("|", "\t").encode()))
    return form


def said(field: Field | None) -> str | None:
    return None if field is None else field.text.raw


def figures(form: Form) -> list[tuple[str, str, str]]:
    return [(a.term, a.row, a.field.text.raw) for a in form.amounts]


@pytest.mark.parametrize("head", ["兑现", "自评情况", "履职情况", "达成值"])
def test_what_stands_between_the_target_and_the_points_is_the_result(head: str) -> None:
    """Whatever its head is called."""
    form = tabs(
        f"部门整体支出自评表\n一级指标|二级指标|三级指标|目标值|{head}|分值|得分\n"
        "产出指标|数量指标|巡山里程|≥900公里|全年巡山938公里|10|10\n||管护面积|6万亩|6万亩|10|10\n"
    )
    assert [said(r.result) for r in form.indicators] == ["全年巡山938公里", "6万亩"]


def test_a_column_apart_from_the_points_is_no_result() -> None:
    """Without points after it nothing says that it is one."""
    form = tabs("自评表\n一级指标|二级指标|三级指标|目标值|兑现\n产出指标|数量指标|巡山里程|≥900公里|938公里\n")
    assert [said(r.result) for r in form.indicators] == [None]


def test_a_target_that_is_the_last_head_has_nothing_beside_it() -> None:
    """The points may stand before it."""
    form = tabs("自评表\n一级指标|得分|年度指标值\n产出指标|10|≥900公里\n")
    assert [said(r.target) for r in form.indicators] == ["≥900公里"]


SOURCES = """
某监测项目绩效自评表
资金情况(万元)|资金来源|预算安排|实际到位|{heads}
|中央财政|326.00|326.00|319.48|98.00%
|县级财政|25.50|20.40|20.40|100.00%
|合计|351.50|346.40|339.88|98.12%
"""


@pytest.mark.parametrize("heads", ["实际使用|使用率", "累计支付金额|支付进度", "实际执行资金|执行率"])
def test_a_head_beside_known_ones_is_known_by_its_end(heads: str) -> None:
    """预算安排 | 实际到位 | 实际使用 | 使用率."""
    form = tabs(SOURCES.format(heads=heads))
    found = [(t, v) for t, r, v in figures(form) if r == "total"]
    assert found == [("year_budget", "351.50"), ("arrived", "346.40"), ("spent", "339.88"), ("execution_rate", "98.12%")]


def test_a_rate_of_something_else_is_no_execution_rate() -> None:
    """增长率 beside the funds; 责任科室 is no spending."""
    form = tabs(SOURCES.format(heads="责任科室|增长率"))
    assert {t for t, _, _ in figures(form)} == {"year_budget", "arrived"}


def test_goals_and_results_told_in_one_cell_are_two_texts() -> None:
    """预期：…。实际：… under a label that the file does not have, below the funds."""
    form = tabs(
        "部门整体支出自评表\n年度资金安排|预算数|支出数\n小计|100|95\n"
        "总体目标及完成概述|预期：举办赛事80项，修步道260公里。实际：举办赛事86项，修步道273公里。\n"
    )
    assert [f.text.raw for f in form.goals] == ["举办赛事80项，修步道260公里。"]
    assert [f.text.raw for f in form.results] == ["举办赛事86项，修步道273公里。"]
    assert not form.unread


def test_goals_below_tasks_end_the_tasks() -> None:
    """年度工作目标 | 1.…: the head of a column, before its text instead of over it."""
    form = tabs(
        "部门绩效自评表\n年度主要任务|任务名称|投入金额|任务完成情况\n|农资供应保障|142|储备化肥1.2万吨\n"
        "年度工作目标|1.改造提升基层社9个；2.储备化肥1.2万吨；3.土地托管8万亩。\n"
        "目标实现情况|1.改造提升基层社9个；2.储备化肥1.2万吨；3.土地托管8.6万亩。\n"
    )
    assert [f.text.raw[-4:] for f in (*form.goals, *form.results)] == ["8万亩。", "6万亩。"]
    assert not form.unread


def test_a_head_that_begins_as_the_result_is_the_result() -> None:
    """完成情况及说明 is no reason."""
    form = tabs(
        "项目自评得分表\n考核内容|考核指标|指标值|完成情况及说明|满分|得分\n产出|康复人数|2600名|全年服务2745名|50|50\n"
        "效益|有效率|≥80%|有效率86%|50|50\n"
    )
    assert [(said(r.result), said(r.reason)) for r in form.indicators] == [("全年服务2745名", None), ("有效率86%", None)]


def test_tasks_of_the_year_with_what_was_planned_and_done() -> None:
    """主要职责 | 年度目标 | 完成情况: three texts a row."""
    form = tabs(
        "部门整体支出绩效自评\n主要职责|年度目标|完成情况\n路政巡查|巡查不低于480万公里|巡查512.6万公里\n普法宣传|普法240场|普法263场\n"
    )
    assert [(said(t.name), said(t.goal), said(t.result)) for t in form.tasks] == [
        ("路政巡查", "巡查不低于480万公里", "巡查512.6万公里"), ("普法宣传", "普法240场", "普法263场"),
    ]  # fmt: skip


def test_a_first_column_known_by_its_end() -> None:
    """资金来源 | 下达金额 | 支付数 | 支付比例."""
    form = tabs("某资金绩效自评表\n资金来源|下达金额|支付数|支付比例|结余\n省级补助|245|245|100%|0\n总计|900|884.1|98.23%|15.9\n")
    assert [t for t, r, _ in figures(form) if r == "total"] == ["year_budget", "spent", "execution_rate", "balance"]


def test_numbers_before_goals_and_results_are_furniture() -> None:
    """序号 | 履职目标 | 履职情况."""
    form = tabs("部门整体支出绩效自评表\n序号|履职目标|履职情况\n1|依法审理案件|审结案件17916件，同比上升。\n2|推进诉源治理|调解案件6240件。\n")
    assert [said(f) for f in form.goals] == ["依法审理案件", "推进诉源治理"]
    assert [said(f) for f in form.results] == ["审结案件17916件，同比上升。", "调解案件6240件。"]
    assert not form.unread


def test_a_sentence_beside_a_short_label_is_prose() -> None:
    """支出情况 | 截至12月底支出357.96万元，执行率97.27%."""
    form = tabs("项目自评得分表\n实施单位|某残联\n用款说明|截至12月底支出357.96万元，执行率97.27%\n")
    assert [(f.heads, f.text.raw) for f in form.prose] == [(("用款说明",), "截至12月底支出357.96万元，执行率97.27%")]
    assert not form.unread


def test_a_column_of_yes_and_no_behind_the_figures_names_nothing() -> None:
    """指标 | … | 核心指标: the first is the name of the row, the last asks whether it matters."""
    form = tabs(
        "项目支出绩效自评表\n绩效指标|指标|计量单位|方向|年初值|完成值|权重|得分|核心指标\n"
        "|建成示范基地|个|≥|10|12|20|20|是\n|培训机手|人次|≥|800|836|10|10|否\n"
    )
    assert [said(r.name) for r in form.indicators] == ["建成示范基地", "培训机手"]


def test_a_second_column_of_results_says_only_that_they_are_done() -> None:
    """完成值 | 完成情况: the first holds the figures."""
    form = tabs("附表 指标\n序号|指标|目标值|完成值|完成情况\n1|清淤量|≥12万方|12.4万方|完成\n2|水质合格率|≥95%|96.6%|完成\n")
    assert [(said(r.name), said(r.target), said(r.result)) for r in form.indicators] == [
        ("清淤量", "≥12万方", "12.4万方"), ("水质合格率", "≥95%", "96.6%"),
    ]  # fmt: skip


def test_goals_and_results_whose_row_lost_its_first_cell() -> None:
    """年度总体目标 | 目标内容 | 完成情况: the first is the label of the block."""
    form = tabs(
        "部门项目支出绩效自评表\n2023年度\n年度总体目标|目标内容|完成情况\n1.检查企业1200家次;2.演练24场。|1.检查企业1342家次。2.演练31场。\n"
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分\n产出指标|数量指标|演练|≥24场|31场|8|8\n"
    )
    assert [said(f)[:5] for f in form.goals] == ["1.检查企"]
    assert "1342" in str(said(form.results[0]))
