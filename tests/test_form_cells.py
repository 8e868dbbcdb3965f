"""Stage 2 on tables whose cells are told otherwise: by runs of blanks, a line an indicator, a label beside another year."""

from __future__ import annotations

import pytest

from auditor import audit_document
from auditor.form import forms
from auditor.model import Field, Form
from auditor.read import read


def form_of(text: str) -> Form:
    (form,) = forms(read("form.txt", data=text.encode()))
    return form


def said(field: Field | None) -> str | None:
    return None if field is None else field.text.raw


def values(form: Form) -> list[tuple[str | None, ...]]:
    return [tuple(said(f) for f in (r.name, r.target, r.result, r.weight, r.score)) for r in form.indicators]


HEADS = "一级指标|二级指标|三级指标|指标值|完成值|分值|得分|偏差原因"
SPACED = """项目支出绩效自评表
项目名称：  山塘清淤      主管部门：  某县水利局
一级指标      二级指标      三级指标           年度指标值    实际完成值   分值   得分
产出指标      数量指标      清淤山塘座数       ≥12座         13座         50     50
              质量指标      验收合格率         100%          100%         20     20
效益指标      社会效益      受益农户           ≥600户        580户        20     19.33
总分                                                                      90     89.33
"""


def test_columns_set_with_blanks_are_columns() -> None:
    form = form_of(SPACED)
    assert values(form) == [
        ("清淤山塘座数", "≥12座", "13座", "50", "50"),
        ("验收合格率", "100%", "100%", "20", "20"),
        ("受益农户", "≥600户", "580户", "20", "19.33"),
    ]
    assert (said(form.total_weight), said(form.total_score)) == ("90", "89.33")
    assert form.department == "某县水利局"


def test_a_table_copied_from_a_pdf_has_single_blanks() -> None:
    """Below a line of nothing but heads; 12 栋 is one text, and a sentence is none of the table."""
    form = form_of(
        "项目支出绩效自评表\n项目资金 （万元） 年初预算数 全年预算数 全年执行数 分值 执行率 得分\n"
        "年度资金总额 620.00 655.00 641.90 10 98% 9.8\n其他资金 0 0 0 — — —\n年度总体目标\n"
        "维修校舍 12 栋，面积 1.8 万平方米。 维修校舍 12 栋，面积 1.76 万平方米。\n"
        "一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析及改进措施\n"
        "产出指标 数量指标 维修校舍栋数 12 栋 12 栋 15 15\n维修面积 ≥1.8 万平方米 1.76 万平方米 15 14.67 一栋缓建\n"
        "效益指标 社会效益指标 受益学生 ≥9000 人 9150 人 30 30\n总分 60 59.67\n— 1 —\n"
    )
    assert values(form) == [
        ("维修校舍栋数", "12 栋", "12 栋", "15", "15"),
        ("维修面积", "≥1.8 万平方米", "1.76 万平方米", "15", "14.67"),
        ("受益学生", "≥9000 人", "9150 人", "30", "30"),
    ]
    assert [(a.term, said(a.field)) for a in form.amounts][:3] == [
        ("initial_budget", "620.00"), ("year_budget", "655.00"), ("spent", "641.90"),
    ]  # fmt: skip
    assert said(form.total_score) == "59.67"
    assert form.unread == ()


def test_labels_of_the_head_may_be_followed_by_a_blank() -> None:
    form = form_of("项目支出绩效自评表\n项目名称 校舍维修 主管部门 云川县教育局\n实施单位 教育 项目办公室\n")
    assert form.department == "教育 项目办公室"
    assert [said(field) for field in form.header][1:] == ["校舍维修", "云川县教育局", "教育 项目办公室"]
    assert form_of("自评报告\n项目单位 完成了全部任务，效果良好。\n").department == ""


def test_a_row_whose_texts_fit_no_head_is_not_read() -> None:
    """A level under the target and a measure for a name: one text more or less has moved the rest."""
    form = form_of(
        "项目支出绩效自评表\n一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分产出指标 数量指标 救助人数 ≥85人 91人 20 20\n"
    )
    assert form.indicators == ()
    assert {"≥85人", "91人"} <= {said(field) for field, _ in form.unread}


def test_prose_with_wide_blanks_is_prose() -> None:
    """No heads, no table."""
    form = form_of("绩效自评报告\n一、项目概况\n总投资  120万元，  修建道路  3公里。\n其中  市级资金  80万元。\n")
    assert form.indicators == ()
    assert form.amounts == ()


def lines_of(name: str, target: str, result: str, weight: str, score: str, reason: str = "") -> Form:
    """A form whose one row has these cells, `/` being a line end within a cell."""
    heads = "".join(f"<td>{head}</td>" for head in HEADS.split("|"))
    cells = ("产出指标", "数量指标", name, target, result, weight, score, reason)
    row = "".join(f"<td>{cell.replace('/', '<br>')}</td>" for cell in cells)
    return form_of(f"<html><p>项目支出绩效自评表</p><table><tr>{heads}</tr><tr>{row}</tr></table></html>")


def test_a_cell_with_a_line_an_indicator_holds_several() -> None:
    form = lines_of("指标1：培训人数/指标2：培训期数", "≥300人/≥6期", "312人/6期", "20/10", "20/10")
    assert values(form) == [
        ("指标1：培训人数", "≥300人", "312人", "20", "20"),
        ("指标2：培训期数", "≥6期", "6期", "10", "10"),
    ]
    assert {said(row.level2) for row in form.indicators} == {"数量指标"}


def test_one_score_on_the_first_line_is_shared() -> None:
    form = lines_of("培训人数/培训期数", "300人/6期", "312人/6期", "20", "20")
    assert [row.shared_score for row in form.indicators] == [True, True]
    assert values(form)[0] == ("培训人数", "300人", "312人", "20", "20")


@pytest.mark.parametrize(
    "row",
    [
        ("农村危房/改造户数", "≥30/户", "31/户", "20", "20"),
        ("完成/时间", "2023年12/月31日", "2023年12/月30日", "20", "20"),
        ("指标1：培训人数/指标2：培训期数", "≥300人/≥6期", "312人，6期", "20", "20"),
        ("指标1：培训人数/指标2：培训期数", "≥300人/≥6期", "312人/5期", "20/10", "20/9", "教师请假"),
    ],
)
def test_lines_that_may_be_one_text_stay_one_row(row: tuple[str, ...]) -> None:
    """A wrapped name or figure, other counts of lines, a reason that may be of either."""
    assert len(lines_of(*row).indicators) == 1


@pytest.mark.parametrize("adjusted", ["调整指标值", "全年（调整）指标值"])
def test_the_adjusted_target_replaces_the_first_one(adjusted: str) -> None:
    form = form_of(
        f"项目支出绩效自评表\n指标名称\t年初指标值\t{adjusted}\t完成值\t分值\t得分\n建档人数\t8万人\t9万人\t9.2万人\t20\t20\n"
    )
    assert values(form) == [("建档人数", "9万人", "9.2万人", "20", "20")]
    assert [said(row.initial) for row in form.indicators] == ["8万人"]
    assert not form.unread


def test_sources_after_a_dash_are_sources() -> None:
    """其中-财政拨款, beside the figures of budget and spending."""
    form = form_of(
        "项目支出绩效自评表\n预算执行情况（10分）（万元）\t预算数：\t38.00\t执行数：\t36.10\n"
        "\t其中-财政拨款：\t30.00\t其中-财政拨款：\t28.10\n"
    )
    found = [(a.term, a.row, said(a.field)) for a in form.amounts if a.row == "fiscal"]
    assert found == [("year_budget", "fiscal", "30.00"), ("spent", "fiscal", "28.10")]


def test_the_rule_of_a_markdown_table_says_nothing() -> None:
    form = form_of(
        "| 资金 | 全年预算数 | 全年执行数 | 执行率 |\n|:---|---:|:---:|---|\n| 年度资金总额 | 60 | 57 | 95% |\n"
    )
    assert [(a.term, said(a.field)) for a in form.amounts] == [
        ("year_budget", "60"), ("spent", "57"), ("execution_rate", "95%"),
    ]  # fmt: skip
    assert form.unread == ()


def test_a_label_before_several_figures_says_of_none_what_it_is() -> None:
    """No heads tell the columns: the figures are unread, not three budgets."""
    form = form_of("项目支出绩效自评表\n项目资金\t甲\t乙\n合计\t96000\t91200\t95.00%\n执行数\t91200\n")
    assert [(a.term, said(a.field)) for a in form.amounts] == [("spent", "91200")]
    assert {"96000", "91200", "95.00%"} <= {said(field) for field, _ in form.unread}


def test_a_letter_before_a_head_is_its_number() -> None:
    form = form_of(
        "项目支出绩效自评表\n项目资金\tA.年初预算\tB.调整后预算\tC.实际支出\tD.执行率(C/B)\n合计\t96\t96\t91.2\t95%\n"
    )
    assert [(a.term, said(a.field)) for a in form.amounts] == [
        ("initial_budget", "96"), ("year_budget", "96"), ("spent", "91.2"), ("execution_rate", "95%"),
    ]  # fmt: skip


def test_the_rows_of_a_table_in_a_report_are_different_facts() -> None:
    """1-3月 and 4-6月 differ in nothing but figures."""
    text = "项目进度情况表\n月份\t计划支出\t培训人次\t满意度\n1-3月\t30\t120\t95%\n4-6月\t40\t160\t94%\n7-9月\t20\t110\t96%\n"
    assert [
        f.rule.code for f in audit_document(read("form.txt", text.encode())).findings if f.severity == "major"
    ] == []


def test_a_foot_whose_last_label_no_list_has_is_a_foot() -> None:
    form = form_of(
        "项目支出绩效自评表\n指标名称\t指标值\t完成值\t分值\n培训场次\t12场\t12场\t20\n填表人：李某\t联系电话：123456\t复核签章人：\n"
    )
    assert values(form) == [("培训场次", "12场", "12场", "20", None)]


def test_a_line_of_figures_without_heads_is_no_sentence() -> None:
    """Its two figures may be target and result: they are not two results of one thing."""
    form = form_of("绩效自评报告\n一、完成情况\n新建厂房 1800平方米 1860平方米 10 10\n")
    assert [(said(field), why) for field, why in form.unread] == [("新建厂房 1800平方米 1860平方米 10 10", "flattened")]


@pytest.mark.parametrize(("name", "indicators"), [("≥300天开馆服务", 2), ("≥300天", 1)])
def test_a_name_may_begin_with_a_bound(name: str, indicators: int) -> None:
    """A measure alone in the place of a name is a cell that slipped; one that says what it counts is a name."""
    form = form_of(
        "项目支出绩效自评表\n一级指标 | 二级指标 | 三级指标 | 年初目标值 | 实际完成值 | 得分 | |\n"
        "产出指标 | 数量指标 | 新购图书 | 5000册 | 5200册 | 10 | |\n"
        f"时效指标 | {name} | ≥300天 | ≥310天 | 10 | |\n"
    )
    assert len(form.indicators) == indicators
