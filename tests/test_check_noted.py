"""Remarks that give the figures of a rate, and texts that say how far a result is from its target."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.model import Report

HEAD = "项目支出绩效自评表\n（2023年度）\n项目名称\t公路养护\n"


def audited(*rows: str) -> Report:
    return audit_text(HEAD + "\n".join(rows).replace("|", "\t") + "\n")


def remark(name: str, result: str, said: str) -> Report:
    return audited("三级指标|年度指标值|实际完成值|分值|得分|备注", f"{name}|≥85%|{result}|50|50|{said}", "养护里程|≥80公里|90公里|50|50|无")


@pytest.mark.parametrize(
    ("name", "result", "said", "wrong"),
    [
        ("康复服务覆盖率", "91.62%", "应服务1050人，已服务962人", []),
        ("康复服务覆盖率", "96.12%", "应服务1050人，已服务962人", ["RAT110"]),
        ("康复服务覆盖率", "91.62%", "应服务1050人，已服务926人", ["RAT110"]),
        ("群众满意度", "95.2%", "抽样250人，满意238人", []),
        ("群众满意度", "95.2%", "抽样250人，满意228人", ["RAT110"]),
        ("水毁抢通及时率", "98.1%", "53处中50处24小时内抢通", ["RAT110"]),
        # no slip of the pen: the rate may be counted otherwise
        ("群众满意度", "95.2%", "抽样250人，满意201人", []),
        # the part is not what the rate is of
        ("群众满意度", "95.2%", "抽样250人，女性228人", []),
        # which of three is meant?
        ("群众满意度", "95.2%", "抽样250人，有效240人，满意228人", []),
        ("群众满意度", "95.2%", "抽样250人，不满意22人", []),
    ],
)
def test_a_rate_and_the_two_figures_beside_it(name: str, result: str, said: str, wrong: list[str]) -> None:
    assert [f.rule.code for f in remark(name, result, said).findings if f.rule.kind == "noted"] == wrong


def test_a_remark_that_fits_is_a_pass_with_all_three_places() -> None:
    [held] = [p for p in remark("群众满意度", "95.2%", "抽样250人，满意238人").passes if p.rule.code == "RAT110"]
    assert [e.span.quote for e in held.evidence] == ["95.2%", "238人", "250人"]


@pytest.mark.parametrize(
    ("said", "reason", "wrong"),
    [
        ("实施安防工程86.5公里，较目标少3.5公里", "设计变更", []),
        ("实施安防工程86.5公里，较目标少5.3公里", "设计变更", ["RAT111"]),
        ("实施安防工程86.5公里", "较年度计划少3.5公里，系设计变更", []),
        ("实施安防工程86.5公里", "较年度计划少35公里，系设计变更", ["RAT111"]),
        # no slip of the pen: less than the plan of another year, or of a part
        ("实施安防工程86.5公里，较目标少12公里", "设计变更", []),
        ("实施安防工程86.5公里，较上年少5.3公里", "设计变更", []),
    ],
)
def test_how_far_a_result_is_from_its_target(said: str, reason: str, wrong: list[str]) -> None:
    """Told in the text beside the same result, or in the remark of its row."""
    rows = ("年度总体目标|预期目标|实际完成情况", f"|实施安防工程90公里。|{said}。", "三级指标|年度指标值|实际完成值|分值|得分|偏差原因")
    report = audited(*rows, f"安防工程里程|90公里|86.5公里|50|48.06|{reason}")
    assert [f.rule.code for f in report.findings if f.rule.kind == "noted"] == wrong
