"""Passages of narrative reports: what each figure belongs to. Every failing one stands beside its clean twin."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.model import Finding

HEAD = "云岭县水利局2023年度灌区改造项目支出绩效自评报告\n"
DONE = HEAD + "一、完成情况\n"


def told(text: str) -> list[Finding]:
    """The findings that count, without those about what could not be read."""
    return [f for f in audit_text(text).findings if f.severity not in ("info",) and f.rule.family != "RUN"]


def shown(text: str) -> list[tuple[str, str]]:
    return [(f.rule.code, f.arithmetic) for f in told(DONE + text + "\n")]


TWINS = [
    pytest.param(
        "“三公”经费预算42万元，实际支出36.75万元，较预算节约5.25万元，下降12.5%。",
        "“三公”经费预算42万元，实际支出36.75万元，较预算节约5.25万元，下降15.2%。",
        "RAT401",
        id="what was saved is a change, not a level",
    ),
    pytest.param(
        "全县乡村医生1893人，平均每个村卫生室1.65人，其中60岁以上的684人。",
        "全县乡村医生684人，平均每个村卫生室1.65人，其中60岁以上的1893人。",
        "SUM402",
        id="a mean has no parts: they are of the figure before it",
    ),
    pytest.param(
        "全年完成审计项目36个，比计划多2个，其中预算执行审计22个、经济责任审计14个。",
        "全年完成审计项目36个，比计划多2个，其中预算执行审计22个、经济责任审计41个。",
        "SUM402",
        id="the parts are of the figure, not of its lead over the plan",
    ),
    pytest.param(
        "147处隐患点中，工程治理11处、搬迁避让9处，共核销20处。",
        "147处隐患点中，工程治理11处、搬迁避让9处，共核销29处。",
        "SUM401",
        id="parts with a total of their own are not all of the first figure",
    ),
    pytest.param(
        "低保对象1150人，月人均280元；医保参保33215人，参保率95.63%（应参保34733人）。",
        "低保对象1150人，月人均280元；医保参保33215人，参保率96.53%（应参保34733人）。",
        "RAT403",
        id="what was due stands in brackets behind the rate",
    ),
    pytest.param(
        "全年应种35942剂次，实种35331剂次，接种率98.3%。",
        "全年应种35942剂次，实种33531剂次，接种率98.3%。",
        "RAT403",
        id="应 and 实 are the whole and the part",
    ),
    pytest.param(
        "全年支出22848万元。基本支出2656万元，同比增长3.75%（上年2560万元）；项目支出20192万元，同比增长13.18%（上年17840万元），占总支出的88.38%。",
        "全年支出22848万元。基本支出2656万元，同比增长3.75%（上年2560万元）；项目支出20192万元，同比增长13.18%（上年17840万元），占总支出的83.38%。",
        "RAT406",
        id="a figure in brackets is no part of a share",
    ),
    pytest.param(
        "自评得分95.3分，等级为“优”。其中：预算执行9.8分（满分10分），产出指标49分（满分50分），效益指标27.5分（满分30分），满意度指标9分（满分10分）。",
        "自评得分95.3分，等级为“优”。其中：预算执行9.8分（满分10分），产出指标48分（满分50分），效益指标27.5分（满分30分），满意度指标9分（满分10分）。",
        "SUM408",
        id="scores in the sentence after the whole",
    ),
    pytest.param(
        "综合得分91.6分。其中：决策（15分）得14.5分，过程（25分）得22.6分，产出（35分）得32.3分，效益（25分）得22.2分。",
        "综合得分91.6分。其中：决策（15分）得14.5分，过程（25分）得26.2分，产出（35分）得32.3分，效益（25分）得22.2分。",
        "SUM408",
        id="full marks in brackets",
    ),
    pytest.param(
        "自评得分97.6分: 预算执行8.6分, 产出指标50分, 效益指标30分, 满意度指标9分.",
        "自评得分97.6分: 预算执行6.8分, 产出指标50分, 效益指标30分, 满意度指标9分.",
        "SUM408",
        id="scores after a colon, half-width",
    ),
    pytest.param(
        "自评98.5分。其中：预算执行10分中得9.5分；产出50分中得50分；效益30分中得29.5分；满意度10分中得9.5分。",
        "自评98.5分。其中：预算执行10分中得9.5分；产出50分中得50分；效益30分中得28.5分；满意度10分中得9.5分。",
        "SUM408",
        id="so many of so many marks",
    ),
    pytest.param(
        "该类指标满分22分，得18.95分。其中预算执行率满分4分，得3.80分；财务管理满分8分，得7.15分；项目实施满分10分，得8.00分。",
        "该类指标满分22分，得19.85分。其中预算执行率满分4分，得3.80分；财务管理满分8分，得7.15分；项目实施满分10分，得8.00分。",
        "SUM408",
        id="the score of a group",
    ),
    pytest.param(
        "自评得分96.4分。扣分情况：预算编制扣1分；资产管理扣0.6分；产出指标扣2分，共扣3.6分。",
        "自评得分96.4分。扣分情况：预算编制扣1分；资产管理扣0.6分；产出指标扣2分，共扣3.4分。",
        "SUM408",
        id="cuts make up all cuts",
    ),
    pytest.param(
        "自评得分96.4分。扣分情况：预算编制扣1.6分；产出指标扣2分，共扣3.6分。",
        "自评得分94.6分。扣分情况：预算编制扣1.6分；产出指标扣2分，共扣3.6分。",
        "SUM408",
        id="score and cuts make a hundred",
    ),
    pytest.param(
        "计划360场，实际418场，完成率116.11%，其中线上96场、线下322场。",
        "计划360场，实际418场，完成率116.11%，其中线上69场、线下322场。",
        "SUM401",
        id="a rate may stand between a total and its parts",
    ),
    pytest.param(
        "新建隔离带22公里，改造46公里，共68公里。",
        "新建隔离带22公里，改造46公里，共86公里。",
        "SUM401",
        id="measures in one row and what they come to",
    ),
    pytest.param(
        "实际支出931.00万元：书房建设412.50万元，图书采购248.00万元（平均40元/册），设备购置176.30万元，活动及运营94.20万元。",
        "实际支出931.00万元：书房建设412.50万元，图书采购248.00万元（平均40元/册），设备购置167.30万元，活动及运营94.20万元。",
        "SUM401",
        id="parts after a colon",
    ),
    pytest.param(
        "批复总投资6850万元。资金来源为中央补助4100万元，省级资金1700万元，县级自筹1050万元。",
        "批复总投资6850万元。资金来源为中央补助4100万元，省级资金1070万元，县级自筹1050万元。",
        "SUM401",
        id="sources of the total in the sentence before",
    ),
    pytest.param(
        "专项资金2860万元，涉及4个子项目：居家养老1200万元、敬老院改造960万元、适老化改造400万元、高龄津贴300万元。",
        "专项资金2860万元，涉及4个子项目：居家养老1200万元、敬老院改造960万元、适老化改造300万元、高龄津贴300万元。",
        "SUM401",
        id="as many parts as are counted",
    ),
    pytest.param(
        "合同金额1275万元. 其中设备采购892.5万元(占70%), 安装施工255万元(占20%), 系统集成127.5万元(占10%).",
        "合同金额1275万元. 其中设备采购829.5万元(占70%), 安装施工255万元(占20%), 系统集成127.5万元(占10%).",
        "SUM401",
        id="a half-width stop ends a sentence, and a part is no whole of its fellows",
    ),
    pytest.param(
        "优良率57.2%，上年为54.9%，提高2.3个百分点。",
        "优良率57.2%，上年为54.9%，提高3.2个百分点。",
        "RAT404",
        id="the year before between two commas",
    ),
    pytest.param(
        "共安装摄像机524台（计划516台，增加8台）。",
        "共安装摄像机524台（计划526台，增加8台）。",
        "RAT404",
        id="the plan and the difference in brackets",
    ),
    pytest.param(
        "现有护理员74名，按1:5配备标准需106名，缺口32名。",
        "现有护理员74名，按1:5配备标准需106名，缺口23名。",
        "SUM406",
        id="what is needed, what is there, what lacks",
    ),
    pytest.param(
        "送审金额58420万元，审定金额54744万元，核减3676万元。",
        "送审金额58420万元，审定金额57444万元，核减3676万元。",
        "SUM406",
        id="submitted, approved, cut",
    ),
    pytest.param(
        "反映问题86个，截至年底已整改到位81个，整改率94.19%；其余5个正在整改。",
        "反映问题86个，截至年底已整改到位81个，整改率94.19%；其余6个正在整改。",
        "SUM406",
        id="three figures in a row, the last of them the rest",
    ),
    pytest.param(
        "村级管护年需56万元（每村4万元），目前仅落实30万元，缺口26万元。",
        "村级管护年需56万元（每村4万元），目前仅落实30万元，缺口36万元。",
        "SUM406",
        id="a price in brackets stands aside",
    ),
    pytest.param(
        "计划工期240天，实际工期228天，提前12天完工。",
        "计划工期240天，实际工期228天，提前22天完工。",
        "SUM406",
        id="days ahead of the plan",
    ),
    pytest.param(
        "事故起数同比下降16.67%，由30起降至25起。",
        "事故起数同比下降16.67%，由30起降至24起。",
        "RAT401",
        id="both levels behind the rate",
    ),
    pytest.param(
        "全年支出22848万元，为预算的96%，比上年的20400万元增长12%。",
        "全年支出22848万元，为预算的96%，比上年的20400万元增长21%。",
        "RAT401",
        id="another rate between the levels",
    ),
    pytest.param(
        "在校学生41260人，其中初中15945人，小学25315人。较上年减少812人，下降1.93%。",
        "在校学生41260人，其中初中15945人，小学25315人。较上年减少812人，下降2.93%。",
        "RAT401",
        id="the sentence before says what has fallen",
    ),
    pytest.param(
        "执行率98%。项目支出执行率92.21%，低于部门整体执行率5.79个百分点。",
        "执行率98%。项目支出执行率92.21%，低于部门整体执行率7.59个百分点。",
        "RAT408",
        id="points below a rate of another sentence",
    ),
    pytest.param(
        "计划8座，实际8座，完成率100%。",
        "计划8座，实际7座，完成率100%。",
        "RAT403",
        id="what was planned and what was done beside their rate",
    ),
    pytest.param(
        "发放问卷430份，每村10份，收回418份，其中满意397份，满意度94.98%。",
        "发放问卷430份，每村10份，收回418份，其中满意379份，满意度94.98%。",
        "RAT403",
        id="so many for each is no whole",
    ),
    pytest.param(
        "2023年年初预算1620.5万元，全年调整预算数2485.3万元（调增864.8万元）。",
        "2023年年初预算1620.5万元，全年调整预算数2485.3万元（调增846.8万元）。",
        "SUM405",
        id="the adjustment in brackets behind the adjusted budget",
    ),
    pytest.param(
        "新建书房8座，建筑面积合计1640平方米（平均每座205平方米），覆盖11个街道中的8个。",
        "新建书房8座，建筑面积合计1640平方米（平均每座250平方米），覆盖11个街道中的8个。",
        "SUM123",
        id="a mean in brackets right behind its amount",
    ),
    pytest.param(
        "18个乡镇全部组建救援队，每队30人，共540人。",
        "18个乡镇全部组建救援队，每队20人，共540人。",
        "SUM123",
        id="counted by a noun behind it",
    ),
    pytest.param(
        "播种面积4.26万亩，总产16614吨，平均亩产390公斤。",
        "播种面积4.26万亩，总产16614吨，平均亩产360公斤。",
        "SUM123",
        id="what an acre yields",
    ),
    pytest.param(
        "年末在职91人（行政38人、事业53人）。",
        "年末在职91人（行政38人、事业35人）。",
        "SUM401",
        id="kinds of staff in brackets are all of them",
    ),
    pytest.param(
        "涉及2个子项目：乡镇敬老院改造960万元、居家养老服务1200万元。\n全年支出2068.8万元，其中乡镇敬老院改造支出892.8万元（执行率93%），居家养老服务支出1176万元（执行率98%）。",
        "涉及2个子项目：乡镇敬老院改造960万元、居家养老服务1200万元。\n全年支出2068.8万元，其中乡镇敬老院改造支出892.8万元（执行率95%），居家养老服务支出1176万元（执行率98%）。",
        "RAT407",
        id="the budget of the part that has its name",
    ),
]


@pytest.mark.parametrize(("clean", "wrong", "code"), TWINS)
def test_a_figure_is_held_against_the_one_it_belongs_to(clean: str, wrong: str, code: str) -> None:
    """The first passage is right and nothing is told; in the second one figure is changed."""
    assert shown(clean) == []
    assert code in {c for c, _ in shown(wrong)}


@pytest.mark.parametrize(
    "text",
    [
        "综合得分88分，其中产出29分（其中数量10分、质量9分），效益28分，满意度9.5分。",
        "自评得分96分，其中产出得48.5分，共扣1.5分。",
        "全年支出900万元：办公楼维修300万元，设备购置等200万元，其余为运转经费。",
        "到位资金900万元。主要用于3个项目：道路300万元、桥梁200万元、路灯120万元，另有管护经费。",
        "新建隔离带22公里，检修68公里，共投入30万元。",
        "全县3.2万户，发放补贴105万元（户均500元）。",
        "参保216.4万人，比上年净增1.6万人，参保率97.2%（应参保222.6万人）。",
        "投诉126件，同比减少54件，下降30%（上年180件）。",
        "培训党员干部1200人，发放资料8000份，接受咨询3000人次（每场约50人次）。",
    ],
)
def test_what_may_not_be_all_is_not_added(text: str) -> None:
    """Parts of parts, cuts of one block, lists that go on."""
    assert shown(text) == []


def test_a_lead_over_the_plan_is_held_against_the_goal_of_that_name() -> None:
    """The goal stands in another chapter; parts and the plans of next year are no goals of it."""
    text = (
        HEAD + "一、绩效目标\n举办临时展览10个，开展教育活动300场。\n二、完成情况\n（一）展览。全年举办临时展览12个，其中原创展5个、"
        "引进展7个，比年初计划多2个。\n三、2024年计划\n举办临时展览14个。\n"
    )
    assert told(text) == []
    assert {f.rule.code for f in told(text.replace("多2个", "多3个"))} == {"RAT408"}


def test_a_table_of_scores_with_shares_has_a_row_of_totals() -> None:
    """一级指标 | 分值 | 得分 | 得分率: the third figure of 合计 is no score."""
    table = "一级指标 | 分值 | 得分 | 得分率\n决策 | 40 | 36.50 | 91.25%\n产出 | 60 | 54.00 | 90.00%\n合计 | 100 | 90.50 | 90.50%\n"
    assert told(HEAD + "一、评价得分\n" + table) == []
    wrong = told(HEAD + "一、评价得分\n" + table.replace("54.00", "45.00"))
    assert [(f.rule.code, f.arithmetic) for f in wrong] == [("SCO107", "36.50 + 45.00 = 81.50 ≠ 90.5")]


@pytest.mark.parametrize(
    "text",
    [
        "一、总体\n2个项目自评得分均在90分以上。\n二、A项目\n自评得分95.5分。\n三、B项目\n自评得分93.2分。\n",
        "一、结论\n初评得分95.5分。\n二、复核\n最终得分93.2分。\n",
        "一、上年\n上年度自评得分95.5分。\n二、本年\n自评得分93.2分。\n",
        "一、得分\n绩效评价得分93.2分，其中产出指标得分45.5分。\n指标 | 分值 | 得分\n产出 | 50 | 45.5\n效益 | 40 | 38\n合计 | 90 | 83.5\n",
    ],
)
def test_scores_of_several_things_are_not_compared(text: str) -> None:
    """Projects, first and second reviews, years, and the rows of the indicators alone."""
    assert "SCO111" not in {f.rule.code for f in told(HEAD + text)}


def test_what_a_project_is_to_build_is_a_plan() -> None:
    """建设内容 of the overview, and what was built in the end, may differ."""
    text = HEAD + "一、项目概况\n（一）建设内容\n衬砌渠道38.5km，新建管理房3处。\n二、完成情况\n衬砌渠道38.9公里，新建管理房3处。\n"
    assert told(text) == []
    assert told(text.replace("建设内容", "建设内容完成情况")) != []


def test_a_decimal_number_begins_a_chapter() -> None:
    """1.3 绩效目标 is a title: what it says is aimed at, not done."""
    text = HEAD + "1. 基本情况\n1.1 绩效目标: 入室盗窃警情同比下降20%以上。\n2. 完成情况\n2.1 入室盗窃警情同比下降33.33%。\n"
    assert told(text) == []
