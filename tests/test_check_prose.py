"""Parts and totals, remainders, sources, growth, shares and rates inside sentences."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import audit_text
from auditor.model import Finding, Pass
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind in ("prose", "change"))
HEAD = "青石县水利局2023年度部门整体支出绩效自评报告\n一、完成情况\n"


def findings(text: str) -> Sequence[Finding]:
    return audit_text(HEAD + text + "\n", rules=RULES).findings


def passes(text: str) -> Sequence[Pass]:
    return audit_text(HEAD + text + "\n", rules=RULES).passes


def codes(text: str) -> list[str]:
    return [f.rule.code for f in findings(text)]


@pytest.mark.parametrize(
    ("text", "arithmetic"),
    [
        ("到位资金355.18万元，其中：中央级124.23万元，省级170.83万元，市级60.3万元，分为10个项目。", "124.23 + 170.83 + 60.3 = 355.36 ≠ 355.18"),
        ("完成预算资金79.97万元，其中预算编制30万元；审计20万元；设计、规划、测绘29.99万元。", "30 + 20 + 29.99 = 79.99 ≠ 79.97"),
        ("省级资金124.23万元，用于水渠25万元、河堤加固100万元、泵站维修（青财〔2022〕15号）21.24万元。", "25 + 100 + 21.24 = 146.24 ≠ 124.23"),
        ("预拨资金3608万元（中央2855万元、省级735万元）。", "2855 + 735 = 3590 ≠ 3608"),
        ("全年收入1499.12万元，其中财政拨款1253.22万元，上年结转结余263.90万元；全年支出1395.59万元。", "1253.22 + 263.9 = 1517.12 ≠ 1499.12"),
        ("治理面积1429.39公顷，其中坡改梯25.26公顷，封育958.81公顷，保土耕作421.83公顷，经果林32.49公顷。", "25.26 + 958.81 + 421.83 + 32.49 = 1438.39 ≠ 1429.39"),
        ("新建泵站12座，其中东坝镇4座、西坝镇3座、南坝镇3座、北坝镇1座。", "4 + 3 + 3 + 1 = 11 ≠ 12"),
        ("共50万元，即渠道30万元、闸门25万元。", "30 + 25 = 55 ≠ 50"),
        ("中央资金30.95万元，县级资金30.9万元，共计61.58万元。", "30.95 + 30.9 = 61.85 ≠ 61.58"),
        ("四期参训人员分别为126人次、98人次、142人次、131人次，合计597人次。", "126 + 98 + 142 + 131 = 497 ≠ 597"),
    ],
)  # fmt: skip
def test_parts_that_do_not_make_up_their_total_are_told_with_the_sum(text: str, arithmetic: str) -> None:
    """The total, every part and the sum are shown."""
    found = [f for f in findings(text) if f.rule.code == "SUM401"]
    assert [f.arithmetic for f in found] == [arithmetic]
    assert len(found[0].evidence) == arithmetic.count("+") + 2


@pytest.mark.parametrize(
    ("text", "arithmetic"),
    [
        ("总投资61.8万元，其中中央财政资金30.9万元，县财政配套30.9万元，2021年度另下达资金61.8万元。", "30.9 + 30.9 = 61.8"),
        ("全年收入1699.12万元，其中财政拨款1435.22万元，上年结转结余263.90万元。", "1435.22 + 263.9 = 1699.12"),
        ("下达中央财政资金30.9万元，县财政资金30.9万元，共计61.8万元。", "30.9 + 30.9 = 61.8"),
        ("兑付资金119万元（省40.16万元、市78.84万元）。", "40.16 + 78.84 = 119"),
        ("建成农田2.15万亩（新建1.40万亩+改造提升0.75万亩）。", "1.4 + 0.75 = 2.15"),
        ("培育学员320人，其中种粮大户180人、家庭农场主95人、合作社带头人45人。", "180 + 95 + 45 = 320"),
    ],
)  # fmt: skip
def test_parts_that_make_up_their_total_are_listed_as_held(text: str, arithmetic: str) -> None:
    """A pass with the same arithmetic."""
    assert arithmetic in [p.arithmetic for p in passes(text)]
    assert codes(text) == []


CLEAN = [
    # the year before compared by 与…相比, a ceiling, a figure in brackets, prices of one
    "与2022年的1,150万元相比，增加136.4万元，增长11.9%。",
    "支出8.64万元，控制在年初预算10.5万元以内，较2022年的9.60万元下降10%。",
    "建成高标准农田28.74万亩（2022年底为23.8万亩），约占全县耕地41.06万亩的70.0%。",
    "共安排经费1,760万元，其中重点研发每项50万元、计1,100万元，成果转化每项30万元、计540万元，软科学每项5万元、计120万元。",
    "审结9,632件，审结案件中，刑事812件、民事6,204件、行政118件、执行2,498件。",
    # lists in 等, and lists that name only some
    "到位资金260.3万元，为奖励督查10万元、水环境生态补偿240万元等。",
    "全年投入560万元，其中设备购置120万元、软件开发80万元等。",
    "项目总投资500万元，其中设备购置120万元，监理费15万元。",
    "全年支出860万元，其中三公经费12.5万元。",
    "残疾儿童康复82人（其中，康复训练28人，辅助器具4人、矫形器4人）。",
    "全系统在职职工350人，其中党员128人。",
    # parts that overlap
    "全校教师140人，其中女教师92人，党员58人，本科以上学历136人。",
    "实有在编人员32名，其中正高4名，副高8名，大专以上学历32人。",
    "培训村干部210人，其中女干部66人，35岁以下188人。",
    # other matters follow the total
    "总投资500万元，其中设备购置120万元，完成支付400万元。",
    "下达资金320万元，其中中央资金200万元，截至年底支付310万元，结余10万元。",
    "批复资金90万元，其中编制30万元，实际支出85万元。",
    "全年收入640万元，其中财政拨款640万元；全年支出612万元，其中基本支出400万元，项目支出212万元。",
    # sums over several totals
    "工程款50万元、监理费10万元，其中财政资金45万元，自筹15万元。",
    "新建渠道12公里、维修渠道8公里，其中东坝灌区15公里。",
    # different units and dimensions
    "完成投资300万元，其中新建泵站3座、渠道5公里。",
    "改造面积2.5万亩，其中水田18000亩，旱地7000亩。",
    "安排资金1.2亿元，其中省级8000万元，县级4000万元。",
    "兑付补贴132.91万元，其中现金1000000元，实物折价329120.67元。",
    # bounds, approximations, per head, rates
    "培训500多人次，其中线上300余人次、线下220人次。",
    "种植约1000亩，其中水稻620亩，玉米390亩。",
    "补助标准每人每年1000元，其中省级600元，市县400元。",
    "满意度98%，其中村民97%，干部99%。",
    "全年完成率100%，其中一季度25%，二季度30%。",
    # rounding
    "支出100.1万元，其中甲项33.37万元，乙项33.37万元，丙项33.37万元。",
    "投资33.3万元，分为A包11.11万元、B包11.11万元、C包11.11万元。",
    # nested lists
    "总投资100万元，其中财政资金80万元（中央50万元、省级30万元），自筹20万元。",
    "资金93.6万元（国家60万元、省26.88万元、市6.72万元），其中已支付93.6万元。",
    # totals of something else
    "检查企业126家次，发现隐患320处，其中重大隐患12处，整改312处，共出动执法人员468人次。",
    "共召开会议12次，组织培训8次，印发资料3000份，共投入经费26万元。",
    "一季度支出120万元，二季度支出180万元，全年共支出720万元。",
    "甲村35万元、乙村40万元，两村较上年共增加12万元。",
    # growth that is right, or that cannot be told
    "支出660万元，较上年增加110万元，增长20%。",
    "全年收入792.05万元，比上年602.8万元增加189.25万元，增长31.39%。",
    "由上年的384万元增至533万元，增长38.8%。",
    "支出450万元，同比减少50万元，下降10%。",
    "全年支出660万元，项目支出462万元，较上年增加110万元，增长16%。",
    "亩均增产60公斤，增长12%。",
    "游客接待量增长15.2%，旅游收入3.2亿元，增长18%。",
    "满意度较上年提高2.5个百分点，达到96.5%。",
    "完成投资500万元，其中设备投资增长30%。",
    # shares that are right, or of something that is not there
    "全年支出660万元，其中项目支出462万元，占总支出的70%。",
    "设备购置20万元，占全市设备投资的30%。",
    "支出1595.59万元，其中基本支出890.4万元，占55.8%，项目支出705.19万元，占44.2%。",
    "脱贫户118户，占全县脱贫户的3.2%。",
    "培训200人，女性占45%。",
    # rates beside other figures
    "抽检食品400批次，合格386批次，合格率96.5%。",
    "发放问卷500份，回收480份，满意450份，满意率93.75%。",
    "检查企业100家次，发现隐患20处，整改20处，整改率100%。",
    "受理投诉1260件，办结1240件，办结率98.4%，满意率97%。",
    "立案9宗，结案9宗，结案率100%。",
    "发现隐患50处，已整改45处，限期整改5处，整改率100%。",
    "抽检食品400批次，不合格14批次，合格率96.5%。",
    "受理投诉320件，未办结12件，办结率96.25%。",
    "服务人口12.6万人，家庭医生签约8.1万人，重点人群签约率82.4%。",
    "受理1260件，办结1240件，按时办结率97%。",
    "检查500家，发现隐患企业20家，整改20家，整改率100%。",
    "春季接种3200人，秋季接种2800人，接种率96%。",
    # remainders
    "12个项目，其中7个已完工，其余5个正在收尾。",
    "涉及8个村，其中3个村完成，其他村按计划推进。",
    "10个项目均完工，其中3个项目资金执行100%，其余项目执行率均在95%以上。",
    # sources of money
    "项目总投资84.6万元，其中中央财政资金50.4万元，县级财政资金34.2万元。其中泵站工程使用中央财政资金20万元。",
    "中央资金30万元用于渠道，中央资金25万元用于泵站，省级资金30万元。",
]


@pytest.mark.parametrize("text", CLEAN)
def test_sentences_that_only_look_wrong_are_left_alone(text: str) -> None:
    """Open lists, overlapping parts, other matters, other units, rounding: no finding."""
    assert [(f.rule.code, f.arithmetic) for f in findings(text)] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("全年完成投资280万元，其中路面修复380万元。", "SUM402"),
        ("受理投诉1260件，其中办结1620件。", "SUM402"),
        ("12个项目均已开工，其中7个项目已完工，其余4个正在收尾。", "SUM403"),
        ("10个项目均完工，其中3个项目资金执行100%，剩余：人居环境99.97%；甲村99.89%，水闸修复95.6%，生态补偿86.02%，乙村99.49%。", "SUM403"),
        ("支出660万元，较上年增加110万元，增长16.7%。", "RAT401"),
        ("服务2,936名老人，较2021年的2,610名增加326名，增长14.5%。", "RAT401"),
        ("由上年的384万元增至533万元，增长48.8%。", "RAT401"),
        ("支出660万元，较上年增加110万元，下降20%。", ""),
        ("全年支出660万元，其中项目支出462万元，占总支出的75%。", "RAT402"),
        ("全年接处警642起，其中火灾228起。火灾占接处警总量的53.5%。", "RAT402"),
        ("抽检食品400批次，合格386批次，合格率98.5%。", "RAT403"),
        ("应种儿童4680人，实际接种4512人，疫苗接种率98.2%。", "RAT403"),
    ],
)  # fmt: skip
def test_each_identity_is_told_by_its_own_rule(text: str, code: str) -> None:
    """One wrong figure, one finding; what could be meant two ways gives none."""
    assert codes(text) == ([code] if code else [])


def test_a_source_that_is_a_share_here_and_the_whole_there_is_told() -> None:
    """中央 is 50.4 of 84.6 in one sentence and 84.6 in another."""
    text = "总投资84.6万元，其中中央财政资金50.4万元，县级财政资金34.2万元。\n二、资金到位情况\n中央财政资金84.6万元已到位。"
    found = findings(text)
    assert [f.rule.code for f in found] == ["AGR451"]
    assert {e.value for e in found[0].evidence} == {"84.6", "50.4"}


def test_a_source_with_the_share_of_another_is_told() -> None:
    """省级 has in the second chapter what 中央 had in the first."""
    text = "总投资755.36万元，其中：中央级124.23万元，省级370.83万元，市级260.3万元。\n二、资金投入情况\n省级资金转移支付124.23万元。"
    assert codes(text) == ["AGR451"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(100, 999_999), min_size=2, max_size=5), st.integers(0, 2))
def test_any_true_sum_holds_and_any_larger_part_breaks_it(cents: list[int], places: int) -> None:
    """Whatever the figures: the true total gives a pass, a total that is short of the parts a finding."""
    unit = Decimal(1).scaleb(-places)
    parts = [c * unit for c in cents]
    names = ["渠道", "泵站", "闸门", "堤防", "水窖"]
    listed = "，".join(f"{n}{p}万元" for n, p in zip(names, parts, strict=False))
    whole = sum(parts, Decimal(0))
    assert codes(f"总投资{whole}万元，其中{listed}。") == []
    short = whole - max(min(parts) // 2, unit * 4)
    assert codes(f"总投资{short}万元，其中{listed}。") in (["SUM401"], ["SUM402", "SUM401"], ["SUM401", "SUM402"])


EXCLUSIVE = [
    ("服务老年人5240人，其中男性2310人、女性2830人。", "2310 + 2830 = 5140 ≠ 5240"),
    ("开展义诊36场，其中乡镇义诊28场，社区义诊11场。", "28 + 11 = 39 ≠ 36"),
    ("培训学员860人次，其中线上培训320人次，线下培训500人次。", "320 + 500 = 820 ≠ 860"),
]


@pytest.mark.parametrize(("text", "arithmetic"), EXCLUSIVE)
def test_parts_of_which_nothing_is_two_at_once_stay_within_their_total(text: str, arithmetic: str) -> None:
    """Men and women are all; township and street are never more than all."""
    assert [f.arithmetic for f in findings(text) if f.rule.code == "SUM401"] == [arithmetic]


@pytest.mark.parametrize(
    "text",
    [
        "服务老年人5240人，其中男性2310人、女性2930人。",
        "开展义诊36场，其中乡镇义诊18场，社区义诊11场。",
        "培训学员860人，其中女性320人，党员500人。",
        "培训学员860人，其中女性420人，农村妇女500人。",
        "新增就业860人，其中男性退役军人120人，女性高校毕业生300人。",
    ],
)
def test_parts_that_may_leave_others_out_are_left_alone(text: str) -> None:
    """Not halves, or halves of different things."""
    assert [f.arithmetic for f in findings(text)] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2.检查设备912台，其中锅炉486台、电梯134台、叉车205台、管道97台。", "检查设备"),
        ("出院患者21,386人次，比上年的19,874人次增长9.6%。", "增长"),
    ],
)
def test_what_a_finding_names_begins_with_no_number(text: str, name: str) -> None:
    """Neither the paragraph's nor that of the figure before."""
    assert [f.message("zh").split("”")[0].lstrip("“") for f in findings(f"一、产出情况\n{text}")] == [name]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("新增投放点128个，其中居民小区94个、公共机构44个", True),  # 公共 is no 共
        ("新增投放点138个，其中居民小区94个、公共机构44个", False),
        ("新增投放点128个，其中居民小区48个、公共机构44个", False),  # others may be there
        ("参训128人，其中女性94人、党员44人", False),  # one may be both
        ("改良3.6万亩（折2400公顷），封育1.2万亩（折800公顷），种草0.45万亩（折300公顷），合计完成治理5.75万亩", True),
        ("改良3.6万亩（折2400公顷），封育1.2万亩（折800公顷），种草0.45万亩（折300公顷），合计完成治理5.25万亩", False),
    ],
)
def test_a_total_one_digit_off_its_parts(said: str, wrong: bool) -> None:
    """Parts that come to more than a total of three digits, one of which makes it right; figures told again in brackets
    are no further parts."""
    text = f"项目支出绩效自评表\n（2022年度）\n年度总体目标\t预期目标\t实际完成情况\n\t做好工作。\t全年{said}。\n"
    assert bool([f for f in audit_text(text).findings if f.rule.code == "SUM401"]) is wrong


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("完成改造322公里，为年度任务300公里的104%，较上年的274公里增长13.9%。", ["RAT401", "RAT402"]),
        ("完成改造312公里，为年度任务300公里的104%，较上年的274公里增长13.9%。", []),
        ("新增就业2.83万人，完成年度任务2.6万人的118.8%。", ["RAT402"]),
        ("新增就业2.83万人，完成年度任务2.6万人的108.8%。", []),
        ("新增就业2.83万人，帮扶困难人员1320人，完成年度任务2.6万人的108.8%。", []),  # not the figure before
        ("甲类在管31220人，管理23416人，管理率75.0%；乙类在管12110人，管理8464人，管理率74.0%。", ["RAT403"]),
        ("甲类在管31220人，管理23416人，管理率75.0%；乙类在管12110人，管理8964人，管理率74.0%。", []),
        ("发放问卷600份；收回588份，满意553份，满意率92.2%。", []),  # of all that were handed out
    ],
)
def test_a_rate_beside_other_rates_is_of_the_figures_of_its_own_clause(text: str, told: list[str]) -> None:
    """A broken figure is told where each part of the sentence has its own pair; the goal between two levels is neither."""
    assert codes(text) == told


def test_figure_for_one_of_something_is_no_part_of_a_rate() -> None:
    """结案率94.75%，法官人均结案227.43件."""
    text = "项目支出绩效自评报告\n二、完成情况\n受理8401件，结案{}件，结案率94.75%，法官人均结案227.43件。\n"
    rules = [r for r in load_rules() if r.code == "RAT403"]
    assert [f.rule.code for f in audit_text(text.format(7960), rules=tuple(rules)).findings] == []
    assert [f.rule.code for f in audit_text(text.format(7690), rules=tuple(rules)).findings] == ["RAT403"]
