"""Identities of one sentence part: what passed and failed, products written out, a count at a price each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import audit_text
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "identity")


def outcome(said: str) -> tuple[list[str], list[str]]:
    """Codes of the findings and of the passes of a narrative that says so."""
    text = (
        "部门整体支出绩效自评表\n（2023年度）\n部门名称\t青禾县民政局\n年度整体目标\t整体目标完成情况\n"
        f"做好全年工作。\t{said}\n关键指标\t预期实现值\t指标完成情况\n走访慰问\t按时\t按时\n"
    )
    report = audit_text(text, rules=RULES)
    return [f.rule.code for f in report.findings], [p.rule.code for p in report.passes]


class TestComplement:
    @pytest.mark.parametrize(
        "said",
        [
            "抽检食品860批次，合格823批次、不合格47批次。", "受理信访件126件，办结120件，未办结8件。",
            "排查隐患58处，完成整改50处，尚有未完成整改6处。", "参加考核312人，考核通过300人，未通过2人。",
        ],
    )  # fmt: skip
    def test_two_opposites_that_do_not_make_up_all_are_told(self, said: str) -> None:
        assert outcome(said)[0] == ["SUM121"]

    @pytest.mark.parametrize(
        "said",
        [
            "抽检食品860批次，合格823批次、不合格37批次。", "受理信访件126件，办结120件，未办结6件。",
        ],
    )  # fmt: skip
    def test_two_opposites_that_make_up_all_are_held(self, said: str) -> None:
        assert outcome(said) == ([], ["SUM121"])

    @pytest.mark.parametrize(
        "said",
        [
            "涉及8个乡镇，完成12个，未完成3个。",  # villages of eight towns
            "抽检食品860批次，优秀200批次，合格623批次，不合格37批次。",  # three kinds
            "办理案件126件，按期办结100件，逾期办结20件，未办结6件。",
            "受理126件，办结120件；去年未办结9件已全部清零。",
            "抽检约860批次，合格823批次、不合格47批次。",
            "改造老旧小区16个，惠及4200户，其中未完成3个小区正在收尾。",
            "培训860人，合格823人，其中不合格补考后合格21人。",
        ],
    )  # fmt: skip
    def test_third_kinds_other_units_and_loose_totals_say_nothing(self, said: str) -> None:
        assert outcome(said)[0] == []


class TestFormula:
    @settings(max_examples=40, deadline=None)
    @given(st.integers(2, 400), st.integers(1, 90))
    def test_product_is_the_amount_or_is_told(self, count: int, price: int) -> None:
        """With = or in brackets after the amount."""
        total = count * price
        assert outcome(f"更新车辆{count}辆×{price}万元={total}万元。") == ([], ["SUM122"])
        assert outcome(f"更新车辆支出{total}万元（{count}辆×{price}万元/辆）。") == ([], ["SUM122"])
        assert outcome(f"更新车辆支出{total + 10}万元（{count}辆×{price}万元/辆）。")[0] == ["SUM122"]

    def test_amount_in_another_unit_is_converted(self) -> None:
        assert outcome("购买服务1.8万元（12人×1500元）。") == ([], ["SUM122"])
        assert outcome("购买服务18万元（12人×1500元）。")[0] == ["SUM122"]


class TestPrice:
    @pytest.mark.parametrize(
        "said",
        [
            "购置一体机16套，单价4.5万元，共72万元。", "救助46人，发放救助金138万元，人均3万元。",
            "建成口袋公园15个，总面积3.6万m²，平均每个2400m²。", "补助困难户312户，每户800元，合计24.96万元。",
            "培训教师1185人，支出42.5万元，人均成本358.6元。",
        ],
    )  # fmt: skip
    def test_amount_that_is_count_times_price_is_held(self, said: str) -> None:
        """Each known to its last digit: 42.5万元 over 1185 is 358.6元."""
        assert outcome(said) == ([], ["SUM123"])

    @pytest.mark.parametrize(
        "said",
        [
            "购置一体机16套，单价4.5万元，共76万元。", "救助46人，发放救助金183万元，人均救助金3万元。",
            "补助困难户312户，每户800元，合计29.46万元。", "培训教师1185人，支出42.5万元，人均成本385.6元。",
        ],
    )  # fmt: skip
    def test_amount_that_is_not_is_told(self, said: str) -> None:
        assert outcome(said)[0] == ["SUM123"]

    @pytest.mark.parametrize(
        "said",
        [
            "投入36万元，培训1200人，人均可支配收入1.2万元。",  # another matter
            "保障低保对象2150人，发放低保金1280万元，人均每月补助549元。",  # paid month by month
            "聘请护林员68人，每人每月900元，共支出73.44万元。",
            "购置电脑30台，每台0.45万元，打印机12台，每台0.2万元，共计15.9万元。",
            "完成投资500万元，带动农户200户，户均增收2.6万元。",
            "救助46人，发放救助金约138万元，人均2万元。",
            "每户补助800元；新增受益312户，投入资金30万元。",
        ],
    )  # fmt: skip
    def test_other_matters_several_prices_and_monthly_pay_say_nothing(self, said: str) -> None:
        assert outcome(said)[0] == []
