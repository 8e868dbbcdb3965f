"""Scorecards: full points against the criterion of the row."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "criterion" or r.code == "TGT104")


def outcome(name: str, criterion: str, result: str, score: str = "10", reason: str = "") -> tuple[list[str], list[str]]:
    """Codes of the findings and of the passes of a scorecard with one such row."""
    text = (
        "部门整体支出绩效评价评分表\n（2023年度）\n单位名称：青石县林业局\n"
        "一级指标\t二级指标\t三级指标\t分值\t评价标准\t完成情况\t得分\t扣分原因\n"
        "产出\t数量指标\t营造林质量\t10\t台账完整得满分\t台账完整\t10\t\n"
        f"\t质量指标\t{name}\t10\t{criterion}\t{result}\t{score}\t{reason}\n"
    )
    report = audit_text(text, rules=RULES)
    return [f.rule.code for f in report.findings], [p.rule.code for p in report.passes if p.rule.code == "SCO110"]


@pytest.mark.parametrize(
    ("name", "criterion", "low", "high"),
    [
        ("造林成活率", "≥85%得满分", "83.6%", "86.3%"),
        ("造林面积", "新建40公顷，按完成率计分", "完成造林39公顷", "完成造林41公顷"),
        ("群众满意度", "达90%得满分", "走访520人，满意度86.5%", "走访520人，满意度93.5%"),
        ("控制率", "≤100%", "编制40人，控制率102.5%", "编制40人，控制率97.5%"),
        ("覆盖人口", "覆盖8万人以上得满分", "受益7.6万人", "受益8.6万人"),
    ],
)  # fmt: skip
def test_full_points_below_the_criterion_are_told_and_above_it_held(
    name: str, criterion: str, low: str, high: str
) -> None:
    assert outcome(name, criterion, low) == (["SCO110"], [])
    assert outcome(name, criterion, high) == ([], ["SCO110"])


@pytest.mark.parametrize(
    ("criterion", "result", "score", "reason"),
    [
        ("≥85%得满分", "83.6%", "9.8", ""),  # points were taken
        ("≥85%得满分", "83.6%", "10", "干旱致部分苗木枯死，已补植"),
        ("≥85%得满分，每低1%扣1分", "83.6%", "10", ""),  # steps
        ("90-100%得满分，80-90%得8分", "83.6%", "10", ""),
        ("管护到位得满分", "成活率83.6%", "10", ""),
        ("≥85%得满分", "造林3.2万亩", "10", ""),
        ("按季度考核", "达到序时进度", "10", ""),
    ],
)  # fmt: skip
def test_steps_reasons_and_other_figures_say_nothing(criterion: str, result: str, score: str, reason: str) -> None:
    assert outcome("造林成活率", criterion, result, score, reason)[0] == []
