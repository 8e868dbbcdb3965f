"""Targets and results of one row: who answers whom, which way is better, what cannot be told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import audit_text
from auditor.model import Report
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "reach")
HELD = "TGT101"


def audit(text: str) -> Report:
    return audit_text(text, rules=RULES)


def form(*rows: str, goals: str = "", results: str = "") -> str:
    """A departmental form: rows are name, target, result, tab-separated."""
    said = f"年度整体目标\t整体目标完成情况\n{goals}\t{results}\n" if goals or results else ""
    head = f"部门整体支出绩效自评表\n（2023年度）\n部门名称\t青禾县水利局\n{said}"
    head += "关键指标\t预期实现值\t指标完成情况\t偏差原因\n"
    return head + "".join(f"{row}\n" for row in rows)


def verdict(row: str) -> list[str]:
    """Codes of the findings, then of the passes, of one row."""
    report = audit(form(row))
    return sorted(f.rule.code for f in report.findings) + sorted({p.rule.code for p in report.passes})


class TestReached:
    @pytest.mark.parametrize(
        "row",
        [
            "培训场次\t≥6场\t7场", "培训场次\t不少于6场\t6场", "培训场次\t6场\t6场", "培训场次\t>5场\t6场",
            "满意度\t95%以上\t100.0%",
            "满意度\t≥95\t96%", "满意度\t≥95%\t96", "满意度\t≥95百分比\t96%", "新建面积\t≥2万平方米\t21000平方米",
            "受理问题数\t300项\t超369项", "治安案件数\t0件\t0件", "投诉件数\t≤3件\t0件",
            "项目成本\t≤90万元\t899999元",
            "维修时限\t≤2天\t1天", "验收时间\t9月前\t7月", "完工时间\t2023年11月底前\t2023年11月12日",
            "培训期数\t3-5期\t4期",
            "开放天数\t300天\t312天", "资金投入\t80万元\t80万元",
            "案件质量评查合格率\t98%\t98.6%", "产品不合格率\t3%\t2.1%",
        ],
    )  # fmt: skip
    def test_target_that_holds_is_a_pass(self, row: str) -> None:
        """Bounds, ranges, units, dates, and both ways of better."""
        assert HELD in verdict(row)
        assert "TGT102" not in verdict(row)
        assert not any(f.rule.category == "target_missed" for f in audit(form(row)).findings)

    @pytest.mark.parametrize(
        "row",
        [
            "培训场次\t≥6场\t5场", "满意度\t100%\t99.97%", "治安案件数\t0件\t1件", "投诉件数\t≤3件\t4件",
            "项目成本\t≤90万元\t90.5万元",
            "验收时间\t9月前\t11月", "培训期数\t3-5期\t2期", "新建面积\t2万平方米\t19000平方米",
            "维修时限\t≤2天\t3天",
        ],
    )  # fmt: skip
    def test_target_that_is_missed_is_reported_once(self, row: str) -> None:
        """The printed result is exact: 99.97% is not 100%."""
        assert verdict(row) == ["TGT101"]

    def test_reason_turns_it_into_an_observation(self) -> None:
        """In its own cell, or in the result itself; 无 is no reason."""
        assert verdict("培训场次\t≥6场\t5场\t师资调整，一场改到次年") == ["TGT102"]
        assert verdict("培训场次\t≥6场\t5场，由于汛期取消一场") == ["TGT102"]
        assert verdict("培训场次\t≥6场\t5场\t无") == ["TGT101"]
        assert verdict("培训场次\t≥6场\t5场\t无偏差。") == ["TGT101"]
        assert verdict("培训场次\t≥6场\t培训5场，没有出现影响教学的情况") == ["TGT101"]

    @pytest.mark.parametrize(
        "row",
        [
            "资金投入\t80万元\t75万元", "服务时间\t2天\t3天", "培训场次\t6场\t≤7场", "编制人数\t50人\t48人",
            "细颗粒物浓度\t35微克\t33微克", "服务人次\t约500人次\t490人次",
        ],
    )  # fmt: skip
    def test_nothing_is_missed_where_the_better_way_is_not_known(self, row: str) -> None:
        """Money and time may be saved or wasted."""
        assert [c for c in verdict(row) if c != HELD] == []

    @settings(max_examples=60, deadline=None)
    @given(st.integers(1, 9999), st.integers(0, 99999))
    def test_verdict_is_that_of_the_numbers(self, target: int, result: int) -> None:
        """For any two counts: reached, missed, or far exceeded."""
        want = [HELD] if result >= target else ["TGT101"]
        if result >= target and result * 10 >= target * 13:
            want = ["TGT103", HELD]
        assert verdict(f"走访企业家数\t≥{target}家\t走访企业{result}家") == want

    def test_arithmetic(self) -> None:
        """7 of 6 is 116.7%."""
        report = audit(form("培训场次\t≥6场\t7场"))
        assert [p.arithmetic for p in report.passes] == ["7 ≥ 6 (116.7%)"]
        assert [e.span.quote for e in report.passes[0].evidence] == ["≥6场", "7场"]

    def test_all_targets_are_listed_when_none_is_missed(self) -> None:
        """One pass shows every target; a single miss takes it back."""
        rows = ["培训场次\t≥6场\t7场", "满意度\t≥90%\t95%", "简报期数\t12期\t12期"]
        lists = [p for p in audit(form(*rows)).passes if len(p.evidence) == 3]
        assert [p.message() for p in lists] == ["3 个可判定的数值目标全部达到"]
        assert not [p for p in audit(form(*rows, "案件数\t≤1件\t2件")).passes if len(p.evidence) > 2]


class TestPairs:
    def answers(self, target: str, result: str, name: str = "年度工作") -> set[tuple[str, str]]:
        report = audit(form(f"{name}\t{target}\t{result}"))
        sides = [x.evidence for x in (*report.passes, *report.findings) if x.rule.code in ("TGT101", "TGT102")]
        return {(e[0].span.quote, e[1].span.quote) for e in sides if [x.role for x in e] == ["target", "result"]}

    def test_pairs_go_by_words_not_by_order_or_value(self) -> None:
        """Targets and results come in opposite order."""
        assert self.answers("引进项目3个，洽谈项目5个", "洽谈项目5个，引进项目3个") == {("3个", "3个"), ("5个", "5个")}
        assert self.answers("检查企业20家，培训企业30家", "培训企业31家，检查企业20家") == {
            ("20家", "20家"),
            ("30家", "31家"),
        }

    def test_units_part_figures(self) -> None:
        """场 answers 场, % answers %."""
        assert self.answers("举办活动6场，满意度90%", "满意度92%，举办活动7场，参加500人次") == {
            ("6场", "7场"),
            ("90%", "92%"),
        }

    def test_last_two_left_over_are_a_pair_when_they_share_a_noun(self) -> None:
        """引入项目 and 注册项目 are what remains."""
        pairs = self.answers("引入项目3个，洽谈项目5个", "洽谈项目5个，协助3个项目完成注册")
        assert pairs == {("3个", "3个"), ("5个", "5个")}

    def test_strangers_are_no_pair(self) -> None:
        """Different things in classifiers that fit anything, or in different units."""
        assert self.answers("编制规划2个", "慰问老人30个") == set()
        assert self.answers("带动农户110户", "带动农户118人") == set()

    def test_classifiers_that_count_alike(self) -> None:
        """5个企业 is answered by 14项 of the same doing."""
        assert verdict("筹建工作\t协助筹建企业5个\t推进筹建企业14项") == ["TGT103", HELD]

    def test_one_result_said_of_all(self) -> None:
        """均达100% answers both rates."""
        pairs = self.answers("工业企业传达率90%以上，商贸企业传达率80%以上", "工业、商贸企业传达率均达100%")
        assert {target for target, _ in pairs} == {"90%以上", "80%以上"}

    def test_what_a_result_is_made_of_answers_nothing(self) -> None:
        """2.1万亩（新建1.4万亩，改造0.7万亩）."""
        assert self.answers("≥2万亩", "2.1万亩（新建1.4万亩，改造0.7万亩）", "建设面积") == {("≥2万亩", "2.1万亩")}

    def test_parts_of_a_result_answer_nothing(self) -> None:
        """完成12个，其中省级3个，市级9个: the parts go on to the end of the sentence."""
        assert self.answers("12个", "完成12个，其中省级3个，市级9个", "重点项目数") == {("12个", "12个")}

    def test_results_that_the_name_lists_are_added_up(self) -> None:
        """新建改建厕所: 新建120座，改建85座."""
        report = audit(form("新建改建厕所\t200座\t新建120座，改建85座"))
        assert not report.findings
        assert [p.arithmetic for p in report.passes] == ["120 + 85 = 205 ≥ 200 (102.5%)"]
        assert [f.rule.code for f in audit(form("新建改建厕所\t200座\t新建120座，改建65座")).findings] == ["TGT101"]

    def test_list_markers_that_run_into_figures_are_no_figures(self) -> None:
        """1.6期 is six terms, the first of two answers."""
        assert verdict("1.培训期数 2.参训人数\t1.≥5期；2.≥300人\t1.6期；2.352人") == [HELD]

    def test_same_cell_twice_pairs_in_order(self) -> None:
        """5个乡镇62个村 of 5个乡镇62个村."""
        assert self.answers("5个乡镇62个村", "5个乡镇62个村") == {("5个", "5个"), ("62个", "62个")}

    def test_a_frequency_is_no_total(self) -> None:
        """每月15次 is not answered by 212次 a year."""
        assert verdict("文物巡查\t每月不少于15次\t全年巡查212次") == []

    def test_names_in_a_list_are_counted(self) -> None:
        """至少3家, and four names with 等."""
        row = "政策宣传\t宣传政策至少3家\t向青禾公司、白石公司、云岭公司、临江公司等企业宣传政策"
        report = audit(form(row))
        assert [p.arithmetic for p in report.passes] == ["4 ≥ 3 (133.3%)"]
        assert not report.findings

    def test_figures_of_another_year_and_plans_answer_nothing(self) -> None:
        """上年8场 is not this year's result."""
        assert self.answers("举办活动6场", "上年8场") == set()


class TestExceeded:
    @pytest.mark.parametrize(
        ("row", "fires"),
        [
            ("培训场次\t≥10场\t13场", True), ("培训场次\t≥10场\t12场", False),
            ("培训场次\t≥10场\t15场\t新增巡回培训", False),
            ("投诉件数\t≤10件\t2件", False), ("验收时间\t9月前\t7月", False), ("宣传活动次数\t0次\t31次", True),
            ("宣传活动次数\t0次\t20次", False),
            ("产值增长率\t≥2%\t3.1%", False), ("培训期数\t3-5期\t6期", False), ("培训期数\t3-5期\t7期", True),
        ],
    )  # fmt: skip
    def test_a_reason_is_due_from_130_percent(self, row: str, fires: bool) -> None:
        """130 % is far, 120 % is not; with a reason nothing is said."""
        assert ("TGT103" in verdict(row)) is fires

    def test_other_places_of_the_result_are_shown(self) -> None:
        """The reviewer sees where else the form states it."""
        text = form("培训场次\t≥4场\t举办业务培训9场", goals="抓好培训。", results="全年举办业务培训9场。")
        finding = next(f for f in audit(text).findings if f.rule.code == "TGT103")
        assert [e.span.place.line for e in finding.evidence] == [7, 7, 5]
        assert finding.arithmetic == "9 / 4 = 225.0% (+125.0%)"


class TestCannotBeTold:
    @pytest.mark.parametrize(
        "row",
        [
            "维修及时率\t2天内处理\t按时完成", "满意度\t≥95%\t达到预期", "培训场次\t≥6场\t已完成",
            "信息公开及时率\t及时\t及时公开",
        ],
    )  # fmt: skip
    def test_words_for_a_figure(self, row: str) -> None:
        """A rate or a bound is answered in words."""
        assert verdict(row) == ["TGT104"]

    @pytest.mark.parametrize(
        "row",
        [
            "安全事故数\t0起\t未发生安全事故", "清洁覆盖率\t100%\t全覆盖", "完工时间\t12月底前\t按期完工",
            "工作机制\t建立\t已建立",
            "守护三个片区安全。\t守护三个片区安全\t片区安全有序", "满意度\t≥95%\t—", "满意度\t≥95%\t",
            "帮扶工作\t对六个村开展驻点帮扶，24小时值守\t驻点帮扶常态化开展", "建设路口数\t≥600路\t620路",
        ],
    )  # fmt: skip
    def test_words_that_do_answer(self, row: str) -> None:
        """Nothing for 0, all for 100 %, dates and qualities in words; blanks are another rule's."""
        assert "TGT104" not in verdict(row)

    def test_answer_in_another_place(self) -> None:
        """The narrative gives the figure."""
        row = "节庆活动\t≥4场\t已完成"
        assert verdict(row) == ["TGT104"]
        text = form("节庆活动\t≥4场\t已完成", goals="办好活动。", results="全年举办节庆活动5场。")
        assert "TGT104" not in {f.rule.code for f in audit(text).findings}

    def test_second_target_of_a_row_without_answer(self) -> None:
        """Lectures are answered, display boards are not."""
        row = "科普工作\t举办讲座12场，更新画廊30块\t举办讲座14场"
        assert verdict(row) == ["TGT105", HELD]
        assert "TGT105" not in verdict("科普工作\t举办讲座12场，更新画廊30块\t举办讲座14场，更新画廊30块")

    def test_result_without_target(self) -> None:
        """One blank target among others."""
        rows = ["培训场次\t≥6场\t7场", "送餐份数\t\t21400份", "满意度\t≥90%\t95%"]
        assert [f.rule.code for f in audit(form(*rows)).findings] == ["TGT106"]


class TestWrongWay:
    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ("新建广场数量\t≤5个\t5个", "TGT107"), ("食堂覆盖率\t≤90%\t94%", "TGT109"),
            ("会议次数\t≤10次\t8次", ""),
            ("投诉办理及时率\t≥95%\t96%", ""), ("三公经费控制率\t≤100%\t80%", ""),
            ("建设成本\t≤90万元\t90万元", ""),
            ("公务接待批次\t≤20批次\t12批次", ""), ("事故发生率\t≤1%\t0%", ""),
        ],
    )  # fmt: skip
    def test_at_most_before_what_should_be_much(self, row: str, code: str) -> None:
        """Only counts of what is done, and rates that can only be too low."""
        assert [c for c in verdict(row) if c != HELD] == ([code] if code else [])


class TestNames:
    def test_result_that_counts_something_else(self) -> None:
        """No result speaks of what the target names, and this one speaks of other things."""
        row = "外贸培育\t完成跨境仓储项目备案4个，走访工厂10家\t走访工厂11家，协助4个街边门店项目办理升级"
        finding = next(f for f in audit(form(row)).findings if f.rule.code == "TGT108")
        assert "跨境" in finding.message()
        assert "门店" in finding.message()

    def test_words_that_any_result_says_are_no_difference(self) -> None:
        """The narrative names the thing."""
        row = "外贸培育\t完成跨境仓储项目备案4个，走访工厂10家\t走访工厂11家，协助4个街边门店项目办理升级"
        text = form(row, goals="培育外贸。", results="跨境仓储备案按期完成。")
        assert "TGT108" not in {f.rule.code for f in audit(text).findings}


class TestNarrative:
    def test_goal_that_the_results_miss(self) -> None:
        """A goal in prose and a result in prose that say the same."""
        text = form("培训场次\t≥6场\t7场", goals="抽查群众满意度不低于92%。", results="抽查群众满意度88.5%。")
        assert [f.rule.code for f in audit(text).findings] == ["TGT101"]

    def test_goal_that_an_indicator_row_repeats_is_judged_there(self) -> None:
        """One miss is one finding."""
        text = form("群众满意度\t≥92%\t88.5%", goals="抽查群众满意度不低于92%。", results="抽查群众满意度88.5%。")
        assert [f.rule.code for f in audit(text).findings] == ["TGT101"]


def test_a_rate_answered_in_words_is_told_where_the_form_has_no_targets() -> None:
    """有所提高 is no rate; a figure or 全部 is one."""
    head = "部门整体支出绩效自评表\n（2023年度）\n部门名称\t青禾县水利局\n"
    head += "主要任务\t预期目标\t目标完成情况\t关键指标\t指标完成情况\t任务涉及资金\n"
    head += "宣传\t开展宣传\t开展宣传\t\t\t20.00\n\t\t\t巡查次数\t60次\t\n"
    for done, told in (("有所提高", ["TGT104"]), ("92%", []), ("全覆盖", []), ("百分之九十二", [])):
        assert [f.rule.code for f in audit(f"{head}\t\t\t群众知晓率\t{done}\t\n").findings] == told


def test_execution_rate_with_points_off_needs_no_reason() -> None:
    """The funds block tells why, and the score answers for it; with full marks it is missed like any target."""
    head = "项目支出绩效自评表\n（2023年度）\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"
    row = "产出指标\t时效指标\t预算执行率\t100%\t97.95%\t10\t{}\n产出指标\t数量指标\t场次\t3场\t3场\t10\t10\n"
    assert [f.rule.code for f in audit(head + row.format("9.8")).findings] == []
    assert [f.rule.code for f in audit(head + row.format("10")).findings] == ["TGT101"]


class TestForgottenGoals:
    GOALS = "整治病险水库20座，开展防汛演练4次，清淤沟渠36公里。"

    def test_goal_that_nothing_answers_is_told(self) -> None:
        text = form("整治病险水库座数\t20座\t21座", goals=self.GOALS, results="整治水库21座，开展防汛演练5次。")
        assert [f.rule.code for f in audit(text).findings] == ["TGT110"]

    @pytest.mark.parametrize(
        ("row", "results"),
        [
            ("沟渠清淤长度\t36公里\t37公里", "整治水库21座，开展防汛演练5次。"),  # a row of that name
            ("满意度\t90%\t95%", "整治水库21座，开展防汛演练5次；渠道疏浚37公里。"),  # a figure that may be meant
            ("满意度\t90%\t95%", "整治水库21座，开展防汛演练5次；清淤任务提前完成。"),  # words that recur
            ("满意度\t90%\t95%", "各项工作有序推进。"),  # results that answer no goal at all
        ],
    )  # fmt: skip
    def test_goal_that_may_be_answered_is_not(self, row: str, results: str) -> None:
        assert audit(form(row, goals=self.GOALS, results=results)).findings == ()


@pytest.mark.parametrize("cell", ["已完成年度目标", "达到预期目标", "已达标"])
def test_a_cell_that_says_it_is_done_gives_no_reason(cell: str) -> None:
    """A missed target with 已完成年度目标 beside it is not explained."""
    assert [f.rule.code for f in audit(form(f"项目及时率\t≥95%\t92.4%\t{cell}")).findings] == ["TGT101"]


REPORT = "青禾县人民医院2023年度能力提升项目支出绩效自评报告\n一、基本情况\n{goal}\n二、完成情况\n{done}\n三、存在问题\n{trouble}\n"


def told(goal: str, done: str, trouble: str = "人手不足。") -> list[str]:
    return [f.rule.code for f in audit(REPORT.format(goal=goal, done=done, trouble=trouble)).findings]


class TestToldInProse:
    """Goals of a report in sentences, and the results of another chapter."""

    @pytest.mark.parametrize(
        ("goal", "done"),
        [
            ("年度目标为:平均住院日控制在7.5天以内。", "平均住院日由上年的8.1天缩短到7.9天。"),
            ("年度目标为:一般以上运输事故不超过8起。", "全年发生一般以上运输事故11起,比上年的13起下降15.4%。"),
            ("项目年度目标:群众满意度不低于92%。", "电话抽查800户,群众满意度88.5%。"),
        ],
    )
    def test_a_goal_that_is_missed_without_a_reason_is_told(self, goal: str, done: str) -> None:
        assert told(goal, done) == ["TGT101"]

    @pytest.mark.parametrize(
        ("goal", "done", "trouble"),
        [
            ("年度目标为:平均住院日控制在8天以内。", "平均住院日由上年的8.1天缩短到7.9天。", "人手不足。"),
            ("2024年计划平均住院日控制在7.5天以内。", "平均住院日7.9天。", "人手不足。"),
            ("年度目标为:改造电梯60部。", "改造电梯52部,其余8部结转下年。", "人手不足。"),
            ("年度目标为:改造电梯60部。", "改造电梯52部。", "电梯改造进度滞后。"),
            ("年度目标为:改造电梯60部。", "改造电梯52部,因部分楼栋未取得同意。", "人手不足。"),
        ],
    )
    def test_a_goal_that_is_reached_or_whose_shortfall_is_explained_is_not(
        self, goal: str, done: str, trouble: str
    ) -> None:
        assert "TGT101" not in told(goal, done, trouble)


def test_a_result_that_says_what_is_left_gives_its_reason() -> None:
    """23个…2个村因管线用地未交付，已结转下年 hides nothing."""
    form = "项目支出绩效自评表\n三级指标\t年度指标值\t实际完成值\t分值\t得分\n集中供水改造数\t25个\t{}\t10\t9.2\n"
    told, hidden = (
        [f.rule.code for f in audit_text(form.format(cell)).findings if f.rule.code.startswith("TGT10")]
        for cell in ("23个，完成率92%。2个村因管线用地未交付，已结转下年实施", "23个，完成率92%。均已验收")
    )
    assert told == ["TGT102"]
    assert hidden == ["TGT101"]
