"""Which claims state one fact, which rival for it, and which figure is a sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import audit_text
from auditor.claim import claims
from auditor.form import forms
from auditor.match import matches, slip
from auditor.quantity import quantities
from auditor.read import read
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
    ],
)
def test_other_words_for_one_fact_are_one_fact(narrative, row):
    """Synonyms, abbreviations, swapped letters, converted units, kindred measure words."""
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
