"""Tables, heads and units that stand apart from the indicator table: none of them is read on as its rows."""

from __future__ import annotations

import pytest

from auditor.claim import claims
from auditor.form import forms
from auditor.model import Field, Form
from auditor.read import read


def tabs(text: str) -> Form:
    (form,) = forms(read("form.txt", data=text.strip("\n").replace("|", "\t").encode()))
    return form


def bars(text: str) -> Form:
    (form,) = forms(read("form.txt", data=text.strip("\n").encode()))
    return form


def said(field: Field | None) -> str | None:
    return None if field is None else field.text.raw


def told(form: Form) -> list[tuple[str, ...]]:
    """The figures of tables of their own: heads, text, unit."""
    return [(*f.heads, f.text.raw, f.unit) for f in form.prose if len(f.heads) == 2]


INDICATORS = """
项目支出绩效自评表
一级指标|二级指标|三级指标|目标值|完成值
产出指标|数量指标|安装摄像头|≥300个|312个
|质量指标|制度健全性|健全|健全
"""


@pytest.mark.parametrize(
    "between",
    [
        "分乡镇安装情况\n乡镇|计划|已装|投入\n",  # a caption
        "乡镇|计划|已装|投入\n",  # its first head
        "分乡镇安装情况|||\n所在地|计划|已装|投入\n",  # a caption in a row of the table
    ],
)
def test_a_table_below_the_indicators_is_read_under_its_own_heads(between: str) -> None:
    """Its rows are no indicators without a result."""
    form = tabs(INDICATORS + between + "河口镇|200|212|40\n山南镇|100|100|20\n合计|300|312|60\n")
    assert [said(r.name) for r in form.indicators] == ["安装摄像头", "制度健全性"]
    assert ("河口镇", "计划", "200", "") in told(form)
    assert ("合计", "已装", "312", "") in told(form)
    assert {f.role for f in form.prose if f.heads[-1:] == ("计划",)} == {"plan"}


def test_rows_that_only_look_like_heads_go_on_in_the_indicator_table() -> None:
    """健全 | 健全 behind a page header: what is said twice names no columns, and bounds are targets."""
    form = tabs(INDICATORS + "（续）\n||档案完整性|完整|完整\n||开放天数|≥300天|310天\n||办证数|≥2000张|2130张\n")
    assert [said(r.target) for r in form.indicators] == ["≥300个", "健全", "完整", "≥300天", "≥2000张"]


def test_the_unit_of_a_caption_counts_the_figures_but_no_shares_and_no_numbers_of_things() -> None:
    """经费明细（万元）over 金额 | 占比 | 台数."""
    form = tabs("自评表\n经费明细（万元）\n用途|金额|占比|台数\n打印机|3.2|40|8\n电脑|4.8|60|10\n")
    assert told(form)[:3] == [
        ("打印机", "金额", "3.2", "万元"),
        ("打印机", "占比", "40", ""),
        ("打印机", "台数", "8", ""),
    ]


def test_the_unit_in_a_chapter_title_holds_to_the_next_title() -> None:
    """二、资金情况（万元）; 三、重点任务 says nothing of its money."""
    form = tabs(
        "部门整体支出绩效自评表\n二、资金情况（万元）\n项目|年初预算|实际支出|执行率\n基本支出|500|490|98%\n合计|500|490|98%\n"
        "三、重点任务\n任务|计划内容|完成内容|预算数|支出数\n救助|救助300人|救助312人|180|160\n巡查|巡查40次|巡查44次|20|18\n"
    )
    assert {a.field.unit for a in form.amounts if a.row == "total" and a.term == "spent"} == {"万元"}
    assert [(said(t.goal), said(t.result), t.funds and t.funds.unit) for t in form.tasks] == [
        ("救助300人", "救助312人", ""),
        ("巡查40次", "巡查44次", ""),
    ]


def test_tasks_with_planned_and_done_amounts_are_tasks() -> None:
    """计划量 | 完成量 | 完成率 | 计划资金: the first two are goal and result, money is not."""
    form = tabs(
        "自评表\n任务|计划量|完成量|完成率|计划资金|实际支出\n补路面|3公里|3.2公里|106.7%|200|190\n修桥|4座|4座|100%|80|80\n"
    )
    assert [(said(t.goal), said(t.result), said(t.funds)) for t in form.tasks] == [
        ("3公里", "3.2公里", "190"),
        ("4座", "4座", "80"),
    ]


def test_two_planned_columns_leave_it_open_which_is_the_goal() -> None:
    """计划内容 | 计划要求: nothing is guessed."""
    form = tabs("自评表\n任务|计划内容|计划要求|完成量|预算数|支出数\n补路面|3公里|按期|3.2公里|200|190\n")
    assert [(said(t.goal), said(t.result)) for t in form.tasks] == [(None, "3.2公里")]


def test_a_lower_row_of_heads_divides_the_upper_one() -> None:
    """批复金额 over 总额 | 财政拨款 | 其他资金: the whole is the money of the task."""
    form = tabs(
        "自评表\n单位：万元\n任务名称|主要内容|批复金额|||实际支出金额|预算执行率|原因\n||总额|财政拨款|其他资金|||\n"
        "义务教育|改造学校6所|2180|1980|200|2092.80|96.00%|\n学前教育|建设4所|640|640||588.80|92.00%|未到期\n"
        "合计||2820|2620|200|2681.60|95.09%|\n"
    )
    assert [(said(t.name), said(t.funds)) for t in form.tasks] == [("义务教育", "2180"), ("学前教育", "640")]
    total = {a.term: (a.field.text.raw, a.field.unit) for a in form.amounts if a.row == "tasks"}
    assert total == {"funds": ("2820", "万元"), "spent": ("2681.60", "万元"), "execution_rate": ("95.09%", "")}


def test_a_divided_target_and_result() -> None:
    """指标值 over 年初 | 调整后, 完成情况 over 完成值 | 完成率."""
    form = tabs(
        "自评表\n三级指标|指标值||完成情况||分值|得分\n|年初|调整后|完成值|完成率||\n修渠|12公里|10公里|10公里|100%|20|20\n清淤|3万方|3万方|3.1万方|103.3%|20|20\n"
    )
    (first, _) = form.indicators
    assert (said(first.initial), said(first.target), said(first.result), said(first.rate)) == (
        "12公里",
        "10公里",
        "10公里",
        "100%",
    )


def test_lower_heads_that_stand_under_nothing_divide_nothing() -> None:
    """One word below one head is a row, not a second row of heads."""
    form = tabs("自评表\n三级指标|指标值|完成值|分值|得分\n产出指标||||\n修渠|12公里|10公里|20|20\n")
    assert [(said(r.target), said(r.result)) for r in form.indicators] == [("12公里", "10公里")]


def test_a_blank_first_cell_is_told_from_a_frame_also_where_rows_end_in_blank_cells() -> None:
    """` | 区级资金 | 30 | |` below `资金 | | 预算数 | 执行数 | 分值`."""
    form = bars(
        "自评表\n项目资金（万元） | | 年初预算数 | 全年执行数 | 分值\n | 资金总额 | 50 | 48 | 10\n | 区级资金 | 50 | 48 | |\n"
    )
    assert [(a.term, a.row, a.field.text.raw) for a in form.amounts][:3] == [
        ("initial_budget", "total", "50"),
        ("spent", "total", "48"),
        ("weight", "total", "10"),
    ]


def test_two_columns_of_one_name_in_two_years_are_two_facts() -> None:
    """2023年事故起数 | 2022年事故起数: the head dates the bare figures below it."""
    text = INDICATORS + "分季度情况\n季度|2023年起数|2022年起数\n一季度|71|82\n二季度|78|88\n全年|149|170\n"
    form = tabs(text)
    assert ("全年", "2022年起数", "170", "") in told(form)
    dated = {(c.span.quote, c.period) for c in claims(form) if c.section == "prose"}
    assert {("149", "2023年"), ("170", "2022年")} <= dated


def test_points_at_the_end_of_a_name_are_its_weight() -> None:
    """培训期数(8分) where no column holds the weights; (8分) is no part of the name."""
    form = tabs("自评表\n三级指标|年初目标值|实际完成值|得分\n培训期数(8分)|≥40期|43期|8\n满意度（6分）|≥95%|96%|6\n")
    assert [(said(r.name), said(r.weight)) for r in form.indicators] == [("培训期数", "(8分)"), ("满意度", "（6分）")]


def test_brackets_that_hold_no_points_stay_with_the_name() -> None:
    """奖补标准（500元）, and points beside a column of weights."""
    form = tabs("自评表\n三级指标|年初目标值|实际完成值|得分\n奖补标准（500元）|500元|500元|8\n")
    assert [(said(r.name), said(r.weight)) for r in form.indicators] == [("奖补标准（500元）", None)]
    form = tabs("自评表\n三级指标|指标值|完成值|分值|得分\n期数(8分)|≥40期|43期|8|8\n")
    assert [(said(r.name), said(r.weight)) for r in form.indicators] == [("期数(8分)", "8")]


def test_sentences_below_a_label_of_the_head_are_text() -> None:
    """项目概况 | 全年举办43期…。 is no value of the head; a short one is."""
    long = "全年举办公益培训班43期，培训学员1628人；举办书画摄影展览9个，开放318天，服务群众18.4万人次。"
    form = tabs(f"自评表\n项目名称|免费开放|项目概况|场馆开放\n项目概况|{long}\n")
    assert [said(f) for f in form.prose] == [long]
    assert "场馆开放" in [said(f) for f in form.header]


CELLS = """
部门整体支出绩效自评情况
单位：白水镇人民政府
一、经费控制
经费控制情况（万元）
2021年决算数
2022年预算数
2022年决算数
三公经费
20.20
20.00
18.60
1、出国经费
0
0
0
2、公务接待
11.80
12.00
10.10
改进措施及结果应用方案
2023年拟把公务接待压到10万元以内；每季度公开一次。
"""


def test_a_cell_a_line_with_chapters_captions_and_numbered_rows() -> None:
    """Nothing of it is lost: the office, the unit of the caption, 1、出国经费 as a row, the measures."""
    form = bars(CELLS)
    assert form.department == "白水镇人民政府"
    spent = {a.label: (a.field.text.raw, a.field.unit) for a in form.amounts if a.term == "spent"}
    assert spent == {"三公经费": ("18.60", "万元"), "1、出国经费": ("0", "万元"), "2、公务接待": ("10.10", "万元")}
    assert [f.text.raw[:5] for f in form.improvements] == ["2023年"]
    assert not form.unread


def test_numbered_goals_on_lines_of_their_own_are_no_chapter() -> None:
    """一、新建公路12公里 below the heads of a form in cells: where it belongs is not known."""
    form = bars(CELLS.replace("一、经费控制\n", "一、新建公路12公里\n"))
    assert [f.text.raw for f, _ in form.unread] == ["一、新建公路12公里"]


def test_cells_of_a_table_are_no_goals() -> None:
    """产出指标 | 名称 | 42万亩 | 42万亩 | 15分 below the label of the goals, without heads: said to be unread."""
    form = tabs(
        "部门整体支出绩效自评表\n部门名称|某局\n年度目标|目标1：播种42万亩。|完成情况1：播种42.3万亩。\n"
        "产出指标|粮食播种|42万亩|42.3万亩|15分|15分\n|高标准农田|3万亩|3万亩|15分|15分\n"
    )
    assert [said(f) for f in form.goals] == ["目标1：播种42万亩。"]
    assert [said(f) for f in form.results] == ["完成情况1：播种42.3万亩。"]
    assert {"42万亩", "高标准农田"} <= {f.text.raw for f, _ in form.unread}


def test_two_texts_beside_a_goal_label_without_heads_may_be_two_goals() -> None:
    """Nothing says that the second is what was done."""
    form = tabs(
        "部门整体支出绩效自评表\n部门名称|某局\n年度目标|播种面积稳定在42万亩以上。|产量不低于17万吨，单产提高。\n"
    )
    assert not form.goals
    assert len(form.unread) == 2


def test_heads_of_goal_and_result_beside_the_label_of_the_block() -> None:
    """年度绩效目标 | 工作目标 | 完成概况."""
    form = tabs("自评表\n部门名称|某局\n年度绩效目标|工作目标|完成概况\n|治理河流32公里。|治理河流33公里。\n")
    assert ([said(f) for f in form.goals], [said(f) for f in form.results]) == (
        ["治理河流32公里。"],
        ["治理河流33公里。"],
    )


@pytest.mark.parametrize(
    ("heads", "first"), [("预算批复数|调整数|决算数", "initial_budget"), ("预算数|追加数|决算数", "year_budget")]
)
def test_an_adjustment_may_be_what_came_of_it(heads: str, first: str) -> None:
    """批复数 | 调整数 | 决算数: 4400, 4800, 4656. Spending over the first is no error then."""
    form = tabs(f"自评表\n部门整体支出（万元）|支出类型|{heads}\n|人员类|1200|1260|1260\n|总计|4400|4800|4656\n")
    terms = {a.term: a.field.text.raw for a in form.amounts if a.row == "total"}
    assert terms[first] == "4400"
    assert ("adjustment" in terms) == (first == "year_budget")


def test_money_of_the_tasks_below_one_head() -> None:
    """财政资金投入（万元） over 预算 | 执行 | 执行率 is no funds block; 履职任务 names tasks."""
    form = tabs(
        "自评表\n履职任务|年初计划|年末完成|未完成原因|财政资金投入（万元）||\n||||预算|执行|执行率\n"
        "食品抽检|抽检1200批次|抽检1236批次||180|176.4|98%\n设备检查|检查400台|检查388台|12台停用|60|57|95%\n合计||||240|233.4|97.25%\n"
    )
    assert [(said(t.goal), said(t.result), said(t.funds), t.funds and t.funds.unit) for t in form.tasks] == [
        ("抽检1200批次", "抽检1236批次", "176.4", "万元"),
        ("检查400台", "检查388台", "57", "万元"),
    ]
    assert not any(a.row == "total" for a in form.amounts)


def test_points_that_tell_score_and_weight_name_no_level() -> None:
    """20（20） is no first level."""
    form = tabs(
        "自评表\n一级指标|二级指标|三级指标|目标值|完成值|自评得分（权重）\n产出指标|数量指标|站点|6个|6个|20（20）\n|数量指标|公墓|2处|1处|10（20）\n"
    )
    assert all(r.level1 is None or said(r.level1) == "产出指标" for r in form.indicators)


def test_the_unit_of_a_chapter_title_is_no_figure_of_the_text() -> None:
    """二、预算执行情况（单位：元）."""
    form = tabs("自评表\n二、预算执行情况（单位：元）\n资金来源|预算数|执行数|执行率\n合计|3200|3136|98%\n")
    assert not form.prose
    assert {a.field.unit for a in form.amounts if a.term == "spent"} == {"元"}


def test_what_is_planned_is_no_result_whatever_its_head_ends_with() -> None:
    """计划完成情况 | 实际完成情况; 预期成效 | 实际成效."""
    for planned, done in (("计划完成情况", "实际完成情况"), ("预期成效", "实际成效")):
        form = tabs(
            f"自评表\n工作任务|{planned}|{done}|预算数|执行数\n健身|活动30场|活动33场|210|207\n竞赛|参赛4次|参赛5次|30|29\n"
        )
        assert [(said(t.name), said(t.goal), said(t.result)) for t in form.tasks] == [
            ("健身", "活动30场", "活动33场"),
            ("竞赛", "参赛4次", "参赛5次"),
        ]
    form = tabs("自评表\n附：区域情况\n区域|预期成效|实际成效\n东|3处|4处\n西|2处|2处\n")
    assert [f.role for f in form.prose if f.heads[:1] == ("东",)] == ["plan", "result"]


def test_a_unit_on_a_line_of_its_own_below_the_label_of_the_block() -> None:
    """项目资金 / （万元）."""
    form = tabs("自评表\n项目资金\n（万元）\n|年初预算数|全年预算数|全年执行数|执行率\n年度资金总额|150|150|147|98%\n")
    assert {a.field.unit for a in form.amounts if a.term == "spent"} == {"万元"}


def test_a_subtotal_is_no_task() -> None:
    """小计 at the end of a task table."""
    form = tabs(
        "自评表\n任务名称|主要内容|完成情况|预算数|执行数\n健身|活动30场|活动33场|210|207\n竞赛|参赛4次|参赛5次|30|29\n小计|||240|236\n"
    )
    assert [said(t.name) for t in form.tasks] == ["健身", "竞赛"]
    assert {a.term: a.field.text.raw for a in form.amounts if a.row == "tasks"} == {
        "year_budget": "240",
        "spent": "236",
    }
