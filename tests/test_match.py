"""Which claims state one fact, which rival for it, and which figure is a sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import audit_text
from auditor.claim import claims
from auditor.form import forms
from auditor.match import matches
from auditor.quantity import quantities
from auditor.read import read
from auditor.rival import slip
from auditor.side import relation

FORM = """部门整体支出绩效自评表
（2023年度）
部门名称	云岭县综合服务中心
年度整体目标	整体目标完成情况
做好全年工作。	{narrative}
关键指标	预期实现值	指标完成情况
{rows}
"""


def verdicts(narrative: str, *rows: str) -> list[tuple[str, tuple[str, ...]]]:
    """(kind, quotes) of the matches between a narrative and indicator rows `name|target|result`."""
    source = FORM.format(narrative=narrative, rows="\n".join(r.replace("|", "\t") for r in rows))
    (form,) = forms(read("x.txt", source.encode()))
    found = matches(form, claims(form))
    return sorted(
        (m.kind, tuple(sorted(c.span.quote for c in m.claims))) for m in found if m.claims[0].role in ("result", "plan")
    )


@pytest.mark.parametrize(
    ("narrative", "row"),
    [
        ("举办就业培训班12期", "就业培训期数|10期|12期"),
        ("全年走访企业134次", "走访企业次数|120次|全年走访企业134次"),
        ("重大案件案发数为0件", "重大案件发案数|0件|0件"),
        ("完成综合保税区验收3项", "综保区验收|3项|3项"),
        ("高企净增73家", "高新技术企业净增数|60家|73家"),
        ("清理垃圾1860吨", "清运垃圾量|1800吨|清运垃圾1860吨"),
        ("发放补贴415.95万元", "发放补贴金额|400万元|4159500元"),
        ("巡库员参训186人次", "巡库员培训人次|160人次|186人次"),
        ("培训学员860人次", "培训学员人次|800人次|约860人次"),
        ("建成公园15处", "公园建设数量|15个|15个"),
        ("为86名护林员发放补贴，每人每月300元", "护林员补贴标准|300元/人·月|300元/人·月"),
        ("带动农户230户，户均增收1450元", "农户户均增收|1200元|1450元"),
        ("地灾隐患点巡查14次", "地质灾害巡查次数|12次|14次"),
        ("PM2.5平均浓度26微克/立方米", "细颗粒物年均浓度|≤30微克/立方米|26微克/立方米"),
        ("窗口平均办理用时0.5个工作日", "窗口办理时间|1个工作日|0.5个工作日"),
        ("门诊量达42.8万人次，同比增长7.0%", "门诊量增幅|≥5%|7.0%"),
        ("对93户312人监测对象落实帮扶", "监测对象帮扶|90户|帮扶93户"),
        ("86个自动气象站运转稳定", "维护自动气象站个数|86个|86个"),
        ("新建水厂9座、改造水厂17座，合计26座", "水厂建设座数|26座|26座"),
        ("举办技能竞赛12场", "竞赛|10场|举办竞赛12场"),
    ],
)
def test_other_words_for_one_fact_are_one_fact(narrative, row):
    """Synonyms, abbreviations, swapped letters, converted units, what a figure is for, means, changes, totals of parts."""
    assert [kind for kind, _ in verdicts(narrative, row)] == ["same"]


@pytest.mark.parametrize(
    ("narrative", "row"),
    [
        ("举办就业培训班12期", "就业培训期数|10期|13期"),
        ("全年走访企业134次", "走访企业次数|120次|全年走访企业143次"),
        ("发放宣传资料1100份", "宣传资料发放数|1000份|1010份"),
        ("新建候车亭38个", "候车亭建设数量|30个|58个"),
    ],
)
def test_two_figures_for_one_fact_are_rivals(narrative, row):
    """A changed figure is seen in either direction."""
    assert [kind for kind, _ in verdicts(narrative, row)] == ["rival"]


@pytest.mark.parametrize(
    ("narrative", "rows"),
    [
        ("举办安全培训3场、业务培训12场", ["培训场次|15场|15场"]),
        ("举办女职工讲座5场", ["职工讲座场次|10场|12场"]),
        ("新建厕所5座，改建厕所8座", ["改建厕所座数|8座|8座", "新建厕所座数|5座|5座"]),
        ("上年培训860人", ["培训人数|900人|920人"]),
        ("培训人数同比增长12%", ["培训合格率|90%|95%"]),
        ("签约其他项目4个", ["签约项目数|3个|9个"]),
        ("2022年验收村庄10个", ["2023年验收村庄|12个|2023年验收村庄12个"]),
        ("组织演练1次；开展巡展1次", ["培训次数|1次|1次"]),
        ("发放防火资料500份，发放防汛资料800份", ["防汛资料|800份|800份", "防火资料|500份|500份"]),
    ],
)
def test_two_facts_never_rival(narrative, rows):
    """Parts, other years, other kinds, changes and equal small numbers are other facts."""
    assert "rival" not in [kind for kind, _ in verdicts(narrative, *rows)]


WHOLE = """部门整体支出绩效自评表
（2023年度）
部门名称	云岭县综合服务中心
年度整体目标	整体目标完成情况
{goal}	{result}
关键指标	预期实现值	指标完成情况
{row}
"""


def rivals(goal: str, result: str, row: str) -> list[tuple[str, ...]]:
    """Quotes of the claims that rival, targets and results, between a narrative and one row."""
    source = WHOLE.format(goal=goal, result=result, row=row.replace("|", "\t"))
    (form,) = forms(read("x.txt", source.encode()))
    return [tuple(c.span.quote for c in m.claims) for m in matches(form, claims(form)) if m.kind == "rival"]


@pytest.mark.parametrize(
    ("goal", "result", "row", "expected"),
    [
        # two heights of one bar; results that can both be true of one fact do not rival
        ("目标3：走访企业250次以上。", "走访企业260次。", "走访企业次数|≥150次|260次", [("250次以上", "≥150次")]),
        ("走访企业150次以上。", "走访企业200次以上。", "走访企业次数|≥150次|260次", []),
        ("走访企业约150次。", "走访企业260次。", "走访企业次数|≥150次|260次", []),
        # the narrative says one thing of goal and result, and its goal is the row's: so must its result be
        ("开展社区敬老活动6场。", "开展社区敬老活动7场。", "敬老活动场次|6场|6场", [("7场", "6场")]),
        ("开展社区敬老活动6场。", "开展社区敬老活动6场。", "敬老活动场次|6场|6场", []),
        ("开展社区敬老活动6场。", "开展全民健身活动7场。", "敬老活动场次|6场|6场", []),
    ],
)  # fmt: skip
def test_goal_and_result_of_one_thing_close_a_square(goal, result, row, expected):
    assert rivals(goal, result, row) == expected


def test_equal_figures_of_two_things_are_not_one_fact():
    """24 events of one kind and 24 of another: a figure that stands twice in one place points at nothing."""
    rows = ("群众体育赛事|20场|24场", "阳光体育活动|20场|24场")
    found = verdicts("举办群众性体育赛事24场，举办青少年阳光体育活动24场", *rows)
    assert [(kind, len(quotes)) for kind, quotes in found] == [("same", 2), ("same", 2)]
    assert verdicts("开展防溺水宣传12场", "防火宣传场次|10场|12场") == []


def test_a_slip_of_the_pen_in_a_label_does_not_hide_its_fact():
    """忧良天数 for 优良天数; but 新建 for 改建 is another fact, and so is a figure that stands twice."""
    assert [k for k, _ in verdicts("空气质量忧良天数338天", "空气质量优良天数|330天|338天")] == ["same"]
    assert verdicts("新建农村公路桥梁38座", "改建农村公路桥梁|30座|38座") == []


def test_of_two_like_figures_in_a_cell_each_finds_its_own():
    """Found and put right: 963 each, in both places."""
    found = verdicts("巡查场所1872家次，发现隐患963处，完成整改963处", "隐患整改|900处|隐患963处，已整改963处")
    assert [(kind, len(quotes)) for kind, quotes in found] == [("same", 2), ("same", 2)]


def test_targets_are_one_only_by_their_figure():
    """20家 fits ≥18家 and is another target; 不少于20家 and ≥20家 are one."""
    source = FORM.replace("做好全年工作。", "{goal}").replace("{narrative}", "工作完成。")

    def targets(goal: str) -> list[str]:
        (form,) = forms(read("x.txt", source.format(goal=goal, rows="卫生院设备更新数|≥18家|18家").encode()))
        return [m.kind for m in matches(form, claims(form)) if m.claims[0].role == "target"]

    assert targets("更新卫生院设备20家。") == []
    assert targets("更新卫生院设备18家。") == targets("更新卫生院设备不少于18家。") == ["same"]
    assert targets("更新卫生院设备不少于20家。") == ["rival"]


def test_a_change_up_and_a_change_down_are_two_facts():
    """The same percentage, the other way."""
    assert verdicts("门诊量达42.8万人次，同比下降7.0%", "门诊量增幅|≥5%|7.0%") == []


SCORED = """项目支出绩效自评表
（2023年度）
项目名称	古树名木保护
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分	偏差原因分析及改进措施
	产出指标	数量指标	复壮古树株数	36株	36株	60	60
	满意度指标	服务对象满意度	村民满意度	≥90%	94%	40	36
总分						100	96
评价结论	经自评，项目自评得分{}分。
"""


@pytest.mark.parametrize(("told", "kind"), [("96", "same"), ("98", "rival")])
def test_the_total_score_is_held_against_the_text_that_tells_it(told, kind):
    """自评得分 in the conclusion and the total in its cell."""
    (form,) = forms(read("x.txt", SCORED.format(told).encode()))
    assert kind in [m.kind for m in matches(form, claims(form)) if m.reasons == ("total_score",)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("2023年度古树名木保护绩效自评得分为", "rival"), ("本项目得分", "rival"), ("古树名木保护自评", "rival"), ("河道清淤自评得分", None)],
)
def test_a_score_named_by_the_title_of_the_form_is_its_total(name, kind):
    """Of another project nothing is said."""
    (form,) = forms(read("x.txt", SCORED.replace("项目自评得分{}", name + "98").encode()))
    assert [m.kind for m in matches(form, claims(form)) if m.reasons == ("total_score",)] == ([kind] if kind else [])


def test_the_points_of_the_execution_rate_are_not_the_total_score():
    """得分 9.80 in the funds block beside 项目自评得分96分."""
    block = "项目资金（万元）	全年预算数	全年执行数	分值	执行率	得分\n年度资金总额	100	98	10	98%	9.80\n绩效指标	一级"
    (form,) = forms(read("x.txt", SCORED.replace("绩效指标	一级", block).format("96").encode()))
    assert [m.kind for m in matches(form, claims(form)) if any(c.span.quote == "9.80" for c in m.claims)] == []


def test_a_label_that_names_its_parts_is_their_honest_total():
    """孤儿及留守儿童 = 孤儿 + 留守儿童: neither a rivalry nor a sum under other labels; a total that is wrong is a rivalry."""
    told = "保障孤儿{}名、留守儿童1087名，发放资金258.4万元"
    row = "保障孤儿及留守儿童|1400名|1499名"
    kinds = [k for k, quotes in verdicts(told.format(412), row) if "1499名" in quotes]
    assert kinds == ["whole"]


SPENT = """项目支出绩效自评报告
一、资金情况
全年预算120万元，其中护栏安装{}万元、标线施划40万元。
项目	全年预算数（万元）	实际支出数（万元）
护栏安装	80.00	78.50
标线施划	40.00	40.00
合计	120.00	118.50
"""


@pytest.mark.parametrize(("told", "kind"), [("80", "same"), ("70", "rival")])
def test_a_named_row_of_the_funds_is_held_against_the_text(told, kind):
    """其中护栏安装80万元 after 预算 is the row's budget, not its spending."""
    (form,) = forms(read("x.txt", SPENT.format(told).encode()))
    found = [(m.kind, m.claims[-1].span.quote) for m in matches(form, claims(form)) if m.reasons == ("护栏安装",)]
    assert found == [(kind, f"{told}万元")]


def test_a_gap_that_one_kindred_fact_fills_is_a_sum():
    """17 = 13 + 4, and said so with all places."""
    found = verdicts(
        "全年共签约落地项目数17个",
        "项目签约|12个|全年共签约落地项目数13个",
        "特色产业签约|4个|全年共签约落地特色产业项目数4个",
    )
    assert ("sum", ("13个", "17个", "4个")) in found


def test_a_sum_needs_the_only_sensible_summand():
    """With two facts that would fit there is no sum, only a rivalry."""
    found = verdicts(
        "全年共签约落地项目数17个",
        "项目签约|12个|全年共签约落地项目数13个",
        "特色产业签约|4个|全年共签约落地特色产业项目数4个",
        "外资签约|4个|全年共签约落地外资产业项目数4个",
    )
    assert "sum" not in [kind for kind, _ in found]
    assert "rival" in [kind for kind, _ in found]


def test_a_plan_finds_its_result():
    """计划组织1次 in the narrative, 组织1次 in the table."""
    found = verdicts("计划组织消防演练1次", "消防演练次数|1次|全年组织消防演练1次")
    assert ("plan", ("1次", "1次")) in found


def test_the_totals_of_the_funds_block_are_matched_by_name():
    """全年支出 in the narrative is the spent total; 项目支出 is not."""
    source = """部门整体支出绩效自评表
（2023年度）
单位：万元
部门名称	云岭县综合服务中心
部门资金情况	整体支出年度预算数	900.00	整体支出年初预算数	900.00
	实际支出数	880.50	年度调整额	0
年度整体目标	整体目标完成情况
做好全年工作。	{}
"""
    codes = [f.rule.code for f in audit_text(source.format("全年实际支出885.50万元。")).findings]
    assert "AGR101" in codes
    for clean in ("全年实际支出880.5万元。", "全年项目支出885.50万元。"):
        assert "AGR101" not in [f.rule.code for f in audit_text(source.format(clean)).findings]


def test_a_day_that_is_told_twice_is_said_without_a_unit():
    """2023年12月31日前 has none to add, in what held or in what did not."""
    source = """部门整体支出绩效自评表
（2023年度）
部门名称	云岭县农业农村局
年度整体目标	整体目标完成情况
高标准农田建设于2023年12月31日前完工。	高标准农田建设全部完工。
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值
	产出指标	时效指标	高标准农田建设完工时间	2023年12月31日前	2023年12月
"""
    held = [p for p in audit_text(source).passes if p.rule.code.startswith("AGR")]
    assert [p.arithmetic for p in held if "12月31日" in p.arithmetic] == ["2023年12月31日前"]
    assert all("日期" not in p.arithmetic + p.message() for p in held)


@pytest.mark.parametrize(
    ("a", "b", "like"),
    [("369", "396", True), ("369", "469", True), ("2208.99", "2280.99", True), ("15", "150", True),
     ("12", "13", False), ("369", "402", False), ("1860", "1680", True), ("36", "63", False)],
)  # fmt: skip
def test_a_slip_of_the_pen_is_one_digit_a_swap_or_a_moved_point(a, b, like):
    """Only from three digits on: short numbers are alike by chance."""
    assert slip(Decimal(a), Decimal(b)) is like
    assert slip(Decimal(b), Decimal(a)) is like


units = st.sampled_from(["个", "项", "人", "人次", "万元", "元", "%", "亩", "公顷", "场"])
figures = st.builds(lambda n, d, u: f"{n / 10**d:.{d}f}{u}", st.integers(0, 10**6), st.integers(0, 2), units)


@given(figures, figures)
def test_the_relation_of_figures_is_symmetric(a, b):
    """Which side stands first decides nothing."""
    one, two = quantities(f"共{a}")[0], quantities(f"共{b}")[0]
    assert relation(one, two) == relation(two, one)
    assert relation(one, one) is True


def test_a_conflict_is_named_by_what_is_counted_not_by_its_head():
    """完成情况 is where it stands."""
    text = FORM.format(narrative="建设精品在线课程16门。", rows="建设精品在线课程\t≥12门\t18门")
    (found,) = [f for f in audit_text(text).findings if f.rule.code == "AGR101"]
    assert found.facts["measure"] == "建设精品在线课程"


def test_to_set_up_is_to_build():
    """设立服务站26个 beside 新建服务站28个."""
    assert verdicts("设立诉讼服务站26个", "新建诉讼服务站|≥25个|28个") == [("rival", ("26个", "28个"))]
    assert verdicts("设立诉讼服务站28个", "新建诉讼服务站|≥25个|28个") == [("same", ("28个", "28个"))]


def test_a_figure_of_another_year_is_no_rival_of_one_without_a_year():
    """2022年走访18户 in a form of 2023 beside 走访26户."""
    assert "rival" not in [k for k, _ in verdicts("2022年走访困难家庭18户。", "走访困难家庭|≥20户|26户")]
    assert "rival" in [k for k, _ in verdicts("2023年走访困难家庭18户。", "走访困难家庭|≥20户|26户")]


ADJUSTED = """项目绩效目标自评表
年度目标	年初目标			调整后目标		完成情况
	新建鱼道12处，增殖放流800万尾。			调整为新建鱼道10处，增殖放流800万尾。		新建鱼道10处；增殖放流836万尾。
绩效指标	指标	计量单位	方向	年初值	调整值	完成值	权重	得分	核心指标	备注
	新建鱼道	处	≥	12	10	10	50	50	是
	增殖放流	万尾	≥	800	800	836	50	50	否
"""


def test_targets_before_and_after_their_adjustment_are_two_facts_unless_nothing_changed():
    """The columns 年初值 and 调整值 answer the goals of their own; 核心指标 names nothing."""
    form = forms(read("form.txt", ADJUSTED.encode()))[0]
    found = [sorted(c.span.quote for c in m.claims) for m in matches(form, claims(form)) if m.kind == "same"]
    assert sorted(found) == [
        ["10", "10处"], ["10", "10处"], ["12", "12处"], ["800", "800", "800万尾", "800万尾"], ["836", "836万尾"],
    ]  # fmt: skip
    assert [(r.name.text.raw, r.initial.text.raw, r.target.text.raw) for r in form.indicators] == [
        ("新建鱼道", "12", "10"), ("增殖放流", "800", "800"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "rivals"),
    [
        ("抽检样品40批，抽检合格率92.5%", "年检企业60家，年检率95.2%", False),
        ("抽检合格率92.5%", "抽检合格率95.2%", True),
        ("排查隐患40处，完成整改38处", "排查隐患40处，其中2处尚在整改", False),
    ],
)
def test_rates_of_two_names_and_what_is_still_to_do_rival_nothing(one: str, other: str, rivals: bool) -> None:
    """年检率 is no 合格率; 尚在整改 is not 完成整改."""
    text = (
        f"项目支出绩效自评表\n（2023年度）\n年度总体目标\t预期目标\t实际完成情况\n\t做好检查工作。\t{one}。\n"
        f"三级指标\t年度指标值\t实际完成值\t分值\t得分\n检查工作\t完成\t{other}\t50\t50\n"
    )
    found = [f for f in audit_text(text).findings if f.rule.code == "AGR101"]
    assert bool(found) is rivals


REPORT = """云岭县文化馆绩效自评报告
一、基本情况
馆内设临时展厅2个。{goal}
二、完成情况
{done}
附：指标完成表
指标|年度指标值|实际完成值
{row}
"""


def clashes(goal: str = "", done: str = "全年开放300天。", row: str = "开放天数|≥300天|300天") -> list[set[str]]:
    """The figures of the rivals in a prose report with a table."""
    form = forms(read("form.txt", REPORT.format(goal=goal, done=done, row=row).encode()))[0]
    return [{c.span.quote for c in m.claims} for m in matches(form, claims(form)) if m.kind == "rival"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ({"goal": "年度目标为举办展览10场，培训学员500人次。", "done": "全年举办展览12场。培训学员640人次。"}, []),
        ({"done": "全年举办展览12场。", "row": "举办展览|≥10场|10场"}, [{"12场", "10场"}]),
        (
            {"done": "“山河”展展期90天，接待观众3万人次。全年接待观众20万人次。", "row": "接待观众|≥15万人次|20万人次"},
            [],
        ),
        ({"done": "展期90天，接待观众30万人次。", "row": "接待观众|≥15万人次|20万人次"}, [{"30万人次", "20万人次"}]),
        ({"done": "分别培训教师40人次和52人次。", "row": "培训教师人次|≥90人次|92人次"}, []),
        (
            {"done": "分别培训教师40人次和53人次。", "row": "培训教师人次|≥90人次|92人次"},
            [{"40人次", "53人次", "92人次"}],
        ),
        ({"done": "造林1.2万亩、抚育2.5万亩，合计3.7万亩。", "row": "造林面积|≥1万亩|1.2万亩"}, []),
        (
            {"done": "造林1.2万亩、抚育2.5万亩，合计3.7万亩。", "row": "抚育面积|≥1万亩|2.9万亩"},
            [{"2.5万亩", "2.9万亩"}],
        ),
        (
            {"done": "资助学生300人，按1000元/生发放助学金，合计36万元。", "row": "发放助学金|30万元|30万元"},
            [{"36万元", "30万元"}],
        ),
    ],
)
def test_goals_subjects_totals_and_parts_are_no_rivals(text, expected):
    """A figure announced as a target, of a subject named before it, of several things together, or in two parts."""
    assert clashes(**text) == expected


@pytest.mark.parametrize(("paid", "codes"), [("96", []), ("69", ["AGR101"])])
def test_the_spending_of_all_tasks_told_beside_their_budget(paid: str, codes: list[str]) -> None:
    """批复重点任务资金120万元，实际支出…: what follows the budget of the task table is its spending."""
    text = (
        f"部门整体支出绩效自评表\n（2023年度）\n单位：万元\n年度总体目标\t目标\t实际完成情况\n\t做好工作。\t批复重点任务资金120.5万元，实际支出{paid}.2万元。\n"
        "任务名称\t主要内容\t预算数\t支出数\t执行率\n改造\t改造6所\t80.5\t60.2\t74.8%\n资助\t资助30人\t40.0\t36.0\t90%\n合计\t\t120.5\t96.2\t79.8%\n"
    )
    assert [f.rule.code for f in audit_text(text).findings if f.rule.code == "AGR101"] == codes
