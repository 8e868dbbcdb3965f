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
]


@pytest.mark.parametrize(("clean", "wrong", "code"), TWINS)
def test_a_figure_is_held_against_the_one_it_belongs_to(clean: str, wrong: str, code: str) -> None:
    """The first passage is right and nothing is told; in the second one figure is changed."""
    assert shown(clean) == []
    assert code in {c for c, _ in shown(wrong)}


def test_what_a_project_is_to_build_is_a_plan() -> None:
    """建设内容 of the overview, and what was built in the end, may differ."""
    text = HEAD + "一、项目概况\n（一）建设内容\n衬砌渠道38.5km，新建管理房3处。\n二、完成情况\n衬砌渠道38.9公里，新建管理房3处。\n"
    assert told(text) == []
    assert told(text.replace("建设内容", "建设内容完成情况")) != []


def test_a_decimal_number_begins_a_chapter() -> None:
    """1.3 绩效目标 is a title: what it says is aimed at, not done."""
    text = HEAD + "1. 基本情况\n1.1 绩效目标: 入室盗窃警情同比下降20%以上。\n2. 完成情况\n2.1 入室盗窃警情同比下降33.33%。\n"
    assert told(text) == []
