"""Rates: what is printed against part ÷ whole, at the printed digit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import audit_text
from auditor.model import Report
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "ratio")
MONEY = st.decimals(Decimal("500"), Decimal("99999.99"), places=2)


def audit(text: str) -> Report:
    return audit_text(text, rules=RULES)


def codes(text: str) -> list[str]:
    return sorted(f.rule.code for f in audit(text).findings)


def block(rate: str, budget: str = "120.00", spent: str = "90.75", initial: str = "") -> str:
    return (
        "项目支出绩效自评表\n（2023年度）\n项目名称\t河道清淤\n"
        "项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n"
        f"\t年度资金总额\t{initial or budget}\t{budget}\t{spent}\t10\t{rate}\t\n"
    )


class TestExecutionRate:
    @settings(max_examples=60, deadline=None)
    @given(MONEY, st.integers(1, 100), st.sampled_from(["1", "0.1", "0.01"]))
    def test_quotient_rounded_at_the_printed_digit_is_right(self, budget: Decimal, share: int, step: str) -> None:
        """Whatever the digits, the rounded quotient passes; a unit and a half off does not."""
        spent = (budget * share / 100).quantize(Decimal("0.01"))
        rate = (spent / budget * 100).quantize(Decimal(step), ROUND_HALF_UP)
        report = audit(block(f"{rate}%", str(budget), str(spent)))
        assert not report.findings
        assert [p.rule.code for p in report.passes] == ["RAT101"]
        assert codes(block(f"{rate + 3 * Decimal(step)}%", str(budget), str(spent))) == ["RAT101"]

    @pytest.mark.parametrize(
        ("rate", "right"),
        [
            ("75.63%", True), ("75.6%", True), ("76%", True), ("75.62%", True),  # 75.625: cut off is let pass
            ("75%", True), ("75.63", True), ("76", True), ("0.756", True), ("75.7%", False), ("77%", False),
            ("100%", False), ("57.6%", False), ("", True), ("—", True),
        ],
    )  # fmt: skip
    def test_rounding_cutting_off_and_missing_percent_signs(self, rate: str, right: bool) -> None:
        """90.75 / 120 = 75.625%."""
        assert (codes(block(rate)) == []) is right

    def test_base_is_the_adjusted_budget_never_the_initial_one(self) -> None:
        """98.8% of the initial budget is no execution rate."""
        assert codes(block("75.6%", initial="150.00")) == []
        assert codes(block("60.5%", initial="150.00")) == ["RAT101"]

    def test_zero_budget_says_nothing(self) -> None:
        """0 / 0 is no rate."""
        assert codes(block("0", "0", "0")) == []
        assert codes(block("100%", "0", "0")) == []

    def test_arithmetic_and_sides(self) -> None:
        """The sum as an auditor writes it, with all three places."""
        finding = audit(block("80.0%")).findings[0]
        assert finding.arithmetic == "90.75 / 120.00 = 75.625% ≠ 80.0%"
        assert [e.span.quote for e in finding.evidence] == ["80.0%", "90.75", "120.00"]
        assert finding.message() == "执行率填 80.0%，按 全年执行数 ÷ 全年预算数 复算为 75.63%"


class TestAdjustmentRate:
    @pytest.mark.parametrize(("rate", "expected"), [("3.1%", []), ("3.0%", []), ("5.0%", ["RAT102"])])
    def test_either_base_will_do(self, rate: str, expected: list[str]) -> None:
        """25 / 800 = 3.125%; 25 / 825 = 3.03%."""
        text = (
            "部门整体支出绩效自评表\n（2023年度）\n单位：万元\n部门名称\t北坪县交通运输局\n"
            "部门资金情况\t整体支出年度预算数\t825.00\t整体支出年初预算数\t800.00\n\t实际支出数\t815.00\t年度调整额\t25.00\n"
            f"\t预算完成率\t98.8%\t预算调整率\t{rate}\n"
        )
        assert codes(text) == expected


class TestElsewhere:
    def row(self, name: str, result: str) -> str:
        head = "绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\n"
        return block("75.6%") + head + f"\t产出指标\t时效指标\t{name}\t≥90%\t{result}\n"

    def test_indicator_that_repeats_the_rate(self) -> None:
        """The indicator table must not say another rate than the funds block."""
        assert codes(self.row("预算执行率", "100%")) == ["RAT104"]
        assert codes(self.row("指标1：预算执行率", "75.6%")) == []

    def test_indicator_of_another_name(self) -> None:
        """A rate of something else is left alone."""
        assert codes(self.row("设备采购执行率", "100%")) == []

    def test_rate_in_a_paragraph(self) -> None:
        """Whole, part and rate in one paragraph, or the whole elsewhere in the text."""
        text = (
            "青禾县敬老院改造项目绩效自评报告\n一、概况\n{}年初预算280万元，全年预算数260万元。"
            "{}全年执行数227.5万元，执行率为{}。\n"
        )
        assert codes(text.format("", "", "87.5%")) == []
        assert codes(text.format("", "", "78.5%")) == ["RAT105"]
        assert codes(text.format("", "\n二、执行\n", "78.5%")) == ["RAT105"]


class TestOwnIdentity:
    def test_a_new_identity_needs_only_terms(self, tmp_path: Path) -> None:
        """结转率 = 结转 ÷ 预算, in a rule file of one's own."""
        (tmp_path / "mine.toml").write_text(
            '[[rule]]\ncode = "RAT901"\nname = "balance-rate-wrong"\nkind = "ratio"\ncategory = "rate_mismatch"\n'
            'terms = { rate = "execution_rate", part = "initial_budget", whole = "year_budget" }\nseverity = "minor"\n'
            'message = { zh = "{rate}{computed}", en = "{rate}{computed}" }\nwhy = "示范：自己的恒等式"\n'
            'authority = "practice"\nexample = "a"\nclean = "b"\n',
            encoding="utf-8",
        )
        rules = [r for r in load_rules(tmp_path) if r.code == "RAT901"]
        findings = audit_text(block("75.6%", initial="60.00"), rules=rules).findings
        assert [f.message() for f in findings] == ["执行率50.00%"]


def test_rates_of_a_task_table_are_held_against_its_own_columns() -> None:
    """预算金额, 支出金额, 支出率 of each task and of their sum, whose unit is printed once over the table."""
    text = (
        "2023年度重点工作绩效完成情况表\n单位名称：青禾县文物所\t\t\t\t\t金额单位：万元\n"
        "重点工作\t年度目标\t实际完成\t预算金额\t支出金额\t支出率\n"
        "文物修缮\t修缮文物6处\t修缮文物6处\t385.00\t366.52\t{}\n文物巡查\t巡查480处次\t巡查512处次\t75.00\t73.50\t98.0%\n"
        "合计\t\t\t460.00\t440.02\t{}\n"
    )
    rules = tuple(r for r in load_rules() if r.code == "RAT101")
    assert audit_text(text.format("95.2%", "95.7%"), rules=rules).findings == ()
    assert len(audit_text(text.format("92.5%", "95.7%"), rules=rules).findings) == 1
    assert len(audit_text(text.format("95.2%", "97.5%"), rules=rules).findings) == 1


@pytest.mark.parametrize(("rate", "codes"), [("97.78%", []), ("96.75%", []), ("95.10%", ["RAT101"])])
def test_a_rate_of_the_funds_that_arrived_will_do(rate: str, codes: list[str]) -> None:
    """480 budgeted, 474.90 arrived, 464.38 spent: both bases are in use."""
    text = f"项目支出绩效自评表\n单位：万元\n资金情况\t预算数\t到位数\t执行数\t执行率\n合计\t480.00\t474.90\t464.38\t{rate}\n"
    assert [f.rule.code for f in audit_text(text).findings if f.rule.code.startswith("RAT")] == codes


class TestCompletionRate:
    """完成率 beside target and result."""

    @staticmethod
    def row(target: str, result: str, rate: str, head: str = "完成率", name: str = "新建文化站数量") -> list[str]:
        text = (
            "项目支出绩效自评表\n（2023年度）\n项目名称\t村级文化站\n"
            f"三级指标\t年度指标值\t实际完成值\t{head}\t分值\t得分\n{name}\t{target}\t{result}\t{rate}\t10\t10\n"
        )
        return codes(text)

    @pytest.mark.parametrize(
        ("target", "result", "rate", "right"),
        [
            ("16个", "14个", "87.5%", True), ("16个", "14个", "88%", True), ("16个", "14个", "87%", True),
            ("16个", "14个", "0.875", True), ("16个", "14个", "78.5%", False), ("16个", "14个", "100%", False),
            ("≥16个", "20个", "125%", True), ("≥16个", "20个", "100%", True), ("≥16个", "20个", "152%", False),
            ("≥95%", "97.2%", "102.3%", True), ("≥95%", "97.2%", "100%", True), ("16个", "14个", "—", True),
            ("16个", "14个以上", "60%", True), ("新建10个、改建6个", "新建10个、改建4个", "87.5%", True),
        ],
    )  # fmt: skip
    def test_is_result_over_target_or_100_where_it_is_reached(
        self, target: str, result: str, rate: str, right: bool
    ) -> None:
        """A bound, several targets and a stroke give nothing to hold it against."""
        assert (self.row(target, result, rate) == []) is right

    @pytest.mark.parametrize(
        ("rate", "right"), [("125%", True), ("80%", True), ("75%", True), ("100%", False), ("152%", False)]
    )
    def test_where_less_is_better_each_way_in_use_will_do(self, rate: str, right: bool) -> None:
        """≤8元, 10元: 10/8, 8/10 and 1 − 2/8."""
        assert (self.row("≤8元", "10元", rate, name="清扫单位成本") == []) is right

    @pytest.mark.parametrize(
        ("rate", "right"), [("-12.5%", True), ("12.5%", True), ("25%", False), ("87.5%", False)]
    )
    def test_a_deviation_is_the_rest_to_one_with_or_without_sign(self, rate: str, right: bool) -> None:
        """16个, 14个 deviate by an eighth."""
        assert (self.row("16个", "14个", rate, "偏离度") == []) is right

    def test_what_was_checked_is_not_called_unchecked(self) -> None:
        """The ledger does not list a rate that a pass names."""
        text = "项目支出绩效自评表\n三级指标\t指标值\t完成值\t完成率\n新建站数\t16个\t14个\t87.5%\n"
        report = audit(text)
        assert not [u for u in report.unchecked if u.span.quote == "87.5%"]
        assert any("87.5%" in [e.span.quote for e in p.evidence] for p in report.passes)


@pytest.mark.parametrize(("all_of_them", "one", "wrong"), [("81", "96.77%", []), ("87", "96.77%", ["RAT106"]), ("81", "97.66%", ["RAT106"])])
def test_staffing_rates_of_a_table_with_a_row_for_each_office(all_of_them: str, one: str, wrong: list[str]) -> None:
    """Each row is held against its own figures, the nameless first one too."""
    rows = f"\t85\t{all_of_them}\t95.29%\n其中：机关\t31\t30\t{one}\n救助站\t54\t51\t94.44%\n"
    text = "部门整体支出绩效评价基础数据表\n人员情况（人）\t编制数\t2023年实际在职人数\t控制率\n" + rows
    assert codes(text) == wrong
    assert sum(p.rule.code == "RAT106" for p in audit(text).passes) == 3 - len(wrong)
