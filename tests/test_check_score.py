"""Scores: what follows from target, result and weight in the ways in use; what weights and scores add up to; grades."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import audit_text
from auditor.model import Report
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind in ("score", "tally"))


def audit(text: str) -> Report:
    return audit_text(text, rules=RULES)


def codes(text: str) -> list[str]:
    return sorted(f.rule.code for f in audit(text).findings)


def form(*rows: str, funds: str = "", total: str = "", after: str = "", reason: bool = True) -> str:
    """A project form; rows are name, target, result, weight, score (and reason), tab-separated."""
    text = "项目支出绩效自评表\n（2023年度）\n项目名称\t河道清淤\n"
    if funds:
        text += "项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n"
        text += f"\t年度资金总额\t{funds}\n"
    text += "绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分"
    text += "\t偏差原因分析及改进措施\n" if reason else "\n"
    text += "".join(f"\t产出指标\t数量指标\t{row}\n" for row in rows)
    return text + (f"总分\t\t\t\t\t\t{total}\n" if total else "") + after


class TestRowScore:
    @settings(max_examples=60, deadline=None)
    @given(st.integers(10, 5000), st.integers(0, 100), st.sampled_from([5, 8, 10, 15, 20]))
    def test_share_of_the_weight_is_the_share_of_the_target(self, target: int, done: int, weight: int) -> None:
        """Positive: B/A × weight, full from B ≥ A; two tenths of a point more do not follow."""
        result = target * done // 100
        score = (Decimal(min(result, target)) / target * weight).quantize(Decimal("0.01"), ROUND_HALF_UP)
        row = f"培训人数\t≥{target}人\t{result}人\t{weight}\t{{}}\t师资不足"
        assert codes(form(row.format(score))) == []
        if 0 < result < target and score + Decimal("0.2") <= weight:
            assert codes(form(row.format(score + Decimal("0.2")))) == ["SCO101"]

    @pytest.mark.parametrize(
        ("score", "right"), [("8", True), ("8.33", True), ("8.3", True), ("0", True), ("10", False), ("5", False)]
    )
    def test_both_ways_of_scoring_less_is_better(self, score: str, right: bool) -> None:
        """≤10件, 12件: (1 − 2/10) × 10 = 8, or 10/12 × 10 = 8.33, or nothing."""
        assert (codes(form(f"投诉件数\t≤10件\t12件\t10\t{score}\t已整改")) == []) is right

    def test_less_is_better_and_twice_the_bound_is_nothing(self) -> None:
        """From 2A the score is 0 (or A/B)."""
        assert codes(form("投诉件数\t≤10件\t25件\t10\t0\t已整改")) == []
        assert codes(form("投诉件数\t≤10件\t25件\t10\t4\t已整改")) == []
        assert codes(form("投诉件数\t≤10件\t25件\t10\t2\t已整改")) == ["SCO101"]

    @pytest.mark.parametrize(("score", "expected"), [("0", []), ("10", ["SCO101"])])
    def test_target_of_zero(self, score: str, expected: list[str]) -> None:
        """One case where none was to be: nothing."""
        assert codes(form(f"安全事故数\t0起\t1起\t10\t{score}\t已处理")) == expected

    def test_whole_points_are_rounded(self) -> None:
        """9.67 printed as 10 or 9.7 is right, printed as 9 is not."""
        assert codes(form("培训人数\t300人\t290人\t10\t10\t请假")) == []
        assert codes(form("培训人数\t300人\t290人\t10\t9.7\t请假")) == []
        assert codes(form("培训人数\t300人\t290人\t10\t9\t请假")) == ["SCO101"]

    @pytest.mark.parametrize(
        "row",
        [
            "工作机制\t建立\t已建立\t10\t9\t待完善", "资金投入\t80万元\t75万元\t10\t9\t",
            "完工时间\t11月前\t12月\t10\t6\t阴雨",
            "培训人数\t\t290人\t10\t9\t", "培训人数\t300人\t290人\t—\t9\t请假",
            "培训人数\t300人，6期\t290人，5期\t10\t8\t请假",
        ],
    )  # fmt: skip
    def test_nothing_is_said_of_what_cannot_be_computed(self, row: str) -> None:
        """Words, money without a better way, dates, blanks, several targets for one score."""
        assert codes(form(row)) == []

    def test_arithmetic_and_sides(self) -> None:
        """98 of 100 is 9.8 of 10."""
        finding = audit(form("政策知晓率\t100%\t98%\t10\t9")).findings[0]
        assert (finding.rule.code, finding.severity) == ("SCO101", "moderate")
        assert finding.arithmetic == "98 / 100 × 10 = 9.8 ≠ 9"
        assert [e.span.quote for e in finding.evidence] == ["100%", "98%", "10", "9"]


class TestPointsLost:
    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            ("及时率\t≥100%\t100%\t10\t7", ["SCO102"]), ("及时率\t≥100%\t100%\t10\t7\t资料归档不全", []),
            ("及时率\t≥100%\t100%\t10\t10", []),
            ("培训人数\t100人\t150人\t10\t8", []),  # far exceeded: may cost points
            ("培训人数\t100人\t120人\t10\t8", ["SCO102"]), ("投诉件数\t≤10件\t2件\t10\t8", ["SCO102"]),
        ],
    )  # fmt: skip
    def test_full_completion_earns_full_marks_or_a_reason(self, row: str, expected: list[str]) -> None:
        """Reached, and points taken without a word."""
        assert codes(form(row)) == expected


class TestCaps:
    def test_score_over_weight(self) -> None:
        """Rows, the execution score and the total alike; what is in order is one pass."""
        assert codes(form("培训人数\t100人\t120人\t10\t12")) == ["SCO103"]
        assert "SCO103" in codes(form("培训人数\t100人\t100人\t90\t90", funds="50\t50\t50\t10\t100%\t11"))
        report = audit(form("培训人数\t100人\t120人\t10\t10", "宣传场次\t4场\t4场\t20\t20"))
        assert [p.arithmetic for p in report.passes if p.rule.code == "SCO103"] == ["10 ≤ 10；20 ≤ 20"]


class TestExecution:
    @pytest.mark.parametrize(
        ("funds", "expected"),
        [
            ("150\t150\t108\t10\t72.0%\t7.2", []), ("150\t150\t108\t10\t72.0%\t7.20", []),
            ("150\t150\t108\t10\t72%\t7", []),
            ("150\t150\t108\t10\t72.0%\t10", ["SCO104"]), ("150\t150\t108\t20\t72.0%\t14.4", []),
            ("150\t150\t108\t20\t72.0%\t7.2", ["SCO104"]), ("150\t150\t165\t10\t110%\t10", []),
            ("150\t150\t165\t10\t110%\t0", []), ("150\t150\t165\t10\t110%\t11", ["SCO103"]),
            ("150\t150\t108\t10\t72.0%\t", []),
            ("0\t0\t0\t10\t0\t0", []), ("150\t150\t147\t10\t98.0%\t10", []),
        ],
    )  # fmt: skip
    def test_weight_times_rate_capped_at_the_weight(self, funds: str, expected: list[str]) -> None:
        """A weight of 10 or 20; half a point where whole points are printed; overspending may cost points."""
        assert codes(form("培训人数\t100人\t100人\t10\t10", funds=funds)) == expected

    def test_weight_in_the_head(self) -> None:
        """预算执行情况（20分）, 得分（20分*执行率）."""
        text = (
            "2022年度项目自评表\n项目名称\t养殖场建设\n预算执行情况（万元）（20分）\t预算数（A）\t执行数（B）\t"
            "执行率（B/A）\t得分（20分*执行率）\n年度财政资金总额\t50\t10\t20%\t{}\n"
        )
        assert codes(text.format("4")) == []
        assert codes(text.format("14")) == ["SCO104"]


class TestExecutionRounding:
    @pytest.mark.parametrize("score", ["9.75", "9.8", "9.7", "9.76", "9.80", "10"])
    def test_score_rounded_or_cut_off_at_any_digit_is_right(self, score: str) -> None:
        assert codes(form("改造村数\t5个\t5个\t90\t90", funds=f"400.00\t400.00\t390.20\t10\t97.55%\t{score}")) == []

    @pytest.mark.parametrize("score", ["9.73", "9.57", "9.6", "9.85"])
    def test_score_that_no_rounding_gives_is_told(self, score: str) -> None:
        assert codes(form("改造村数\t5个\t5个\t90\t90", funds=f"400.00\t400.00\t390.20\t10\t97.55%\t{score}")) == [
            "SCO104"
        ]


class TestBands:
    @pytest.mark.parametrize(
        ("result", "score", "right"),
        [
            ("达成预期指标", "10", True), ("达成预期指标", "8", True), ("达成预期指标", "6", False),
            ("部分达成并具有一定效果", "7", True),
            ("部分达成", "5", True), ("部分达成", "10", False), ("未达成且效果较差", "3", True),
            ("未达成", "9", False), ("良好", "2", True),
        ],
    )  # fmt: skip
    def test_words_of_a_band_earn_its_share(self, result: str, score: str, right: bool) -> None:
        """达成 100–80 %, 部分达成 80–50 %, 未达成 60–0 %."""
        assert (codes(form(f"秩序改善\t明显\t{result}\t10\t{score}\t见报告")) == []) is right


class TestSums:
    ROWS = ("培训人数\t100人\t100人\t50\t50", "宣传场次\t4场\t4场\t30\t30", "满意度\t90%\t95%\t10\t{}")
    FUNDS = "50\t50\t50\t10\t100%\t10"

    def whole(self, score: str = "10", weight: str = "100", total: str = "100", funds: str = FUNDS) -> str:
        rows = [row.format(score) for row in self.ROWS]
        return form(*rows, funds=funds, total=f"{weight}\t{total}", reason=False)

    def test_weights_and_scores_that_add_up(self) -> None:
        """50 + 30 + 10 and the execution's 10."""
        report = audit(self.whole())
        assert not report.findings
        sums = {p.arithmetic for p in report.passes if p.rule.code in ("SCO105", "SCO107")}
        assert sums == {"50 + 30 + 10 + 10 = 100"}

    def test_total_that_is_not_the_sum(self) -> None:
        """95 is not 100."""
        finding = next(f for f in audit(self.whole(total="95")).findings if f.rule.code == "SCO107")
        assert finding.arithmetic == "50 + 30 + 10 + 10 = 100 ≠ 95"
        assert finding.message() == "总分填 95，各项得分合计 100"

    def test_tenth_of_a_point_is_rounding(self) -> None:
        """98.78 printed as 98.8, but not as 99.8."""
        assert codes(self.whole(score="8.78", total="98.8")) == ["SCO102"]
        assert codes(self.whole(score="8.78", total="99.8")) == ["SCO102", "SCO107"]

    def test_weights_that_miss_the_total(self) -> None:
        """90 and no execution score is not 100."""
        assert codes(self.whole(funds="")) == ["SCO105"]

    def test_points_in_the_head_of_the_funds_are_the_weight_of_the_execution(self) -> None:
        """得分（10分） stands for a column of weights; with （20分） the sum is 110."""
        funds = "年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n\t年度资金总额\t" + self.FUNDS
        head = "年初预算数\t全年预算数\t全年执行数\t执行率\t得分（{}分）\n\t年度资金总额\t50\t50\t50\t100%\t10"
        for points, found in (("10", []), ("20", ["SCO104", "SCO105"])):
            assert codes(self.whole().replace(funds, head.format(points))) == found

    def test_total_is_not_judged_when_weights_show_that_rows_are_missing(self) -> None:
        """A row that is not seen has a weight that is missed."""
        assert "SCO107" not in codes(self.whole(funds="", total="88"))

    def test_excerpt_is_not_summed(self) -> None:
        """[...] leaves rows out."""
        text = form("培训人数\t100人\t100人\t50\t50", "宣传场次\t4场\t4场\t20\t20", total="100\t100", after="[...]\n")
        assert codes(text) == []

    @pytest.mark.parametrize(("weight", "expected"), [("20", []), ("25", ["SCO106"])])
    def test_block_that_prints_its_points(self, weight: str, expected: list[str]) -> None:
        """产出指标（50分）."""
        text = form("人数\t9人\t9人\t30\t30", f"场次\t4场\t4场\t{weight}\t{weight}").replace(
            "产出指标", "产出指标（50分）"
        )
        assert codes(text) == expected

    @pytest.mark.parametrize(
        ("scores", "total", "right"),
        [
            (("9.75", "40", "50"), "99.75", True), (("9.75", "40", "50"), "99.8", True),
            (("9.75", "40", "50"), "99.70", False), (("9.33", "38.67", "50"), "98.01", True),
            (("10", "40", "47"), "97.05", False),
        ],
    )  # fmt: skip
    def test_total_may_differ_by_what_rounding_makes_and_no_more(
        self, scores: tuple[str, ...], total: str, right: bool
    ) -> None:
        """Whole points are exact; each figure with decimals may be off by half its last digit."""
        rows = [
            f"改造{name}数\t5个\t5个\t{w}\t{s}\t返工一处"
            for name, w, s in zip("甲乙丙", (10, 40, 50), scores, strict=True)
        ]
        assert ("SCO107" not in codes(form(*rows, total=f"100\t{total}"))) is right

    @pytest.mark.parametrize(("total", "expected"), [("100", []), ("99.53", ["SCO107"])])
    def test_a_column_of_criteria_leaves_no_row_out(self, total: str, expected: list[str]) -> None:
        """扣2分 and 120% stand where they belong: every score is there."""
        text = (
            "项目支出绩效自评表\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t完成率\t评分标准\t分值\t得分\n"
            "产出指标\t数量指标\t清淤里程\t10公里\t12公里\t120%\t每少1公里扣2分\t60\t60\n"
            f"\t质量指标\t合格率\t100%\t100%\t100%\t低于90%不得分\t40\t40\n合计\t\t\t\t\t\t\t100\t{total}\n"
        )
        assert codes(text) == expected


class TestGrade:
    def graded(self, score: str, grade: str, after: str = "") -> list[str]:
        text = form(f"人数\t9人\t9人\t50\t{score}\t见报告", "场次\t4场\t4场\t50\t50", reason=True)
        total = Decimal(score) + 50
        return [c for c in codes(text + f"总分\t\t\t\t\t\t100\t{total}\t{grade}\n" + after) if c == "SCO108"]

    @pytest.mark.parametrize(
        ("score", "grade", "right"),
        [
            ("46", "优", True),
            ("35", "优", True),
            ("25", "优", False),
            ("25", "良", True),
            ("25", "中", True),
            ("46", "中", False),
        ],
    )
    def test_any_scale_in_use_will_do(self, score: str, grade: str, right: bool) -> None:
        """优 begins at 90 here, at 80 there, nowhere at 75."""
        assert (self.graded(score, grade) == []) is right

    def test_scale_of_the_form_itself_goes_first(self) -> None:
        """85 is 良 where the form says that 优 begins at 90."""
        scale = "注：90分（含）以上为优，80（含）-90分为良，60-80分为中，60分以下为差。\n"
        assert self.graded("35", "优", scale) == ["SCO108"]
        assert self.graded("35", "良", scale) == []

    def test_grade_in_prose(self) -> None:
        """自评得分95.5分，等级为良."""
        text = "河道清淤项目绩效自评报告\n一、结论\n自评得分95.5分，评价等级为“{}”。\n"
        assert codes(text.format("中")) == ["SCO108"]
        assert codes(text.format("优")) == []


def test_what_cannot_be_read_after_the_total_keeps_no_sum_silent() -> None:
    """Lines without a place below the total are no rows of the indicators; the same between the rows may be."""
    rows = ["三级指标\t指标值\t完成值\t分值\t得分", "培训期数\t5期\t5期\t50\t50", "培训人数\t90人\t90人\t45\t45", "总分\t\t\t100\t95"]
    for stray in ([], ["甲乙丙丁戊", "12", "15"]):
        report = audit_text("\n".join(["项目支出绩效自评表", "（2023年度）", *rows, *stray, ""]))
        assert "SCO105" in [f.rule.code for f in report.findings]
        assert len(report.form.unread) == len(stray[1:])
