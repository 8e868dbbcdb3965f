
"""What could not be audited is said aloud, and never as more than minor."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "unread")
FORM = (
    "部门整体支出绩效自评表\n（2023年度）\n单位：万元\n部门名称\t青石县水利局\n"
    "部门资金情况\t整体支出年度预算数\t186.20\t整体支出年初预算数\t186.20\n\t实际支出数\t185.10\t年度调整额\t0\n"
    "年度整体目标\t整体目标完成情况\n做好供水。\t供水126万吨。\n关键指标\t预期实现值\t指标完成情况\n供水量\t120万吨\t126万吨\n"
)


def codes(text: str) -> list[str]:
    return [f.rule.code for f in audit_text(text, rules=RULES).findings]


def test_a_form_that_is_read_in_full_has_nothing_to_say() -> None:
    """Clean forms stay clean."""
    assert codes(FORM) == []


def test_a_form_without_its_tables_says_what_is_missing() -> None:
    """The indicators were cut off."""
    assert codes(FORM.split("关键指标")[0]) == ["RUN104"]


def test_a_table_without_heads_is_a_missing_one_too() -> None:
    """Its texts are unread, and so the checks of indicators were not made."""
    rows = "产出指标\t数量指标\t修建水渠\t3公里\t3.2公里\t20\t20\n\t质量指标\t合格率\t100%\t100%\t20\t20\n"
    assert {"RUN101", "RUN104"} <= set(codes(f"项目支出绩效自评表\n{rows}"))


def test_a_text_that_is_no_form_is_called_so() -> None:
    """A notice, a poem."""
    assert "RUN103" in codes("关于开会的通知\n请于周五下午3点到三楼会议室，带好笔记本。\n")


@pytest.mark.parametrize(
    "text",
    [
        "青石县水利局2023年度绩效自评报告\n一、资金情况\n全年预算186.20万元，支出185.10万元。\n二、目标完成\n供水126万吨。\n",
        FORM,
    ],
)
def test_a_report_in_prose_is_a_form(text: str) -> None:
    """Chapters on funds and goals are enough."""
    assert "RUN103" not in codes(text)


def test_a_form_without_figures_is_called_so() -> None:
    """Nothing could be held against anything."""
    assert "RUN102" in codes(
        "部门整体支出绩效自评表\n部门名称\t水利局\n关键指标\t预期实现值\t指标完成情况\n供水\t做好供水\t供水正常\n"
    )


def test_what_this_program_cannot_do_is_never_held_against_the_department() -> None:
    """RUN rules are minor or info."""
    assert {r.severity for r in RULES} <= {"minor", "info"}
