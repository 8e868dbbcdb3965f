"""Texts that stop in the middle."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "broken")


def codes(result: str, *rows: str) -> list[str]:
    """Codes for a narrative, and for rows of name, target and result."""
    text = (
        "部门整体支出绩效自评表\n（2023年度）\n部门名称\t青石县水利局\n年度整体目标\t整体目标完成情况\n"
        f"做好全年工作。\t{result}\n关键指标\t预期实现值\t指标完成情况\n走访企业\t20家\t走访企业24家\n"
    )
    return [f.rule.code for f in audit_text(text + "".join(f"{row}\n" for row in rows), rules=RULES).findings]


@pytest.mark.parametrize(
    "end",
    [
        "整改隐患312处（其中重大隐患", "开展“安全生产", "演练和", "演练、", "下发通知书，其中", "巡查426家次，并建立健全",
        "购置排涝设备；加强", "创建示范社区12个、示范街道3", "办结工单1,", "人均培训天数达到", "巡查河道36公里，开", "按照《防汛条例", "巡查对象包括",
    ],
)  # fmt: skip
def test_open_brackets_joints_and_verbs_alone_are_told(end: str) -> None:
    assert codes(f"全年整治病险水库20座，{end}") == ["TXT109"]
    assert codes("工作有序。", f"防汛\t做好防汛\t全年整治病险水库20座，{end}") == ["TXT109"]


@pytest.mark.parametrize(
    "end",
    [
        "整改隐患312处（其中重大隐患3处）", "开展“安全生产月”", "制度建设得到加强", "河湖面貌持续改善", "建立健全", "队伍总体平和",
        "防汛能力进一步提升", "水质总体达标（详见附件）", "通过验收", "隐患排查整治扎实开展", "完成情况较好", "实现度汛目标的",
        "1）整治水库20座；2）巡查河道36公里", "巡查河道36公里，",
    ],
)  # fmt: skip
def test_finished_texts_are_let_pass(end: str) -> None:
    """A verb with its subject before it (得到加强), list numbers with half a bracket, a comma for a full stop."""
    told = codes(f"全年整治病险水库20座，{end}" if len(end) > 4 and not end.startswith("1）") else end)
    assert told == ([] if not end.endswith("的") else ["TXT109"])


@pytest.mark.parametrize("end", ["业务骨", "隐患排", "共投入资", "业务培", "成果展", "水政执"])
def test_half_a_word_at_the_end_of_a_cell_is_told(end: str) -> None:
    told = codes(f"全年整治病险水库20座，开展巡查426家次，{end}")
    assert told == ([] if end == "成果展" else ["TXT110"])


def test_a_word_that_goes_on_in_another_cell_of_the_column_was_cut_by_a_page() -> None:
    cut = "培训\t培训骨干\t全年整治病险水库20座，开展业务培训，充实业务骨"
    assert codes("工作有序。", cut) == ["TXT110"]
    assert codes("工作有序。", cut, "\t\t干队伍，开展巡查426家次") == []
