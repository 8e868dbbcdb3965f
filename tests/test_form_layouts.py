"""Layouts of many provinces: each is named, and read to the last cell."""



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


def values(form: Form) -> list[tuple[str | None, ...]]:
    return [tuple(said(f) for f in (r.name, r.target, r.result, r.weight, r.score)) for r in form.indicators]


def figures(form: Form) -> list[tuple[str, str, str]]:
    return [(a.term, a.row, a.field.text.raw) for a in form.amounts]


CHONGQING = """
2023年度项目绩效目标自评表
单位：万元
专项名称|灭火器更新||项目编码|5001|自评总分（分）|97.6
主管部门|应急局||财政归口处室|某处|项目经办人|张某
预算执行情况|年初预算数|全年（调整）预算数|全年执行数|执行率（%）|执行率权重（分）|执行率得分（分）
合计|60|58|52.2|90|10|9
其中：市级资金|60|58|52.2|90||
年初绩效目标||全年（调整）绩效目标||全年目标实际完成情况||
更新500具||更新500具||更新482具||
绩效指标|计量单位|指标性质|年初指标值|调整指标值|全年完成值|得分系数（%）|指标权重（分）|指标得分（分）|是否核心指标|说明
更新数量|具|≥|500|500|482|96.4|40|38.56|是|到货延迟
合格率|%|＝|100|100|100|100|50|50|否|
"""

HUNAN = """
2022年度部门整体支出绩效自评表
预算单位名称|某县交通局
年度预算申请（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分
|年度资金总额|1000|1200|1180|10|98.33%|9.83
|按收入性质分：||||按支出性质分：||
|其中：一般公共预算：|900|||其中：基本支出：|500|
|政府性基金拨款：|100|||项目支出：|680|
年度总体目标|预期目标|||实际完成情况|||
|修路10公里|||修路11公里|||
绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施
|产出指标（50分）|数量指标|修路里程|10公里|11公里|50|50|
"""

SICHUAN = """
2023年部门预算项目支出绩效自评表
主管部门：某县林草局||||||||||金额单位：万元
项目名称|防火
项目基本情况|1.项目年度目标完成情况|项目年度目标||||年度目标完成情况
||建隔离带36公里||||建隔离带38公里
|2.项目实施内容及过程概述|按合同节点验收，机具如期到位。
预算执行情况（10分）|年度预算数|年初预算|调整后预算数|预算执行数|预算执行率|权重|得分|原因
|总额|526.00|560.00|543.20|97.00%|10|9.70|采购节约
|其中：财政资金|526.00|560.00|543.20||||
绩效指标（90分）|一级指标|二级指标|三级指标|指标性质|指标值|度量单位|完成值|权重|得分|未完成原因分析
|产出指标|数量指标|隔离带长度|≥|36|公里|38|90|90|
合计||||||||100|99.70|
评价结论|自评得分99.70分。
"""

HUBEI = """
2022年度环卫项目自评表
单位名称：某市城管局   填报日期：2023年3月1日
项目名称|环卫作业
项目属性|1、持续性项目 ☑ 2、新增性项目 □
预算执行情况（万元）（20分）||预算数（A）|执行数（B）|执行率（B/A）|得分（20分*执行率）
|年度财政资金总额|500|480|96%|19.20
年度绩效目标（80分）|一级指标|二级指标|三级指标|年初目标值（A）|实际完成值（B）|得分
|产出指标（40分）|数量指标|清扫面积|300万平方米|310万平方米|20
||质量指标|达标率|≥95%|96%|20
|满意度指标（40分）|服务对象满意度指标|市民满意度|≥85%|88.6%|40
总分||||||99.20
偏差大或目标未完成原因分析|无
改进措施及结果应用方案|推行网格化。
"""

XIANJIE = """
财政衔接推进乡村振兴补助资金项目绩效自评表
（2023年度）
项目名称|肉牛养殖||项目负责人及电话|李某
主管部门|乡村振兴局||实施单位|某镇政府
资金情况（万元）||全年预算数（A）|全年执行数（B）|执行率（B/A）
|年度资金总额：|300|297.6|99.2%
|其中：财政衔接资金|300|297.6|99.2%
年度总体目标|年初设定目标|||全年实际完成情况
|建牛舍2栋|||建牛舍2栋
绩效指标|一级指标|二级指标|三级指标|指标值|全年实际完成值|未完成原因和改进措施
|产出指标|数量指标|新建牛舍（栋）|≥2|2|
||成本指标|总投资（万元）|≤300|297.6|
说明|无
"""

SCORECARD = """
部门整体支出绩效评价指标评分表
（2021年度）
一级指标|二级指标|三级指标|分值|指标解释|评分标准|得分
投入（20分）|预算配置（20分）|在职人员控制率|10|在职数/编制数×100%|≤100%得满分|10
||“三公经费”变动率|10|（本年-上年）/上年|≤0得满分|8
过程（80分）|预算执行（80分）|预算完成率|80|||79
合计|||100|||97
"""

YUNNAN = """
公开13表
2022年度部门整体支出绩效自评情况
编制单位：某县林草局
一、部门基本情况|（一）部门概况|内设股室6个，编制45人，实有43人。
|（二）部门绩效目标的设立情况|完成造林5000亩，抚育3000亩。
二、评价情况分析及综合评价结论||完成造林5100亩，自评得分96分。
三、存在的问题和整改情况||进度偏慢2个月，已经赶上。
"""

JIANGSU = """
部门整体支出绩效目标自评价表
单位：万元
部门名称|某市体育局
收入|金额||支出|金额
一般公共预算|800||基本支出|500
政府性基金|100||项目支出|400
合计|900||合计|900
年度目标|承办赛事12项
一级指标|二级指标|三级指标|四级指标|计划值|实现值|得分
产出|竞技体育|赛事|承办赛事数|=12项|13项|10
|||参赛人数|≥3000人|2900人|9.67
"""

GUANGXI = """
2023年度项目支出绩效自评表
一级指标|二级指标|三级指标|指标方向|上年实际值|年初指标值|单位|实际完成值|完成率|分值|得分|备注
产出指标|数量指标|培训人数|正向指标|90|100|人|120|120%|20|20|
|成本指标|人均成本|反向指标|510|500|元|480|100%|20|20|
"""

BEIJING = """
项目支出绩效自评表
（ 2021年度）
项目名称||||图书采购
主管部门及代码||||某区文旅局022|||实施单位|区图书馆
项目资金（万元）|||年初预算数||全年预算数|全年执行数||分值|执行率|得分
|年度资金总额||50.000000||50.000000|49.800000||10|99.60%|9.96
年度总体目标|预期目标|||||||实际完成情况
|采购图书1万册|||||||采购图书10200册
绩效指标|一级指标|二级指标|三级指标|年度指标值||实际完成值||分值|得分|偏差原因分析及改进措施
|产出指标|数量指标|指标1：采购图书|≥1万册||10200册||90|90|
|||指标2：|||||||
总分||||||||100|99.96
"""


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        (CHONGQING, "chongqing-coefficient"), (HUNAN, "mof-department"), (SICHUAN, "sichuan-10-90"), (HUBEI, "hubei-20-80"),
        (XIANJIE, "xianjie-funds"), (SCORECARD, "scorecard"), (YUNNAN, "prose-report"), (JIANGSU, "mof-department"),
        (GUANGXI, "mof-project"), (BEIJING, "mof-project"), ("收条\n今收到现金5元。\n", "prose-report"), ],
)  # fmt: skip
def test_layout_is_named(text: str, layout: str) -> None:
    """What identifies a layout is data in rules/layouts.toml."""
    assert tabs(text).layout == layout


@pytest.mark.parametrize("text", [CHONGQING, HUNAN, SICHUAN, HUBEI, XIANJIE, SCORECARD, YUNNAN, GUANGXI, BEIJING])
def test_nothing_is_left_unread(text: str) -> None:
    """Only columns that claim no result are put aside."""
    assert {why for _, why in tabs(text).unread} <= {"criteria", "other_column"}


def test_chongqing() -> None:
    form = tabs(CHONGQING)
    assert values(form) == [("更新数量", "500", "482", "40", "38.56"), ("合格率", "100", "100", "50", "50")]
    assert form.indicators[0].target is not None
    assert (form.indicators[0].target.comparator, form.indicators[0].target.unit) == ("≥", "具")
    assert figures(form)[:6] == [
        ("initial_budget", "total", "60"), ("year_budget", "total", "58"), ("spent", "total", "52.2"),
        ("execution_rate", "total", "90"), ("weight", "total", "10"), ("score", "total", "9"),
    ]  # fmt: skip
    assert [said(f) for f in form.results] == ["更新482具"]
    assert (said(form.total_score), form.unit) == ("97.6", "万元")


def test_hunan_breakdowns_stand_side_by_side() -> None:
    assert figures(tabs(HUNAN))[6:] == [
        ("income", "general_public", "900"), ("expenditure", "basic", "500"),
        ("income", "government_fund", "100"), ("expenditure", "project", "680"),
    ]  # fmt: skip


def test_sichuan() -> None:
    form = tabs(SICHUAN)
    assert [said(f) for f in (*form.goals, *form.results)] == ["建隔离带36公里", "建隔离带38公里"]
    assert figures(form)[:3] == [
        ("initial_budget", "total", "526.00"),
        ("year_budget", "total", "560.00"),
        ("spent", "total", "543.20"),
    ]
    assert values(form) == [("隔离带长度", "36", "38", "90", "90")]
    assert {f.text.raw for f in form.prose} == {"按合同节点验收，机具如期到位。", "采购节约", "自评得分99.70分。"}


def test_hubei() -> None:
    form = tabs(HUBEI)
    assert ("weight", "total", "（20分）") in figures(form)
    assert (said(form.total_score), said(form.total_weight)) == ("99.20", None)
    assert ([said(f) for f in form.issues], [said(f) for f in form.improvements]) == (["无"], ["推行网格化。"])


def test_xianjie_units_stand_in_the_names() -> None:
    form = tabs(XIANJIE)
    assert [r.result.unit for r in form.indicators if r.result] == ["栋", "万元"]
    assert ("spent", "fiscal", "297.6") in figures(form)


def test_scorecard_has_neither_target_nor_result() -> None:
    form = tabs(SCORECARD)
    assert values(form)[1] == ("“三公经费”变动率", None, None, "10", "8")
    assert (said(form.total_weight), said(form.total_score)) == ("100", "97")


def test_titles_beside_texts() -> None:
    form = tabs(YUNNAN)
    assert [(f.heads, f.role) for f in form.prose] == [
        (("部门基本情况", "部门概况"), "result"), (("部门绩效目标的设立情况",), "target"),
        (("二、评价情况分析及综合评价结论",), "result"),
    ]  # fmt: skip
    assert [said(f) for f in form.issues] == ["进度偏慢2个月，已经赶上。"]


def test_income_beside_expenditure() -> None:
    form = tabs(JIANGSU)
    assert figures(form) == [
        ("income", "general_public", "800"), ("expenditure", "basic", "500"), ("income", "government_fund", "100"),
        ("expenditure", "project", "400"), ("income", "total", "900"), ("expenditure", "total", "900"),
    ]  # fmt: skip
    assert [(said(r.level1), said(r.level2), said(r.name)) for r in form.indicators] == [
        ("产出", "赛事", "承办赛事数"), ("产出", "赛事", "参赛人数"),
    ]  # fmt: skip


def test_the_year_before_is_no_result() -> None:
    form = tabs(GUANGXI)
    assert values(form) == [("培训人数", "100", "120", "20", "20"), ("人均成本", "500", "480", "20", "20")]
    assert [r.target.comparator for r in form.indicators if r.target] == ["≥", "≤"]


def test_blank_rows_of_the_template_are_no_indicators() -> None:
    assert [said(r.name) for r in tabs(BEIJING).indicators] == ["指标1：采购图书"]


def test_heads_again_on_the_next_page() -> None:
    """Levels go on where the heads are repeated."""
    heads = "一级指标|二级指标|三级指标|年度指标值|实际完成值\n"
    form = tabs(f"自评表\n{heads}产出指标|数量指标|人数|5人|6人\n{heads}||场次|3场|3场\n")
    assert [(said(r.level2), said(r.name)) for r in form.indicators] == [("数量指标", "人数"), ("数量指标", "场次")]


def test_two_budgets_are_before_and_after() -> None:
    """预算批复数 and 调整后预算数: the first is the initial budget."""
    form = tabs("部门整体支出自评表\n部门预算（万元）|预算批复数|调整后预算数|决算数|执行率\n合计|100|110|105|95.45%\n")
    assert [t for t, _, _ in figures(form)] == ["initial_budget", "year_budget", "spent", "execution_rate"]


def test_a_blank_between_the_heads_is_the_column_of_names() -> None:
    """年度预算 | blank | 年初预算数 | …: the first head names the block, the rows are named under the blank."""
    form = tabs(
        "部门整体支出自评表\n年度预算（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分\n"
        "|年度资金总额|1,860.00|1,942.50|1,903.65|10|98.00%|9.80\n|其中：基本支出|1,320.00|1,352.50|1,352.50|—|100.00%|—\n"
    )
    assert [(t, r) for t, r, _ in figures(form)][:3] == [("initial_budget", "total"), ("year_budget", "total"), ("spent", "total")]
    assert not form.unread


def test_a_stroke_names_nothing() -> None:
    """预算执行率 | / | /: the indicator is named by the level above."""
    form = tabs(
        "部门整体支出自评表\n一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分\n"
        "满意度指标|服务对象满意度|农户满意度|≥90%|95%|10|10\n预算执行率|/|/|100%|97.95%|10|9.8\n合计|/|/|/|/|20|19.8\n"
    )
    assert [said(r.name) for r in form.indicators] == ["农户满意度", "预算执行率"]


def test_funds_heads_are_known_by_their_parts() -> None:
    """No list has these heads; together they can only be a funds table. One that is no money makes it none."""
    rows = "|资金合计|5,200|5,460|5,460|5,187|95.00%|10|9.5\n|1.省级财政资金|4,000|4,260|4,260|4,023.4|94.45%||\n"
    heads = "资金情况||年初安排|年中调整后|实际拨付|实际使用|使用进度|权重|得分\n"
    form = tabs(f"项目支出绩效自评表\n{heads}{rows}")
    assert [t for t, r, _ in figures(form) if r == "total"] == [
        "initial_budget", "year_budget", "arrived", "spent", "execution_rate", "weight", "score",
    ]  # fmt: skip
    other = tabs(f"项目支出绩效自评表\n{heads.replace('实际拨付', '责任科室')}{rows}")
    assert figures(other) == []


def test_goals_and_results_under_heads_of_any_name_line_by_line() -> None:
    """履职目标 | 履职完成情况; the lines of its two cells came apart: the numbering tells which go on with the result."""
    form = tabs(
        "部门整体绩效自评表\n履职目标|履职完成情况\n1.培训3期；\n2.走访20户。|1.培训3期。\n2.走访22户。\n3.另建档5册。\n"
    )
    assert [said(f) for f in form.goals] == ["1.培训3期；", "2.走访20户。"]
    assert [said(f) for f in form.results] == ["1.培训3期。", "2.走访22户。", "3.另建档5册。"]


def test_a_level_alone_in_its_row_is_no_indicator_left_blank() -> None:
    """数量 on a line of its own, as a copied table leaves it."""
    form = tabs("项目支出绩效自评表\n指标|年度指标值|实际完成值|分值|得分\n数量\n采血人次|100人次|98人次|20|19.6\n献血场次|5场|6场|20|20\n")
    assert [said(r.name) for r in form.indicators] == ["采血人次", "献血场次"]


def test_a_total_of_tasks_that_lost_its_blanks_is_not_read() -> None:
    """合计 760 740.02 97.4%: the rate under money says that the figures stand in other columns than they seem to."""
    head = "部门整体支出绩效自评表\n主要任务|任务目标|完成情况|预算金额|支出金额|支出率\n"
    rows = "修缮|修缮3处|修缮3处|260|260|100%\n展览|办展2场|办展2场|500|480.02|96%\n"
    whole = tabs(f"{head}{rows}合计|||760|740.02|97.4%\n")
    assert [v for _, r, v in figures(whole) if r == "tasks"] == ["760", "740.02", "97.4%"]
    lost = tabs(f"{head}{rows}合计|760|740.02|97.4%\n")
    assert [v for _, r, v in figures(lost) if r == "tasks"] == []
    assert {said(f) for f, _ in lost.unread} >= {"760", "740.02", "97.4%"}
