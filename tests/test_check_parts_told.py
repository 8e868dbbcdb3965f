"""Parts and totals of sentences in cells: what stands between them, members of one family, totals of all."""

from __future__ import annotations

import pytest

from auditor import audit_text

HEAD = "云岭县2023年度绩效自评报告\n一、完成情况\n"


def codes(text: str) -> list[str]:
    report = audit_text(HEAD + text + "\n")
    return sorted(f.rule.code for f in report.findings if f.rule.kind == "prose")


def holds(text: str) -> bool:
    return any(p.rule.code in ("SUM401", "SUM408") for p in audit_text(HEAD + text + "\n").passes)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # a noun, a rate, the growth and the year before stand between the total and its parts
        ("14座小型水库（小（1）型5座、小（2）型9座）无一出险。", "14座小型水库（小（1）型6座、小（2）型9座）无一出险。"),
        ("成交额21.4亿元，同比增长18.9%（上年为18亿元），其中技术开发9.6亿元、技术转让4亿元、技术服务7.8亿元。",
         "成交额21.4亿元，同比增长18.9%（上年为18亿元），其中技术开发9.6亿元、技术转让4亿元、技术服务8.7亿元。"),
        ("支持项目64项，立项率34.2%，分为三类：研发22项、转化18项、软科学24项。", "支持项目64项，立项率34.2%，分为三类：研发22项、转化18项、软科学21项。"),
        ("排查问题37个（乱占11个、乱采3个、乱堆16个、乱建7个）。", "排查问题37个（乱占11个、乱采3个、乱堆19个、乱建7个）。"),
        ("改造1240户，其中特困老人186户、低保老人402户、高龄老人652户。", "改造1240户，其中特困老人186户、低保老人420户、高龄老人652户。"),
        ("局机关编制28名；县医院编制412名；县疾控中心编制60名。三家单位合计编制500名。", "局机关编制28名；县医院编制412名；县疾控中心编制60名。三家单位合计编制510名。"),
        ("绩效指标得分89.13分，预算执行得分9.73分，合计98.86分。", "绩效指标得分89.13分，预算执行得分9.73分，合计98.68分。"),
    ],
)  # fmt: skip
def test_one_figure_changed(right: str, wrong: str) -> None:
    """The true sentence is a pass; with one figure changed it is a finding."""
    assert codes(right) == []
    assert holds(right)
    assert codes(wrong) in (["SUM401"], ["SUM408"])


@pytest.mark.parametrize(
    "text",
    [
        "建成14座小型水库（总投资30万元、已付20万元）。",  # of another kind
        "完成投资300万元的道路（预算500万元、已付200万元）。",  # in brackets, and no parts
        "服务120人次困难群众（低保80人次、残疾60人次）。",  # one may be both
        "局机关编制28名；县医院编制412名；县疾控中心编制60名。四家单位合计编制520名。",  # one is not named
        "检查设备912台（套），其中电梯486台；检定计量器具2640台（件）。",  # behind ; another matter
        "甲得分89分，乙得分9分，合计得分80分。",  # no slip of the pen: weighed
    ],
)
def test_what_does_not_make_up_a_total(text: str) -> None:
    assert codes(text) == []
