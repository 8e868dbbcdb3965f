"""Tables that add up: only what the table itself shows to be meant as a sum is held to be one."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.rules import load_rules

FORM = "项目支出绩效自评表\n（2023年度）\n项目名称\t维修\n三级指标\t年度指标值\t实际完成值\n维修长度\t≥45公里\t46.8公里\n附：分片区情况\n"


def codes(table: str, form: str = FORM) -> list[str]:
    return [f.rule.code for f in audit_text(form + table).findings if f.rule.kind == "columns"]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (("甲片\t120\t35", "乙片\t84\t12", "合计\t204\t47"), []),
        (("甲片\t120\t35", "乙片\t84\t12", "合计\t204\t49"), []),  # one column adds up, one does not: who knows
        (("甲片\t120\t35\t6", "乙片\t84\t12\t3", "合计\t204\t49\t9"), ["SUM112"]),
        (("甲片\t120\t96.5%", "乙片\t84\t97.1%", "合计\t204\t96.8%"), []),  # rates are not added
        (("甲片\t120\t35", "乙片\t84\t12", "其中丙\t40\t6", "合计\t204\t49"), []),  # a part of a part
        (("甲片\t1208", "乙片\t1122", "丙片\t885", "合计\t3391"), []),  # no other column, and 176 is no slip
        (("甲片\t1208", "乙片\t1122", "丙片\t885", "合计\t3251"), ["SUM112"]),  # 3215, two digits swapped
        (("甲片\t1,208.35", "乙片\t1,122.40", "丙片\t885.15", "合计\t3,215.90"), []),
        (("甲片\t120808.35", "乙片\t112240.40", "丙片\t885.15", "合计\t233993.90"), ["SUM112"]),  # 233933.90
    ],
)  # fmt: skip
def test_columns_against_their_total(rows: tuple[str, ...], wrong: list[str]) -> None:
    heads = ("片区", "更换水表（只）", "维修水站（处）", "受益村（个）")[: max(r.count("\t") for r in rows) + 1]
    heads = ("片区", "更换水表（只）", "完成率") if "%" in rows[0] else heads
    heads = ("片区", "支出（元）", *heads[2:]) if "." in rows[0] else heads
    padded = heads if len(heads) > 2 else (*heads, "备注")
    assert codes("\n".join(["\t".join(padded), *rows]) + "\n") == wrong


BASICS = (
    "部门整体支出绩效评价基础数据表\n（2022年度）\n部门名称\t某乡人民政府\n经费控制情况（万元）\t2021年决算数\t2022年预算数\t2022年决算数\n"
    "三公经费\t20.20\t20.00\t{total}\n1、公务用车\t8.40\t8.00\t7.50\n其中：公车购置\t0\t0\t0\n公车运行维护\t8.40\t8.00\t7.50\n"
    "2、出国经费\t0\t0\t0\n3、公务接待\t11.80\t12.00\t10.10\n项目支出\t1246.00\t1360.00\t1328.30\n"
)


@pytest.mark.parametrize(("total", "wrong"), [("17.60", []), ("18.60", ["SUM113"])])
def test_numbered_rows_below_the_row_that_they_divide(total: str, wrong: list[str]) -> None:
    """其中 below a numbered row is of that row; what follows the numbered rows is none of them."""
    assert codes(BASICS.format(total=total), "") == wrong


def test_few_columns_tell_nothing_of_rows_below() -> None:
    """With two columns, one that fits may be chance."""
    text = "部门整体支出绩效自评表\n（2022年度）\n资金（万元）\t预算数\t执行数\n三公经费\t20.00\t18.60\n1、用车\t8.00\t7.50\n2、接待\t12.00\t10.10\n"
    assert codes(text, "") == []


def test_numbered_rows_make_up_the_numbered_row_above_them() -> None:
    """1. 2. below 一、, up to 二、."""
    text = (
        "某校部门整体支出绩效自评表\n单位：元\n项目\t年初预算数\t全年预算数\t决算数\n一、基本支出\t1500\t1620\t1620\n"
        "1.工资福利支出\t1300\t1410\t{}\n2.商品和服务支出\t200\t210\t210\n二、项目支出\t800\t900\t846\n"
        "1.校舍维修\t500\t600\t546\n2.教师培训\t300\t300\t300\n合计\t2300\t2520\t2466\n"
    )
    rules = tuple(r for r in load_rules() if r.kind == "columns")
    assert not audit_text(text.format("1410"), rules=rules).findings
    assert [f.rule.code for f in audit_text(text.format("1401"), rules=rules).findings] == ["SUM113"]
