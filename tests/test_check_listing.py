"""Lists: numbers skipped, names left out, counts that do not fit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from auditor import audit_text
from auditor.model import Finding
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind in ("listing", "numbering"))
REPORT = "青石县小流域治理项目绩效自评报告\n一、完成情况\n"


def form(result: str, rows: Sequence[tuple[str, str, str]] = (), goal: str = "做好全年工作。") -> str:
    table = "".join(
        f"{name}\t{target}\t{done}\n" for name, target, done in (("走访企业", "20家", "走访企业24家"), *rows)
    )
    return (
        "部门整体支出绩效自评表\n（2023年度）\n部门名称\t青石县水利局\n年度整体目标\t整体目标完成情况\n"
        f"{goal}\t{result}\n关键指标\t预期实现值\t指标完成情况\n{table}"
    )


def findings(text: str) -> list[Finding]:
    return list(audit_text(text, rules=RULES).findings)


# --- numbering ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("全年渠道清淤有序推进，运行正常。二、开展巡查52次。三、办结投诉12件。", "一"),
        ("一、渠道清淤12公里。三、办结投诉12件。四、培训2期。", "二"),
        ("1.渠道清淤12公里；2.巡查52次；4.办结投诉12件。", "3"),
        ("（一）渠道清淤12公里。（三）办结投诉12件。", "二"),
        ("一是清淤12公里；二是巡查52次；四是办结投诉12件。", "三"),
        ("①清淤12公里；②巡查52次；④培训2期。", "③"),
    ],
)
def test_a_number_that_a_list_skips_is_told(text: str, missing: str) -> None:
    """In the narrative and in a cell, in every style of numbers."""
    assert [f.facts["missing"] for f in findings(form(text)) if f.rule.code == "OMI106"] == [missing]


def test_the_goal_that_has_the_number_is_shown_as_well() -> None:
    """一、二、三 in the goals, 一、三 in the results."""
    text = form("一、造林3200亩。三、防治4次。", goal="一、造林绿化。二、森林防火。三、病虫害防治。")
    (found,) = findings(text)
    assert [e.span.section for e in found.evidence] == ["result_narrative", "result_narrative", "goal_narrative"]


NUMBERED = [
    "一、清淤。二、巡查。三、培训。",
    "1.清淤；2.巡查；3.培训。",
    "一、清淤12公里：1、东坝；2、西坝。二、巡查：1、上半年26次；2、下半年26次。",
    "（一）质量。1.合格；2.优良。（二）时效。1.及时；2.按期。",
    "一是清淤；二是巡查。另外，一是培训；二是宣传。",
    "完成一、二级公路养护12公里，三、四级公路32公里。",
    "1.5万亩高效节水，3.2万亩渠灌。",
    "1月清淤，3月巡查，12月验收。",
    "第一、第三季度巡查，第四季度验收。",
    "一级2个、三级4个。",
    "1、3号泵站检修，2、4号泵站更换。",
    "清淤12公里。二、巡查。",
    "二、巡查52次。三、培训2期。",
    "一、清淤。二，巡查。三、培训。",
    "一、清淤。第二，巡查。三、培训。",
    "(1)清淤…(9)培训。",
    "1.清淤[...]4.培训。",
    "一、清淤。二、巡查。一、培训。二、宣传。",
    "2022年巡查48次。2023年巡查52次。",
    "1.清淤 2.巡查 3.培训",
    "1)清淤；2)巡查；3)培训。",
    "一、清淤。四、培训。",
    "10.清淤；11.巡查；12.培训。",
    "执行数100.12；预算数102.30。",
    "一二三产业融合，一、三产业增加值12亿元。",
    "①清淤；②巡查；③培训。",
    "2.巡查；1.清淤；3.培训。",
    "三、四月份巡查，七、八月份度汛。",
    "比分3.5，排名1.2。",
    "一方面清淤，另一方面巡查；三是培训。",
]


@pytest.mark.parametrize("text", NUMBERED)
def test_what_is_no_gap_is_left_alone(text: str) -> None:
    """Restarts, ranks, months, decimals, another dress, lists that begin elsewhere."""
    assert [f.facts for f in findings(form(text)) if f.rule.code == "OMI106"] == []


# --- omission -----------------------------------------------------------------------------------------------------

LISTED = ("新业务", "新增业务1项", "新增水质快检、漏损监测、智能抄表等业务3项")


def test_names_that_the_table_counts_and_the_narrative_leaves_out_are_told() -> None:
    """The clause that names some, every place that names all, and what is missing."""
    (found,) = findings(form("供水平稳，开通水质快检业务。", rows=[LISTED]))
    assert (found.rule.code, found.facts["items"], found.arithmetic) == ("OMI107", "漏损监测、智能抄表", "3 − 1 = 2")
    assert [e.span.section for e in found.evidence] == ["result_narrative", "indicators"]


@pytest.mark.parametrize(
    "text",
    [
        "供水平稳，开通水质快检、漏损监测、智能抄表业务。",
        "供水平稳，开通水质快检等业务。",
        "供水平稳，开通水质快检等业务3项。",
        "供水平稳，新增业务3项。",
        "供水平稳。",
        "开展水质快检12次。",
        "开通水质快检业务，漏损监测和抄表业务同步上线。",
        "水质快检合格率98%。",
        "开通水质快检业务；推广智能抄表；加强漏损监测。",
    ],
)
def test_what_is_said_elsewhere_or_openly_in_part_is_no_omission(text: str) -> None:
    """等, the count, or all names anywhere in the narrative."""
    assert findings(form(text, rows=[LISTED])) == []


# --- counts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "arithmetic"),
    [
        ("下达任务共三个，即药费补助1120人（任务数502人）；抢救性康复82人（其中，训练28人、矫形器4人）。", "2 ≠ 3"),
        ("设4个科室，分别为综合科、业务科、财务科。", "3 ≠ 4"),
        ("新建成专科中心共5个，即卒中中心、胸痛中心、创伤中心、救治中心，均已通过验收。", "4 ≠ 5"),
        ("涉及4个乡镇，即红岩、双河、龙潭，截至12月底全部通过验收，平均成活率91.3%。", "3 ≠ 4"),
        ("举办培训班4期，即言语康复班、肢体康复班、辅具适配班。", "3 ≠ 4"),
        ("建成碧道3条（东溪碧道、石桥碧道）。", "2 ≠ 3"),
        ("新增水质快检、漏损监测、智能抄表等业务2项。", "3 ≠ 2"),
        ("在东坝村、西坝村、南坝村四个村开展试点。", "3 ≠ 4"),
    ],
)
def test_a_count_that_differs_from_its_list_is_told(text: str, arithmetic: str) -> None:
    """即, 分别为, brackets, 等…项 and apposition."""
    assert [f.arithmetic for f in findings(REPORT + text + "\n")] == [arithmetic]


@pytest.mark.parametrize(
    ("text", "arithmetic"),
    [
        ("下达任务共二个，即药费补助1120人（任务数502人），康复82人（其中28人、4人、4人）。", "2 = 2"),
        ("设8个机构，即办公室、财务科、业务科、规划科、水政科、工程科、防汛办和党建办。", "8 = 8"),
        ("新增水质快检、漏损监测、智能抄表等业务3项。", "3 = 3"),
        ("在春节、国庆两个节日开展检查。", "2 = 2"),
        ("新建成专科中心共4个，即卒中中心、胸痛中心、创伤中心、救治中心，均已通过验收。", "4 = 4"),
        ("维护东库区、西库区、南库区日常运行。\n二、其他\n三个水源库区治安良好，水源库区设施完善。", ""),
        ("维护东库区、西库区、南库区等水源库区运行。\n二、其他\n三个水源库区治安良好。", "3 = 3"),
    ],
)
def test_a_count_that_fits_its_list_is_listed_as_held(text: str, arithmetic: str) -> None:
    """A pass; lists that only may be meant give nothing."""
    report = audit_text(REPORT + text + "\n", rules=RULES)
    assert [f.arithmetic for f in report.findings] == []
    assert [p.arithmetic for p in report.passes] == ([arithmetic] if arithmetic else [])


COUNTS = [
    "涉及5个乡镇，即红岩、双河、龙潭，马鞍、石门。",
    "举办培训班4期，即言语康复班3期、肢体康复班1期。",
    "向青石公司、东坝公司等6家企业宣传。",
    "涉及10个村，包括东坝村、西坝村、南坝村。",
    "设16个股室。",
    "实施8个项目，总投资300万元，涉及渠道、泵站、闸门。",
    "实施12个项目：渠道、泵站、闸门。",
    "道路、桥梁、管网工程12个。",
    "推进道路维修、桥梁加固等项目2个。",
    "在城区、乡镇推进道路、管网等项目2个。",
    "协助国规、更新等部门办理续期、收储、更新共34宗。",
    "慰问老党员、困难户、残疾人等2次。",
    "开展清洁、绿化、亮化活动4场。",
    "召开动员会、推进会、总结会和调度会3次。",
    "完成工程3个，其中渠道、泵站各1个。",
    "分为3个标段，即渠道及附属、泵站、闸门与启闭机。",
    "共两类，即新建和改建。",
    "聘请3名专家（水利、财务）评审。",
    "实现省、市、县三级联动。",
    "落实中央、省两级资金。",
    "事前、事中、事后三个环节严格把关。",
    "获全国、省级荣誉2个。",
    "一县一策、一村一策，两卡制全面推行。",
    "发现问题3个，即整改。",
    "5个乡镇即将完工。",
    "抓好4项重点工作，包括清淤、巡查、培训和宣传等。",
    "对道路、桥梁进行维修改造张村、李村两处。",
    "共建成泵站3座、闸门5扇、渠道2条。",
    "分别为甲、乙、丙三家。",
    "覆盖东坝、西坝、南坝和北坝四个镇。",
    "开展“送温暖、送清凉”两项活动。",
    "《水法》《防洪法》等法规2部宣传到位。",
    "12类项目，即预防接种、健康教育等。",
    "本年度共6个项目（1个续建、5个新建）。",
]


@pytest.mark.parametrize("text", COUNTS)
def test_counts_that_are_of_something_else_are_left_alone(text: str) -> None:
    """Open lists, several lists in one clause, counts of other things."""
    assert [(f.facts["text"], f.arithmetic) for f in findings(REPORT + text + "\n")] == []


REPORTED = "青石县水利局2023年度整体支出绩效自评报告\n一、完成情况\n（一）数量指标。新建泵站12座。\n{}（三）时效指标。10月底完工。\n"


def test_a_report_whose_headings_skip_one_is_told() -> None:
    """（一）（三）in one chapter; a heading in a line of its own is there."""
    told = audit_text(REPORTED.format(""), rules=RULES).findings
    assert [f.facts["missing"] for f in told] == ["（二）"]
    for between in ("（二）质量指标。验收合格。\n", "（二）质量指标\n验收合格。\n", "(二)质量指标\n"):
        assert not audit_text(REPORTED.format(between), rules=RULES).findings


def test_a_list_that_is_summed_up_is_counted() -> None:
    """A培训、B培训共4类: the names of one kind before the count."""
    text = "青石县水利局2023年度整体支出绩效自评报告\n一、完成情况\n开展校长培训、骨干教师培训、班主任培训共{}类。\n"
    assert [f.rule.code for f in audit_text(text.format(4), rules=RULES).findings] == ["SUM404"]
    assert not audit_text(text.format(3), rules=RULES).findings
    for other in (
        "培训校长、教师、家长共120名。",
        "慰问困难职工、劳模共8户。",
        "举办校长培训、教师沙龙、班主任论坛共6期。",
    ):
        assert not audit_text(text.split("开展")[0] + other + "\n", rules=RULES).findings


def test_a_list_without_a_remainder_is_told_in_part_where_two_of_it_are() -> None:
    """龙溪河、白水河整治 in the narrative, three rivers and their count in the table."""
    rows = [("河道整治", "3条", "完成龙溪河、白水河、清江河3条河道整治")]
    assert [f.rule.code for f in findings(form("完成龙溪河、白水河整治。", rows))] == ["OMI107"]
    assert findings(form("完成龙溪河、白水河、清江河整治。", rows)) == []
    assert findings(form("完成龙溪河等3条河道整治。", rows)) == []
    assert findings(form("龙溪河水质达标。", rows)) == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("围绕场馆提升、公益培训、惠民演出、非遗传习五项重点任务", True),
        ("围绕场馆提升、公益培训、惠民演出、非遗传习四项重点任务", False),
        ("围绕场馆提升、公益培训、演出和非遗传习四项重点任务", False),
        ("围绕场馆提升、公益培训、演出和非遗传习等六项重点任务", False),
        ("围绕“六保”、场馆提升、公益培训第三项重点任务", False),
    ],
)
def test_a_list_between_its_verb_and_its_count(said: str, wrong: bool) -> None:
    """围绕A、B、C、D五项重点任务: all that stands between is the list."""
    text = f"项目支出绩效自评表\n（2023年度）\n年度总体目标\t预期目标\t实际完成情况\n\t做好工作。\t我馆{said}组织实施。\n"
    assert bool([f for f in audit_text(text).findings if f.rule.code == "SUM404"]) is wrong
