"""Which rows a total of points is made of: those that name more of the row above have none of their own."""

from __future__ import annotations

import pytest

from auditor import audit_text

HEAD = "项目支出绩效自评表\n（2023年度）\n项目名称\t养护\n一级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"
ROWS = (
    "产出指标\t养护里程\t90公里\t90公里\t40\t40\n{more}\t安防里程\t20公里\t18公里\t20\t18\n"
    "效益指标\t事故起数\t0起\t0起\t30\t30\n\t满意度\t≥90%\t94.5%\t10\t9.5\n总分\t\t\t\t100\t{total}\n"
)
PARTS = "\t其中：县道\t40公里\t40公里\t—\t—\n\t乡道\t50公里\t50公里\t—\t—\n"


def codes(more: str, total: str, before: str = "") -> list[str]:
    report = audit_text(before + HEAD + ROWS.format(more=more, total=total))
    return [f.rule.code for f in report.findings if f.rule.code == "SCO107"]


@pytest.mark.parametrize("more", ["", PARTS])
@pytest.mark.parametrize(("total", "wrong"), [("97.50", []), ("95.70", ["SCO107"])])
def test_rows_with_dashes_for_points_are_no_points_that_are_missing(more: str, total: str, wrong: list[str]) -> None:
    assert codes(more, total) == wrong


def test_a_dash_for_one_of_them_leaves_the_sum_open() -> None:
    """A weight without a score: the score of that row is not known."""
    assert codes("\t其中：县道\t40公里\t40公里\t5\t—\n", "95.70") == []
