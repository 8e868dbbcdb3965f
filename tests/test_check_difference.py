"""Prose: what remains, adjusted budgets, moved levels, leads over targets, rates whose whole stands elsewhere, scores."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.model import Report
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind in ("prose", "change", "difference", "proportion"))
HEAD = "青石县水利局2023年度项目支出绩效自评报告\n"


def report(text: str) -> Report:
    return audit_text(HEAD + text + "\n", rules=RULES)


def codes(text: str) -> list[str]:
    return [f.rule.code for f in report(text).findings]


BUDGET = "一、资金情况\n项目预算672.4万元，其中省级资金300万元，县级资金372.4万元。\n"
TARGET = "一、绩效目标\n治理河道不少于46公里，护岸改造300处；群众满意度不低于90%。\n二、完成情况\n"

# (rule, with the error, its clean twin)
TWINS = [
    ("SUM405", "一、预算\n年初预算286万元，年中调减16万元，调整后预算280万元。", "一、预算\n年初预算286万元，年中调减16万元，调整后预算270万元。"),
    ("SUM406", BUDGET + "二、支出\n实际支出628.66万元，其中工程412.3万元，其他216.36万元；结余43.47万元。", BUDGET + "二、支出\n实际支出628.66万元，其中工程412.3万元，其他216.36万元；结余43.74万元。"),
    ("SUM406", "一、人员\n核定编制286人，实有241人，空编54人。", "一、人员\n核定编制286人，实有241人，空编45人。"),
    ("RAT404", "一、成效\n供水保证率由上年的91.2%提高到94.5%，提高2.3个百分点。", "一、成效\n供水保证率由上年的91.2%提高到94.5%，提高3.3个百分点。"),
    ("RAT404", "一、成效\n管网漏损率从18%降到21%。", "一、成效\n管网漏损率从18%降到12%。"),
    ("RAT404", "一、成效\n巡查队伍由118支增加到131支，增加31支。", "一、成效\n巡查队伍由118支增加到131支，增加13支。"),
    ("RAT405", TARGET + "群众满意度94.2%，高于目标2.4个百分点。", TARGET + "群众满意度94.2%，高于目标4.2个百分点。"),
    ("RAT406", TARGET + "全年治理河道48.3公里，为年度目标的115.0%。", TARGET + "全年治理河道48.3公里，为年度目标的105.0%。"),
    ("RAT406", TARGET + "完成护岸改造270处，完成率96%。", TARGET + "完成护岸改造270处，完成率90%。"),
    ("RAT406", "一、投向\n共下达资金1120万元。按投向分，工程类707.8万元，占63.2%；设备类302.4万元，占72.0%；其他类109.8万元，占9.8%。",
     "一、投向\n共下达资金1120万元。按投向分，工程类707.8万元，占63.2%；设备类302.4万元，占27.0%；其他类109.8万元，占9.8%。"),
    ("RAT407", BUDGET + "二、支出\n截至年末实际支出628.66万元，支出进度95.3%。", BUDGET + "二、支出\n截至年末实际支出628.66万元，支出进度93.5%。"),
    ("RAT407", "一、预算\n预算872万元，按类型，基本支出280万元、项目支出592万元。\n二、执行\n项目支出562.4万元，执行率59.0%。",
     "一、预算\n预算872万元，按类型，基本支出280万元、项目支出592万元。\n二、执行\n项目支出562.4万元，执行率95.0%。"),
    ("RAT406", "一、预算\n年初预算290万元，年中追加36.85万元，全年预算326.85万元。\n二、执行\n全年支出287.63万元，占全年预算的91.2%，上年度执行率为85.4%。",
     "一、预算\n年初预算290万元，年中追加36.85万元，全年预算326.85万元。\n二、执行\n全年支出287.63万元，占全年预算的88.0%，上年度执行率为85.4%。"),
    ("RAT406", "一、支出\n全年支出428.64万元。其中日常养护146.28万元，大修工程198.65万元，桥梁改造83.71万元。大修工程是支出的重点，占全部支出的64.3%。",
     "一、支出\n全年支出428.64万元。其中日常养护146.28万元，大修工程198.65万元，桥梁改造83.71万元。大修工程是支出的重点，占全部支出的46.3%。"),
    ("RAT403", "一、检测\n全年检测水样8460份，检出阳性52份，阳性率6.1%。", "一、检测\n全年检测水样8460份，检出阳性52份，阳性率0.61%。"),
    ("RAT401", "一、成效\n接待18.6万人次，同比增长28.0%（上年15.4万人次）。", "一、成效\n接待18.6万人次，同比增长20.8%（上年15.4万人次）。"),
    ("SUM408", "一、结论\n投入20分得20分，过程20分得19分，产出30分得29分，效益30分得28分，自评总分69分。", "一、结论\n投入20分得20分，过程20分得19分，产出30分得29分，效益30分得28分，自评总分96分。"),
    ("SUM401", "一、检查\n全年检查3264户次，出动约6500人次。其中：生产环节186户次，流通环节1472户次，餐饮环节1336户次。", "一、检查\n全年检查3264户次，出动约6500人次。其中：生产环节186户次，流通环节1742户次，餐饮环节1336户次。"),
    ("SUM401", "一、供地\n供应土地43宗2013亩，其中出让18宗936亩，划拨23宗1077亩。", "一、供地\n供应土地41宗2013亩，其中出让18宗936亩，划拨23宗1077亩。"),
    ("SUM401", "一、安排\n专项资金482万元（其中上级180万元），用于四个方面，分别安排120万元、72万元、156万元和80万元。", "一、安排\n专项资金428万元（其中上级180万元），用于四个方面，分别安排120万元、72万元、156万元和80万元。"),
    ("SUM401", "一、检测\n检测1236份，不合格38份，合格1198份。不合格水样中，微生物超标21份、余氯偏低11份、浊度超标16份。",
     "一、检测\n检测1236份，不合格38份，合格1198份。不合格水样中，微生物超标21份、余氯偏低11份、浊度超标6份。"),
    ("SUM401", "一、工程\n新建供水点9处、改造71处，合计26处。", "一、工程\n新建供水点9处、改造17处，合计26处。"),
    ("SUM401", "一、岗位\n开发公益性岗位2150个，其中护林员860人、保洁员970人、护路员500人。", "一、岗位\n开发公益性岗位2150个，其中护林员860人、保洁员790人、护路员500人。"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), TWINS)
def test_the_error_is_told_and_its_clean_twin_is_not(rule: str, wrong: str, right: str) -> None:
    """One figure apart."""
    assert rule in codes(wrong)
    assert codes(right) == []
    assert rule in {p.rule.code for p in report(right).passes} or "降到" in right


@pytest.mark.parametrize(
    "text",
    [
        "一、资金\n到位资金860万元，其中中央资金415万元、省级资金198万元，均已到位；县级自筹到位247万元。",  # the third part comes later
        "一、成效\n清理边沟860公里，较上年多清理140公里，增长19.4%。",  # 多清理 is a change, not a level
        "一、三公\n决算26.8万元，其中运行费21.3万元、接待费5.5万元，“三公”经费较上年的29.6万元下降9.5%。",  # of the total, by its name
        "一、医疗\n医疗收入7862万元，其中药品收入2280万元，药占比29.0%；耗材收入865万元，耗占比11.0%。",
        "一、问卷\n满意度调查发放300份，有效问卷291份，满意267份，不满意24份，满意度91.8%。",
        "一、支出\n收入5286.40万元，另有上年结转96.20万元；支出5302.18万元，年末结转80.42万元。",  # two sources
        "一、人员\n单位设科室5个，其中医生20人、护士31人。",  # the count is not of people
        "一、防治\n发生病虫害3.6万亩，防治3.4万亩，防治率94.4%，其中无公害防治3.2万亩，无公害防治率94.1%。",
        "一、得分\n自评得分96.3分，其中预算管理28.7分（满分30分），产出39.6分（满分40分），效益28分（满分30分）。",
        "一、培训\n培训12期2360人次，完成年度任务2000人次的118%。",
        "一、成效\n接待游客562.4万人次，实现旅游收入33.6亿元。总支出3126.38万元，预算执行率96.75%。",  # no budget is told
    ],
)
def test_honest_sentences_full_of_figures_are_left_alone(text: str) -> None:
    """Parts that come later, other subjects, wholes of their own, sources that are not told together."""
    assert codes(text) == []


def test_a_rate_is_judged_once() -> None:
    """支出进度 beside its budget is the ratio kind's; the proportion kind does not say it again."""
    every = audit_text(HEAD + "一、支出\n全年预算260万元，实际支出227.5万元，预算执行率91.5%。\n")
    assert sum(f.rule.category == "rate_mismatch" for f in every.findings) == 1


def test_chapters_on_what_there_is_are_not_held_against_what_was_done() -> None:
    """42.5 km to be regulated in all and 29.3 km done this year are two facts."""
    text = "一、项目概况\n治理河长42.5公里，总投资1.28亿元。\n二、完成情况\n治理河长29.3公里，完成投资6952万元。\n"
    assert [f.rule.code for f in audit_text(HEAD + text).findings if f.rule.code == "AGR101"] == []


def test_two_chapters_on_results_are_held_against_each_other() -> None:
    """A slip of the pen between two chapters is told."""
    text = "二、完成情况\n举办护理员培训班，参加培训3460人次。\n五、自评结论\n参加护理员培训3640人次。\n"
    assert "AGR101" in [f.rule.code for f in audit_text(HEAD + text).findings]


def test_the_caption_of_a_table_gives_its_unit() -> None:
    """附：支出明细（单位：万元）: 412.9 in the table is 412.9万元."""
    text = "一、支出\n全年支付412.9万元。\n附：支出明细（单位：万元）\n支出方向\t预算安排\t实际支付\n设备\t272.0\t261.1\n培训\t156.0\t151.8\n合计\t428.0\t412.9\n"
    assert {c.quantity.unit for c in audit_text(HEAD + text).claims if "412.9" in c.span.quote} == {"万元"}
