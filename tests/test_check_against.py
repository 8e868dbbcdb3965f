"""What texts say of the rows of a table, and of figures told sentences or cells before."""

from __future__ import annotations

import pytest

from auditor import audit_text

FUNDS = (
    "项目支出绩效自评表", "（2023年度）", "项目名称|公路养护", "项目资金（万元）||年初预算数|全年预算数|全年执行数", "|年度资金总额|366.00|366.00|346.80",
    "|其中：省级补助|216.00|216.00|216.00", "|县级配套|150.00|150.00|130.80", "年度总体目标|预期目标|实际完成情况",
)  # fmt: skip


def codes(*rows: str) -> list[str]:
    report = audit_text("\n".join(rows).replace("|", "\t") + "\n")
    return sorted(f.rule.code for f in report.findings if f.rule.kind in ("against", "difference"))


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("县级配套资金结余19.2万元，次年结算。", []),
        ("县级配套资金结余192万元，次年结算。", ["SUM119"]),
        ("县级配套资金结余12.9万元，次年结算。", ["SUM119"]),
        ("县级配套资金结余8.5万元，次年结算。", []),  # some of it was taken back
        ("市级配套资金结余192万元，次年结算。", []),  # no row of that name
    ],
)
def test_what_is_left_of_a_row_of_the_funds(said: str, wrong: list[str]) -> None:
    assert codes(*FUNDS, f"|养护农村公路。|养护农村公路1326公里。{said}") == wrong


@pytest.mark.parametrize(
    ("goal", "wrong"),
    [
        ("投入1286万元，养护农村公路", []),
        ("投入1268万元，养护农村公路", ["AGR105"]),
        ("投入1250万元，养护农村公路", []),  # the initial budget
        ("投入1300万元，养护农村公路", []),  # no slip of the pen
        ("完成投资1268万元", []),  # not said to be the money of the form
    ],
)
def test_the_money_of_a_goal(goal: str, wrong: list[str]) -> None:
    rows = (*FUNDS[:4], "|年度资金总额|1250.00|1286.00|1247.36", FUNDS[-1])
    assert codes(*rows, f"|{goal}。|养护农村公路1326公里。") == wrong


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("三公经费比上年减少5.34万元，下降19.93%", []),
        ("三公经费比上年减少5.34万元，下降13.93%", ["RAT112"]),
        ("三公经费比上年减少5.43万元，下降19.93%", ["RAT112"]),
        ("三公经费比上年减少3.54万元，下降14.16%", []),  # of the budget: neither fits both years
        ("接待费比上年减少5.34万元，下降13.93%", []),  # no row of that name
    ],
)
def test_growth_of_a_row(said: str, wrong: list[str]) -> None:
    rows = ("部门整体支出绩效评价基础数据表", "（2023年度）", "部门名称|柳溪乡人民政府", "经费控制情况（万元）|上年决算数|本年预算数|本年决算数")
    assert codes(*rows, "三公经费|26.80|25.00|21.46", "其中：公车运行|18.20|17.00|15.30", f"填表说明：{said}；其余均在预算内。") == wrong


REPORT = ("云岭县医保局2023年度绩效自评报告", "一、完成情况")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("全县参保38.62万人，参保率97.04%。参保人数较上年38.95万人减少0.33万人。", []),
        ("全县参保38.62万人，参保率97.04%。参保人数较上年38.95万人减少0.53万人。", ["RAT404"]),
        ("全县参保38.62万人，参保率97.04%。就诊人数较上年38.95万人减少0.53万人。", []),
        ("年中追加布展经费150万元，全年预算由7850万元调整为8000万元。", []),
        ("年中追加布展经费15万元，全年预算由7850万元调整为8000万元。", ["RAT404"]),
        ("年中追加布展经费15万元、设备经费135万元，全年预算由7850万元调整为8000万元。", []),
        ("累计完成31座，占全县58座水库的53.4%，其余27座将分批实施。", []),
        ("累计完成31座，占全县58座水库的53.4%，其余29座将分批实施。", ["SUM406"]),
    ],
)
def test_levels_told_before(said: str, wrong: list[str]) -> None:
    """The level of this year a sentence before, the change before the levels, the whole that a share tells."""
    assert codes(*REPORT, said) == wrong


@pytest.mark.parametrize(("added", "wrong"), [("400", []), ("40", ["SUM405"])])
def test_an_equation_in_the_cells_of_a_row(added: str, wrong: list[str]) -> None:
    rows = ("部门整体支出绩效自评表", "（2023年度）", "部门名称|柳溪乡人民政府", "三级指标|目标值|完成值|分值|得分", "养护里程|80公里|90公里|50|50")
    assert codes(*rows, f"预算调整情况|—|年初9,448万元，追加{added}万元|全年预算9,848万元") == wrong
