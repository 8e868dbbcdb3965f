"""Stage 2 on tables that stand on their side, and on heads that no list has."""

from __future__ import annotations

from auditor.form import forms
from auditor.model import Field, Form
from auditor.read import read


def form_of(text: str) -> Form:
    (form,) = forms(read("form.txt", data=text.replace("|", "\t").encode()))
    return form


def said(field: Field | None) -> str | None:
    return None if field is None else field.text.raw


def values(form: Form) -> list[tuple[str | None, ...]]:
    return [tuple(said(f) for f in (r.name, r.target, r.result, r.weight, r.score)) for r in form.indicators]


def test_indicators_side_by_side_are_set_upright() -> None:
    form = form_of(
        "项目支出绩效自评表\n项目名称|公路养护||\n指标名称|养护里程|桥梁检测|满意度\n年度目标值|120公里|36座|≥90%\n"
        "实际完成值|118公里|36座|93%\n分值|40|30|20\n得分|39.33|30|20\n总分|89.33||\n"
    )
    assert values(form) == [
        ("养护里程", "120公里", "118公里", "40", "39.33"),
        ("桥梁检测", "36座", "36座", "30", "30"),
        ("满意度", "≥90%", "93%", "20", "20"),
    ]
    assert said(form.total_score) == "89.33"


def test_a_card_for_every_indicator_is_a_row() -> None:
    card = "指标名称|{}\n目标值|{}\n完成值|{}\n得分|{}\n"
    form = form_of(
        f"项目支出绩效自评表\n指标一\n{card.format('文化活动', '≥20场', '23场', '10')}"
        f"指标二\n{card.format('观众', '1万人次', '0.9万人次', '9')}"
    )
    assert values(form) == [("文化活动", "≥20场", "23场", None, "10"), ("观众", "1万人次", "0.9万人次", None, "9")]


def test_funds_side_by_side_are_set_upright() -> None:
    """With the unit that the caption of the table prints."""
    form = form_of(
        "绩效自评报告\n一、资金情况\n表1 支出情况（万元）\n项目|人员经费|公用经费|合计\n全年预算|1520|310|1830\n决算支出|1512|298|1810\n"
    )
    assert [(a.row, a.term, said(a.field), a.field.unit) for a in form.amounts] == [
        ("personnel", "year_budget", "1520", "万元"), ("personnel", "spent", "1512", "万元"),
        ("public_use", "year_budget", "310", "万元"), ("public_use", "spent", "298", "万元"),
        ("total", "year_budget", "1830", "万元"), ("total", "spent", "1810", "万元"),
    ]  # fmt: skip


def test_labels_and_figures_in_turn_do_not_stand_on_their_side() -> None:
    form = form_of(
        "部门整体支出绩效自评表\n部门资金情况|年度预算数|320.5|年初预算数|300\n|实际支出数|312.4|年度调整额|20.5\n|预算完成率|97.5%|预算调整率|6.8%\n"
    )
    assert {(a.term, said(a.field)) for a in form.amounts} == {
        ("year_budget", "320.5"), ("initial_budget", "300"), ("spent", "312.4"), ("adjustment", "20.5"),
        ("execution_rate", "97.5%"), ("adjustment_rate", "6.8%"),
    }  # fmt: skip


def test_heads_that_no_list_has_are_known_by_their_points() -> None:
    form = form_of(
        "民生实事绩效自查表\n考核点|年初计划|落实情况|满分|自查打分\n社区食堂|12个|11个|30|27.5\n满意率|95%以上|96.2%|20|20\n合计|||50|47.5\n"
    )
    assert values(form) == [("社区食堂", "12个", "11个", "30", "27.5"), ("满意率", "95%以上", "96.2%", "20", "20")]
    assert (said(form.total_weight), said(form.total_score)) == ("50", "47.5")


def test_a_label_and_its_points_are_no_heads() -> None:
    """部门 | 某局 | 满分 | 自评得分: one of them says nothing of points."""
    form = form_of("自评表\n部门名称|某县审计局|满分|100\n自评得分|96|等级|优\n")
    assert form.indicators == ()


def test_points_beside_amounts_are_those_of_the_funds_block() -> None:
    """A label that no list has before 全年预算数 | 全年执行数 | 分值 | 得分."""
    form = form_of(
        "绩效自评表\n年度部门资金情况表|全年预算数|全年执行数|分值|得分\n年度资金总额|100|95|10|9.5\n基本支出|60|57||\n"
    )
    assert form.indicators == ()
    assert {(a.row, a.term, said(a.field)) for a in form.amounts} >= {
        ("total", "spent", "95"),
        ("basic", "spent", "57"),
    }
