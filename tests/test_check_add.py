"""Sums: parts against totals in the funds block, in the task table and in 其中 rows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import audit_text
from auditor.model import Report
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "add")
MONEY = st.decimals(Decimal("1"), Decimal("99999.99"), places=2)


def audit(text: str) -> Report:
    return audit_text(text, rules=RULES)


def codes(text: str) -> list[str]:
    return sorted(f.rule.code for f in audit(text).findings)


def funds(*rows: str) -> str:
    """A project form's funds block; rows are label and three figures, tab-separated."""
    head = "项目支出绩效自评表\n（2023年度）\n项目名称\t河道清淤\n"
    head += "项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\n"
    return head + "".join(f"\t{row}\n" for row in rows)


def department(**given: str) -> str:
    """A departmental form's funds block: year, initial, spent, adjustment."""
    g = {"year": "515.20", "initial": "500.00", "spent": "500.10", "adjustment": "15.20"} | given
    return (
        "部门整体支出绩效自评表\n（2023年度）\n单位：万元\n部门名称\t临江区水务局\n"
        f"部门资金情况\t整体支出年度预算数\t{g['year']}\t整体支出年初预算数\t{g['initial']}\n"
        f"\t实际支出数\t{g['spent']}\t年度调整额\t{g['adjustment']}\n"
    )


def tasks(*amounts: str, total: str = "", spent: str = "300.00", budget: str = "320.00") -> str:
    rows = "".join(f"任务{n}\t做好工作\t工作做好\t\t\t{a}\n\t\t\t指标{n}\t{n}项\t\n" for n, a in enumerate(amounts, 3))
    return (
        department(year=budget, initial=budget, spent=spent, adjustment="0")
        + "主要任务\t预期目标\t目标完成情况\t关键指标\t指标完成情况\t任务涉及资金\n"
        + rows
        + (f"合计\t\t\t\t\t{total}\n" if total else "")
    )


def indicators(*rows: str) -> str:
    return (
        "项目支出绩效自评表\n（2023年度）\n项目名称\t特色种植\n"
        "绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\n" + "".join(f"{row}\n" for row in rows)
    )


class TestFundsBlock:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(MONEY, min_size=3, max_size=3))
    def test_parts_that_make_up_the_total_pass(self, parts: list[Decimal]) -> None:
        """Any three amounts and their sum are in order, and are listed."""
        fiscal, old, other = parts
        text = funds(
            f"年度资金总额\t\t{sum(parts)}\t", f"其中：当年财政拨款\t\t{fiscal}\t", f"上年结转资金\t\t{old}\t",
            f"其他资金\t\t{other}\t",
        )  # fmt: skip
        report = audit(text)
        assert not report.findings
        assert [p.rule.code for p in report.passes] == ["SUM102"]
        assert len(report.passes[0].evidence) == 4

    @settings(max_examples=40, deadline=None)
    @given(st.lists(MONEY, min_size=3, max_size=3), st.integers(0, 3), MONEY.filter(lambda m: m >= 1))
    def test_changed_figure_is_found_with_all_its_sides(self, parts: list[Decimal], which: int, by: Decimal) -> None:
        """Whichever of the four figures grows, one finding quotes all four, or the part that exceeds the total."""
        values = [sum(parts), *parts]
        values[which] += by
        labels = ["年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金"]
        report = audit(funds(*(f"{label}\t\t{value}\t" for label, value in zip(labels, values, strict=True))))
        alone = which and values[which] > values[0]
        assert [f.rule.code for f in report.findings] == ["SUM101" if alone else "SUM102"]
        sides = [values[0], values[which]] if alone else values
        assert [e.span.quote for e in report.findings[0].evidence] == [str(v) for v in sides]

    @pytest.mark.parametrize(
        "rows",
        [
            ("年度资金总额\t100\t100\t90", "其中：财政拨款\t80\t80\t70"),  # an open list
            ("年度资金总额\t100\t100\t90", "其中：中央资金\t60\t60\t50", "省级资金\t20\t20\t20"),
            ("年度资金总额\t100\t100\t100", "其中：财政拨款\t100\t100\t100", "其中：一般公共预算\t80\t80\t80"),
            ("年度资金总额\t100\t100\t100", "其中：当年财政拨款\t—\t/\t", "上年结转资金\t\t\t"),  # null cells
            ("年度资金总额\t\t33.33\t", "其中：当年财政拨款\t\t11.11\t", "上年结转资金\t\t22.23\t"),  # rounding
            ("年度资金总额\t120\t120\t120", "其中：财政拨款\t100\t100\t100", "其中：中央资金\t60\t60\t60",
             "省级资金\t40\t40\t40", "其他资金\t20\t20\t20"),  # parts with parts of their own
        ],
    )  # fmt: skip
    def test_open_lists_null_cells_rounding_and_nested_parts_are_in_order(self, rows: tuple[str, ...]) -> None:
        """What makes adding-up checks false-alarm does not."""
        assert codes(funds(*rows)) == []

    def test_zero_total_over_parts_is_one_finding_for_all_columns(self) -> None:
        """0/0/0 over 90/89.97/89.97 is one fault, not three."""
        report = audit(funds("年度资金总额\t0\t0\t0", "其中：本年财政拨款\t90\t89.97\t89.97"))
        assert [f.rule.code for f in report.findings] == ["SUM101"]
        assert report.findings[0].arithmetic == "90 > 0；89.97 > 0；89.97 > 0"
        assert len(report.findings[0].evidence) == 6

    def test_open_list_is_whole_when_it_adds_up_in_the_next_column(self) -> None:
        """Budget 60 + 40 = 100, so spending 50 + 20 is not 90."""
        text = funds("年度资金总额\t\t100\t90", "其中：中央资金\t\t60\t50", "省级资金\t\t40\t20")
        report = audit(text)
        assert [f.rule.code for f in report.findings] == ["SUM102"]
        assert report.findings[0].arithmetic == "50 + 20 = 70 < 90；90 − 70 = 20"

    def test_message_says_column_sum_and_gap(self) -> None:
        """The message is readable without the table."""
        text = funds(
            "年度资金总额\t\t\t260.00", "其中：当年财政拨款\t\t\t191.60", "上年结转资金\t\t\t30.00",
            "其他资金\t\t\t20.00",
        )  # fmt: skip
        finding = audit(text).findings[0]
        assert finding.message() == (
            "全年执行数：其中:当年财政拨款、上年结转资金、其他资金合计 241.60，与年度资金总额 260.00 不符，差 18.40"
        )

    def test_rows_by_level_of_government_add_up_under_any_name(self) -> None:
        """中央财政衔接资金, 省级财政衔接资金: parts by the level they begin with."""
        rows = (
            "年度资金总额\t{}\t446.20",
            "其中：中央财政衔接资金\t{}\t280.00",
            "省级财政衔接资金\t120.00\t112.20",
            "县级配套资金\t60.00\t54.00",
        )
        head = "项目支出绩效自评表\n（2023年度）\n项目名称\t茶园提质\n项目资金（万元）\t\t全年预算数\t全年执行数\n"
        text = head + "".join(f"\t{row}\n" for row in rows)
        assert codes(text.format("460.00", "280.00")) == []
        assert codes(text.format("460.00", "380.00")) == ["SUM102"]

    def test_one_wrong_digit_tells_that_parts_were_meant_to_make_up_the_total(self) -> None:
        """一般公共预算 3258.24 for 3858.24; a list that leaves more out may be open."""
        row = "实际支出数\t4058.24\t年度调整额\t0\n\t其中：一般公共预算\t{}\t政府性基金\t200.00\n"
        head = "部门整体支出绩效自评表\n（2023年度）\n单位：万元\n部门名称\t海门镇\n部门资金情况\t整体支出年度预算数\t4108.36\t整体支出年初预算数\t4108.36\n\t"
        assert "SUM102" not in codes(head + row.format("3858.24"))
        assert "SUM102" in codes(head + row.format("3258.24"))
        assert "SUM102" not in codes(head + row.format("1642.70"))


class TestAdjustment:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({}, []),
            ({"adjustment": "12.50"}, ["SUM104"]),
            ({"year": "480.00", "spent": "470.40", "adjustment": "20.00"}, ["SUM105"]),
            ({"year": "480.00", "spent": "470.40", "adjustment": "-20.00"}, []),
            ({"year": "480.00", "spent": "470.40", "adjustment": "-12.00"}, ["SUM104"]),
            ({"year": "500.00", "spent": "470.40", "adjustment": "0"}, []),
            ({"adjustment": ""}, []),
        ],
    )
    def test_budget_is_initial_budget_and_adjustment(self, given: dict[str, str], expected: list[str]) -> None:
        """Either sign will do; a cut that is printed without its minus is an observation."""
        assert codes(department(**given)) == expected

    def test_arithmetic_shows_the_difference(self) -> None:
        """480 − 500 = −20: digits as printed."""
        finding = audit(department(year="480.00", spent="470.40", adjustment="20.00")).findings[0]
        assert finding.arithmetic == "480.00 − 500.00 = −20.00；|−20.00| = 20.00"
        assert finding.severity == "info"


class TestSpending:
    def test_spending_within_the_budget_passes(self) -> None:
        """The balance is shown."""
        assert "515.20 − 500.10 = 15.10 ≥ 0" in [p.arithmetic for p in audit(department()).passes]

    def test_spending_over_the_budget_is_to_be_explained(self) -> None:
        """More than the adjusted budget was spent."""
        assert codes(department(spent="520.00")) == ["SUM106"]

    def test_single_source_is_the_spending(self) -> None:
        """实际支出数 = 其中：一般公共预算."""
        text = department() + "\t其中：一般公共预算\t500.10\t\t\n"
        assert "500.10 = 500.10" in [p.arithmetic for p in audit(text).passes]

    def test_single_source_over_the_spending(self) -> None:
        """A part is never more than the whole."""
        assert codes(department() + "\t其中：一般公共预算\t510.00\t\t\n") == ["SUM101"]


class TestTasks:
    def test_less_than_the_spending_is_an_observation_never_a_wrong_total(self) -> None:
        """Basic spending belongs to no task."""
        report = audit(tasks("80.20", "41.30"))
        assert [(f.rule.code, f.severity) for f in report.findings] == [("SUM107", "minor")]
        assert report.findings[0].arithmetic == (
            "80.20 + 41.30 = 121.50；121.50 / 300.00 = 40.50%；300.00 − 121.50 = 178.50"
        )

    @pytest.mark.parametrize(
        ("amounts", "expected"),
        [
            (("180.00", "120.00"), []),  # the spending
            (("180.00", "140.00"), []),  # the budget
            (("180.00", "130.00"), []),  # between the two: planned for, not all spent
            (("180.00", "150.00"), ["SUM108"]),
            (("180.00",), []),
        ],
    )
    def test_more_than_spending_and_budget_is_too_much(self, amounts: tuple[str, ...], expected: list[str]) -> None:
        """Tasks may be given in budgets or in spending."""
        assert codes(tasks(*amounts)) == expected

    def test_total_row_of_the_tasks(self) -> None:
        """A printed 合计 is the sum of the rows, and no task itself."""
        assert codes(tasks("180.00", "120.00", total="300.00")) == []
        assert codes(tasks("180.00", "120.00", total="310.00")) == ["SUM111"]

    def test_every_column_of_money_has_its_total(self) -> None:
        """预算数 and 执行数 side by side: each is added up."""
        text = (
            "部门整体支出绩效自评表\n（2023年度）\n单位：万元\n部门名称\t临江区档案馆\n"
            "任务名称\t主要内容完成情况\t预算数（万元）\t执行数（万元）\n"
            "档案接收\t接收进馆档案2.1万卷\t126.00\t122.60\n档案数字化\t数字化扫描180万页\t{}\t236.15\n"
            "金额合计\t\t366.00\t358.75\n"
        )
        assert "SUM111" not in codes(text.format("240.00"))
        assert "SUM111" in codes(text.format("204.00"))


class TestSubrows:
    def test_parts_of_one_dimension_or_of_counts_add_up(self) -> None:
        """180只 + 12头 = 192只."""
        report = audit(
            indicators(
                "\t产出指标\t数量指标\t补助种植面积\t46亩\t46亩", "\t\t\t其中：茶叶面积\t30亩\t30亩",
                "\t\t\t其中：柑橘面积\t16亩\t16亩", "\t\t\t补助养殖数量\t192只\t192只",
                "\t\t\t其中：羊\t180只\t180只", "\t\t\t其中：猪\t12头\t12头",
            )
        )  # fmt: skip
        assert not report.findings
        assert [p.arithmetic for p in report.passes] == ["30 + 16 = 46"] * 2 + ["180 + 12 = 192"] * 2

    def test_rates_do_not_add_up(self) -> None:
        """成活率 of two crops."""
        rows = ("\t产出指标\t质量指标\t成活率\t90%\t92%", "\t\t\t其中：茶叶\t90%\t95%", "\t\t\t其中：柑橘\t90%\t90%")
        assert codes(indicators(*rows)) == []

    def test_some_of_the_parts_are_an_open_list(self) -> None:
        """其中 names what matters, not all there is."""
        assert codes(indicators("\t产出指标\t数量指标\t培训人数\t200人\t210人", "\t\t\t其中：妇女\t80人\t90人")) == []

    def test_more_than_the_whole(self) -> None:
        """Parts exceed what they are part of."""
        rows = ("\t产出指标\t数量指标\t培训人数\t200人\t210人", "\t\t\t其中：妇女\t80人\t230人")
        assert codes(indicators(*rows)) == ["SUM109"]


def test_parts_of_the_row_above_are_no_parts_of_the_total() -> None:
    """其中 below 一般公共预算, beside another source: the two make up that row, and one wrong digit is told against it."""
    rows = (
        "一般公共预算\t6,845.20\t7,157.70\t7,021.36", "其中：基本支出\t742.60\t761.00\t{}",
        "项目支出\t6,102.60\t6,396.70\t6,263.04", "政府性基金\t280.00\t280.00\t262.50", "合计\t7,125.20\t7,437.70\t7,283.86",
    )  # fmt: skip
    assert codes(funds(*rows).format("758.32")) == []
    (finding,) = audit(funds(*rows).format("785.32")).findings
    assert (finding.rule.code, finding.facts["label"]) == ("SUM102", "一般公共预算")


@pytest.mark.parametrize(("project", "codes"), [("121.50", []), ("121.60", ["SUM107"])])
def test_tasks_that_make_up_a_part_of_the_spending_leave_nothing_open(project: str, codes: list[str]) -> None:
    """The rest is 基本支出, which the form prints."""
    report = audit_text(
        "部门整体支出绩效自评表\n单位：万元\n部门名称\t临江区水务局\n"
        "部门资金情况\t年初预算数\t460.00\t全年预算数\t480.00\n\t年中调整数\t20.00\t全年支出数\t470.40\n"
        f"\t其中：基本支出\t348.90\t项目支出\t{project}\n"
        "主要任务\t预期目标\t目标完成情况\t关键指标\t指标完成情况\t任务涉及资金\n"
        "河道保洁\t保持河面整洁\t河面保洁常态开展\t\t\t80.20\n\t\t\t保洁河道长度\t36公里\t\n"
        "水库巡查\t保障水库安全\t水库巡查按月开展\t\t\t41.30\n\t\t\t巡查水库座数\t5座\t\n"
    )
    assert [f.rule.code for f in report.findings if f.rule.code == "SUM107"] == codes


def test_source_that_happens_to_be_the_sum_of_the_others_is_still_one_of_them() -> None:
    """中央 600 = 省 200 + 县 300 + 自筹 100, and all four make up 1200."""
    rows = ("年度资金总额\t1200\t1350\t1350", "其中：中央补助\t600\t600\t600", "省级补助\t200\t350\t350")
    rows = (*rows, "县级配套\t300\t300\t300")
    assert codes(funds(*rows, "单位自筹\t100\t100\t100")) == []
    assert codes(funds(*rows, "单位自筹\t100\t130\t100")) == ["SUM102"]


def test_only_source_of_one_budget_is_not_the_only_one_of_another() -> None:
    rows = ("年度资金总额\t2860\t3010\t2950", "其中：本级财政资金\t2860\t2860\t2800")
    assert codes(funds(*rows, "上级补助资金\t0\t150\t150")) == []
    assert codes(funds(*rows)) == ["SUM102"]
