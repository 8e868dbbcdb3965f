"""Labels and figures in turn, in the funds block and beside 其中: which figures make each other up."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.model import Report

HEAD = "部门整体支出绩效自评表\n（2023年度）\n单位：万元\n部门名称\t临江区水务局\n"


def codes(*rows: str, head: str = HEAD) -> list[str]:
    return sorted({f.rule.code for f in audited(*rows, head=head).findings if f.rule.code[:3] in ("SUM", "RAT", "SCO")})


def audited(*rows: str, head: str = HEAD) -> Report:
    return audit_text(head + "\n".join(rows).replace("|", "\t") + "\n")


@pytest.mark.parametrize(
    ("posts", "staff", "wrong"),
    [
        ("编制数|68|其中：行政编制|42|事业编制|26", "在职人数|63|其中：行政人员|40|事业人员|23", []),
        ("编制数|68|其中：行政编制|42|事业编制|28", "在职人数|63|其中：行政人员|40|事业人员|23", ["SUM118"]),
        ("编制数|68|其中：行政编制|42|事业编制|26", "在职人数|36|其中：行政人员|40|事业人员|23", ["SUM118"]),
        # nothing shows that two kinds are all there are
        ("编制数|68|其中：行政编制|42|事业编制|20", "在职人数|63|其中：行政人员|40|事业人员|20", []),
    ],
)
def test_what_stands_behind_among_in_a_row(posts: str, staff: str, wrong: list[str]) -> None:
    """Held to it where another row of the table is divided alike and adds up."""
    assert codes("一、部门基本情况", posts, staff) == wrong


BLOCK = ("部门资金情况|年初预算数|8642.50|全年预算数|8957.70", "|年中调整数|315.20|全年支出数|{spent}", "|其中：一般公共预算支出|{public}|政府性基金支出|2600.00", "|其中：基本支出|1480.36|项目支出|{project}", "|预算执行率|{rate}|预算调整率|3.65%")  # fmt: skip
RIGHT = {"spent": "8706.88", "public": "6106.88", "project": "7226.52", "rate": "97.20%"}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"spent": "8760.88"}, ["RAT101", "SUM102"]),
        ({"public": "6016.88"}, ["SUM102"]),
        ({"project": "7226.25"}, ["SUM102"]),
        ({"rate": "97.90%"}, ["RAT101"]),
        ({"public": "6000.00", "project": "7000.00"}, []),  # nobody says that they make up any of the figures above
    ],
)
def test_parts_below_figures_in_pairs(changed: dict[str, str], wrong: list[str]) -> None:
    """Which figure they are of is told by the one that they make up, or would but for a slip of the pen."""
    assert codes(*(row.format(**RIGHT | changed) for row in BLOCK)) == wrong


@pytest.mark.parametrize(("left", "wrong"), [("135.60", []), ("153.60", ["SUM117"]), ("120.00", [])])
def test_the_balance_is_what_was_not_spent(left: str, wrong: list[str]) -> None:
    """Quota taken back leaves less: no slip of the pen, nothing said."""
    rows = ("部门资金情况|全年预算数|4520.00|实际支出数|4384.40", f"|预算执行率|97.0%|结余结转|{left}")
    assert codes(*rows) == wrong


@pytest.mark.parametrize(("total", "wrong"), [("97.42", []), ("97.24", ["SCO107"])])
def test_scores_in_a_table_of_their_own(total: str, wrong: list[str]) -> None:
    """The rows of the indicators have no columns for points; 自评得分 before the heads names the block, not a column."""
    rows = (
        "年度关键指标|指标名称|预期实现值|指标完成情况", "|新建碧道长度|≥12公里|12.6公里", "|管护河涌数量|36条|36条",
        "自评得分|评价内容|分值|得分|扣分说明", "|预算执行|10|9.72|按执行率计分", "|整体目标完成|30|29.00|少完成2个，扣1分",
        "|关键指标完成|40|39.20|按完成率计分", "|管理效率|20|19.50|报送超期，扣0.5分", f"|合计|100|{total}|",
    )  # fmt: skip
    assert codes(*rows) == wrong
