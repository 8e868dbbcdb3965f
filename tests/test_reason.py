"""Reasons that stand away from their row: a note below the table, the narrative, the problems."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "reach")


def codes(note: str, rows: str = "护林员培训人次\t≥600人次\t512人次\t10\t8.53\t\n", results: str = "") -> list[str]:
    """Codes of the findings of a project form with these rows and a note below its table."""
    said = f"年度总体目标\t预期目标\t实际完成情况\n\t做好护林防火。\t{results}\n" if results else ""
    text = (
        f"项目支出绩效自评表\n（2023年度）\n项目名称\t护林防火能力建设\n{said}"
        "三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析\n"
        f"{rows}林区巡护里程\t≥900公里\t960公里\t10\t10\t\n{note}\n"
    )
    return sorted(f.rule.code for f in audit_text(text, rules=RULES).findings)


@pytest.mark.parametrize(
    "note",
    [
        "偏差原因说明：护林员培训人次未达年初目标，10月因防火戒严停训一期。",
        "说明：1.“护林员培训人次”未完成，主要是秋季防火期提前，人员全部上岗值守；2.其余指标均已完成。",
        "备注：护林员培训未达到目标值，原因是两个林场合并后人员编制减少。",
        "上述未完成指标，系因秋季防火期提前，集中培训停办。",
        "未完成原因：护林员培训受防火戒严影响停办一期",
    ],
)  # fmt: skip
def test_note_below_the_table_that_says_why_a_row_is_missed_is_its_reason(note: str) -> None:
    assert codes(note) == ["TGT102"]


@pytest.mark.parametrize(
    "note",
    [
        "说明：本表数据截至2023年12月31日。",
        "护林员培训人次为512人次，考核合格率100%。",
        "部分指标未完成，主要原因是年初预算编制不够精细。",
        "说明：林区巡护里程超出年初目标，主要是新增两条巡护线路。",
        "上述指标超额完成，主要是社会力量积极参与。",
    ],
)  # fmt: skip
def test_note_that_gives_no_reason_for_the_row_leaves_it_unexplained(note: str) -> None:
    """Not what repeats the figure, speaks of some rows, of another row, or of the other way."""
    assert codes(note) == ["TGT101"]


def test_reason_told_in_the_narrative_counts_for_the_row_it_names() -> None:
    told = "巡护林区960公里；护林员培训512人次，未达到年初目标，原因是防火期提前。"
    assert codes("", results=told) == ["TGT102"]
    assert codes("", results="巡护林区960公里；护林员培训512人次。") == ["TGT101"]


def test_far_exceeded_row_is_explained_by_a_note_on_it() -> None:
    rows = "防火宣传场次\t≥20场\t46场\t10\t10\t\n"
    assert codes("注：防火宣传场次超出年度指标值较多，系全省防火宣传月启动仪式在我县举行。", rows) == []
    assert codes("注：防火宣传场次按实际台账统计。", rows) == ["TGT103"]


def test_note_that_repeats_the_figure_of_the_row_and_says_why_is_its_reason() -> None:
    assert codes("情况说明：护林员培训人次512人次，主要是防火戒严期间停训一期。") == ["TGT102"]
    assert codes("情况说明：护林员培训人次每期60人次，主要是新进人员。") == ["TGT101"]


WELLS = "打机井眼数\t30眼\t28眼\t10\t9.33\t\n"


@pytest.mark.parametrize(
    "note",
    [
        "全年打机井28眼，另有2眼（柳树沟）因电力线路未架通推迟开工，预计2024年4月完工。",
        "机井建设比目标少2眼，主要是水源勘测点变更。",
        "东片区2眼机井因征地纠纷结转下年。",
    ],
)
def test_sentence_on_just_what_is_lacking_is_the_reason_of_its_row(note: str) -> None:
    assert codes("", WELLS, note) == ["TGT102"]


@pytest.mark.parametrize(
    "note",
    [
        "全年打机井28眼，另有3眼（柳树沟）因电力线路未架通推迟开工。",
        "全年打机井28眼，其中2眼出水量较大。",
        "另有2处泵房因电力线路未架通推迟开工。",
    ],
)
def test_sentence_on_another_number_or_thing_is_no_reason(note: str) -> None:
    assert codes("", WELLS, note) == ["TGT101"]


def test_rate_that_fell_short_with_its_count_has_the_reason_of_the_count() -> None:
    """28 of 30 is 93.3%: the rate says nothing of its own."""
    told = "另有2眼机井因电力线路未架通推迟开工。"
    assert codes("", f"{WELLS}年内完工率\t100%\t93.3%\t10\t9.33\t\n", told) == ["TGT102", "TGT102"]
    assert codes("", f"{WELLS}年内完工率\t100%\t88.1%\t10\t8.81\t\n", told) == ["TGT101", "TGT102"]


def test_passage_on_deviations_gives_the_reason_of_the_thing_it_names() -> None:
    row = "护林防火通道建设完成时限\t9月30日前\t10月20日\t10\t6\t\n"
    assert codes("五、偏差说明：护林防火通道遇连阴雨，推迟20天，扣4分。", row) == ["TGT102"]
    assert codes("五、偏差说明：瞭望塔遇连阴雨，推迟20天，扣4分。", row) == ["TGT101"]
