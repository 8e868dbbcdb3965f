"""Columns that make each other up row by row: held to it only where the table itself shows that they were meant to."""

from __future__ import annotations

import pytest

from auditor import audit_text
from auditor.rules import load_rules

FORM = "项目支出绩效自评表\n（2023年度）\n项目名称\t维修\n三级指标\t年度指标值\t实际完成值\n维修长度\t≥45公里\t46.8公里\n附：分项情况\n"


def codes(heads: str, *rows: str) -> list[str]:
    table = "\n".join([heads, *rows]).replace("|", "\t")
    return [f.rule.code for f in audit_text(FORM + table + "\n").findings if f.rule.kind == "within"]


SOURCES = "分项|总额|财政拨款|其他资金"


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (("甲|152.00|110.00|42.00", "乙|251.84|231.84|20.00", "丙|318.60|300.20|18.40", "丁|86.40|86.40|0.00"), []),
        (("甲|152.00|101.00|42.00", "乙|251.84|231.84|20.00", "丙|318.60|300.20|18.40", "丁|86.40|86.40|0.00"), ["SUM115"]),
        # no slip of the pen: a third source may pay for the first
        (("甲|152.00|83.50|42.00", "乙|251.84|231.84|20.00", "丙|318.60|300.20|18.40", "丁|86.40|86.40|0.00"), []),
        # two rows differ: the columns may never have been meant to add up
        (("甲|152.00|101.00|42.00", "乙|251.84|213.84|20.00", "丙|318.60|300.20|18.40", "丁|86.40|86.40|0.00"), []),
        # one digit each: that they add up may be chance
        (("甲|3|1|2", "乙|5|4|1", "丙|4|2|2", "丁|7|2|4"), []),
        # half a digit is rounding
        (("甲|152.01|110.00|42.00", "乙|251.84|231.84|20.00", "丙|318.60|300.20|18.40", "丁|86.40|86.40|0.00"), []),
    ],
)  # fmt: skip
def test_a_column_that_its_neighbours_make_up(rows: tuple[str, ...], wrong: list[str]) -> None:
    assert codes(SOURCES, *rows) == wrong


@pytest.mark.parametrize(("rate", "wrong"), [("10.49%", []), ("10.48%", []), ("14.09%", ["RAT108"]), ("12.50%", [])])
def test_a_column_of_rates(rate: str, wrong: list[str]) -> None:
    """Rounded or cut off; what no slip explains may be counted otherwise in that row."""
    rows = ("医院|18|7|38.89%", "卫生院|21|8|38.10%", "诊所|64|12|18.75%", f"零售药店|143|15|{rate}")
    assert codes("类别|检查数（家）|发现问题（家）|检出率", *rows) == wrong


@pytest.mark.parametrize(("share", "wrong"), [("29.13%", []), ("29.11%", []), ("23.19%", ["RAT109"])])
def test_a_column_of_shares(share: str, wrong: list[str]) -> None:
    """The last digits may be bent so that the shares make 100%."""
    rows = ("县道|218.6|2186000|17.53%", "乡道|402.3|2011500|16.13%", "村道|705.5|2116500|16.97%")
    rows += (f"安防|86.5|3633000|{share}", "危桥|12.2|2526560|20.26%", "合计||12473560|100%")
    assert codes("内容|工程量（公里）|金额（元）|占比", *rows) == wrong


@pytest.mark.parametrize(
    ("spent", "reach", "wrong"),
    [("555.02", "3120", []), ("550.02", "3120", ["SUM116"]), ("550.02", "3210", []), ("555.02", "1560", [])],
)
def test_a_subtotal(spent: str, reach: str, wrong: list[str]) -> None:
    """Told where the other columns add up; 1560 is the mean of a column, no sum."""
    rows = ("人员|478.00|486.40|484.12|1480", "公用|76.20|71.35|70.90|1640", f"小计|554.20|557.75|{spent}|{reach}")
    rows += ("设备|320.00|362.50|358.18|20", "房屋|145.60|145.60|139.44|30", "小计|465.60|508.10|497.62|50")
    assert codes("类别|年初数（万元）|调整数（万元）|支出数（万元）|人次", *rows) == wrong


def test_column_whose_head_says_percent_holds_rates() -> None:
    text = (
        "某校部门整体支出绩效自评表\n单位：元\n项目\t年初预算数\t全年预算数\t决算数\t完成率（%）\n校舍维修\t500\t640\t544\t{}\n"
        "教师培训\t300\t320\t304\t95.00\n设备购置\t90\t125\t121\t96.80\n安保服务\t70\t75\t72\t96.00\n合计\t960\t1160\t1041\t89.74\n"
    )
    rules = tuple(r for r in load_rules() if r.code == "RAT108")
    assert not audit_text(text.format("85.00"), rules=rules).findings
    assert [f.rule.code for f in audit_text(text.format("58.00"), rules=rules).findings] == ["RAT108"]
