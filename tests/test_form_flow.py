"""Stage 2, rows that lost their columns: laid under their heads again where that is certain, else left alone and said."""

# ruff: noqa: PT018  (tables of data)

from __future__ import annotations

import pytest

from auditor.form import forms
from auditor.model import Field, Form
from auditor.read import read

HEADS = "一级指标 | 二级指标 | 三级指标 | 分值 | 年度指标值 | 实际完成值 | 得分 | 未完成原因"


def form_of(text: str) -> Form:
    (form,) = forms(read("form.txt", data=text.encode()))
    return form


def said(field: Field | None) -> str | None:
    return None if field is None else field.text.raw


def rows(form: Form) -> list[tuple[str | None, ...]]:
    return [tuple(said(f) for f in (r.level2, r.name, r.target, r.result, r.weight, r.score)) for r in form.indicators]


EXPECTED = [
    ("数量指标", "种植面积", "29.5亩", "29.5亩", "20", "20"),
    ("数量指标", "其中桃树", "1.5亩", "1.5亩", None, None),
    ("质量指标", "成活率", "95%", "100%", "5", "5"),
]


class TestDroppedBlanks:
    def test_blanks_of_merged_cells_are_gone(self) -> None:
        """Rows that begin further right in the form begin at the left in the text."""
        form = form_of(
            f"绩效自评表\n{HEADS}\n产出指标(50分) | 数量指标 | 种植面积 | 20 | 29.5亩 | 29.5亩 | 20 | ||\n"
            "其中桃树 | 1.5亩 | 1.5亩 | ||||\n质量指标 | 成活率 | 5 | 95% | 100% | 5 | ||\n"
        )
        assert rows(form) == EXPECTED

    def test_rows_and_heads_wrapped_over_lines(self) -> None:
        """A wrapped row is one row, wrapped heads are one row of heads."""
        form = form_of(
            "绩效自评表\n一级 指标 |\n二级指标 | 三级指标 |\n分值 | 年度指标值 | 实际完成值 |\n得分 | 未完成原因 |\n"
            "产出指标(50分) |\n数量指标 | 种植面积 | 20 | 29.5亩 | 29.5亩 | 20 |\n其中桃树 | 1.5亩 | 1.5亩 | |\n"
            "质量指标 |\n成活率 | 5 | 95% | 100% | 5 |\n"
        )
        assert rows(form) == EXPECTED

    def test_split_heads_in_one_run(self) -> None:
        """绩效指标 年度指标值 完成值 分值 | 一级 二级 三级 性质 指标值 单位: the lower heads divide the upper ones."""
        form = form_of(
            "绩效自评表 |\n| 绩效指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 一级指标 | 二级指标 | 三级指标 | 指标性质 |\n"
            "| 指标值 | 度量单位 | 产出指标 | 数量指标 | 受助人数 | ≧ | 735 | 人次 | 740 | 10 | 10 |\n"
            "| 质量指标 | 覆盖率 | ═ | 100 | % | 98% | 10 | 9 |\n"
        )
        first, second = form.indicators
        assert first.target is not None and second.target is not None
        assert (first.target.comparator, said(first.target), first.target.unit) == ("≥", "735", "人次")
        assert (second.target.comparator, said(second.result), said(second.score)) == ("=", "98%", "9")

    def test_two_ways_are_no_way(self) -> None:
        """Three numbers for target, result, weight and score could stand in several ways: not guessed."""
        form = form_of(
            "绩效自评表\n三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分\n产出 | 人数 | 5 | 6 | 10 | 10\n场次 | 3 | 3 | 10\n"
        )
        assert "场次" not in [said(r.name) for r in form.indicators]
        lost = {said(f): why for f, why in form.unread}
        assert lost["场次"] == "ambiguous"

    def test_funds_with_fewer_figures_than_heads(self) -> None:
        """The rate tells which amounts are there: spending through budget."""
        form = form_of(
            "绩效自评表\n| 项目资金 (元) |\n| 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 | 年度资金总额 |\n"
            "| 38766.62 | 38766.62 | 10 | 100% | 10 |\n"
        )
        assert {a.term: (said(a.field), a.field.unit) for a in form.amounts} == {
            "year_budget": ("38766.62", "元"), "spent": ("38766.62", "元"), "weight": ("10", "分"),
            "execution_rate": ("100%", ""), "score": ("10", "分"),
        }  # fmt: skip

    def test_funds_that_could_be_two_things(self) -> None:
        """Two amounts and dashes for three columns: not guessed."""
        form = form_of(
            "绩效自评表\n| 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 | 年度资金总额 |\n| 50 | 40 | — | — |\n"
        )
        assert form.amounts == ()
        assert "ambiguous" in {why for _, why in form.unread}

    def test_tasks(self) -> None:
        """A task table without its first blank column."""
        form = form_of(
            "部门整体支出绩效自评表\n主要任务 | 任务名称 | 主要内容 | 完成情况 | 预算数（万元） | 执行数（万元）\n"
            "| 大气治理 | 治理工业源 | 治理企业35家 | 1180.00 | 1152.30 |\n| 合计 | 1180.00 | 1152.30 |\n"
        )
        (task,) = form.tasks
        assert [said(f) for f in (task.name, task.goal, task.result, task.funds)] == [
            "大气治理", "治理工业源", "治理企业35家", "1152.30",
        ]  # fmt: skip
        assert [(a.row, a.term, said(a.field)) for a in form.amounts[1:]] == [
            ("tasks", "year_budget", "1180.00"), ("tasks", "spent", "1152.30"),
        ]  # fmt: skip


LINES = """\
附件3:
2022年度项目支出绩效自评表

单位名称:甲县供销社 填报日期:2023年4月15日

项目名称

养殖场建设

预算执行情况(万元)

(20分)

预算数(A)

执行数(B)

执行率(B/A)

得分

(20分*执行率)

年度财政资金总额

50

10

20

4

年度绩效目标

(80分)

一级指标

二级指标

三级指标

年初目标值(A)

实际完成值(B)

得分

产出指标(40分)

数量指标

公猪舍(≥**平方米)

22.8

22.8

1

仓库(≥**平方米)

180

176

3

总分

100分

96.5分
"""


class TestOneCellALine:
    def test_all_of_it(self) -> None:
        """Labels, funds, indicators and total, one cell a line."""
        form = form_of(LINES)
        assert (form.title, form.department) == ("2022年度项目支出绩效自评表", "甲县供销社")
        assert {a.term: said(a.field) for a in form.amounts} == {
            "weight": "(20分)", "year_budget": "50", "spent": "10", "execution_rate": "20", "score": "4",
        }  # fmt: skip
        assert rows(form) == [
            ("数量指标", "公猪舍(≥**平方米)", "22.8", "22.8", None, "1"),
            ("数量指标", "仓库(≥**平方米)", "180", "176", None, "3"),
        ]
        assert form.indicators[0].target is not None
        assert form.indicators[0].target.unit == "平方米"
        assert (said(form.total_weight), said(form.total_score)) == ("100分", "96.5分")
        assert form.layout == "hubei-20-80"

    def test_cells_without_heads_are_said(self) -> None:
        """Figures under heads of no known kind are kept, unread."""
        form = form_of(LINES.replace("预算执行情况(万元)", "人员情况(人\n\n编制数\n\n46\n\n预算执行情况(万元)"))
        assert {"46"} <= {said(f) for f, why in form.unread if why == "flattened"}


class TestOneLine:
    TEXT = (
        "附件: 项目支出绩效自评表 (2022年度) 项目名称 委托业务 主管部门 甲镇政府 项目资金 (万元) 年初预算数 全年预算数 "
        "全年执行数 分值 执行率 得分 年度资金总额: 0 0 0 10 0 0 其中:本年财政拨款 90 89.974 89.974 上年结转资金 其他资金 "
        "年度总体目标 预期目标 实际完成情况 编制30万元;审计30万元。 编制30万元;审计29.9万元。 绩效指标 一级指标 二级指标 三级指标 "
        "年度指标值 实际完成值 分值 得分 偏差原因分析 产出指标(50分) 数量指标 业务数量 ≥50个 50 8 8 质量指标 合格率 100% 98% 8 7.8 "
        "满意度指标(10分) 满意度指标 [...]"
    )

    def test_all_of_it(self) -> None:
        """A form on one line, told apart by its heads."""
        form = form_of(self.TEXT)
        assert (form.department, form.year) == ("甲镇政府", 2022)
        assert [(a.row, a.term, said(a.field)) for a in form.amounts if a.row == "fiscal"] == [
            ("fiscal", "initial_budget", "90"), ("fiscal", "year_budget", "89.974"), ("fiscal", "spent", "89.974"),
        ]  # fmt: skip
        assert [said(f) for f in (*form.goals, *form.results)] == [
            "编制30万元;审计30万元。",
            "编制30万元;审计29.9万元。",
        ]
        assert rows(form) == [
            ("数量指标", "业务数量", "≥50个", "50", "8", "8"), ("质量指标", "合格率", "100%", "98%", "8", "7.8"),
        ]  # fmt: skip

    def test_places_are_the_file_s_own(self) -> None:
        """A figure's offset is its offset in the file."""
        form = form_of(self.TEXT)
        for field in form.fields():
            start = field.text.pieces[0].start
            assert self.TEXT[start : start + len(field.text.raw)] == field.text.raw

    @pytest.mark.parametrize(
        "text", ["今年 举办 活动 5 场 ， 参加 人数 300 人 。", "一级指标 二级指标", "分值 得分 10 10 5 5 4 4"]
    )
    def test_words_alone_are_no_form(self, text: str) -> None:
        """Blanks in a sentence do not make it a table."""
        form = form_of(text)
        assert (form.indicators, form.amounts) == ((), ())


class TestGlued:
    TEXT = (
        "1、2021年度项目支出绩效自评表项目名称2021年助学补助主管部门甲市教育局实施单位甲市技工学校项目资金 (万元)年初 预算数全年 预算数"
        "全年 执行数分值执行率得分年度资金总额593.27593.27448.641076%10其中:当年财政拨款593.27593.27448.64上年结转资金其他资金"
        "年度总体 目标预期目标实际完成情况弥补缺口用于运转绩效指标一级指标二级指标三级指标"
    )

    def test_one_way_to_cut(self) -> None:
        """593.27593.27448.641076%10: the rate is spending through budget in one way of cutting only."""
        form = form_of(self.TEXT)
        assert [(a.row, a.term, said(a.field)) for a in form.amounts] == [
            ("total", "initial_budget", "593.27"), ("total", "year_budget", "593.27"), ("total", "spent", "448.64"),
            ("total", "weight", "10"), ("total", "execution_rate", "76%"), ("total", "score", "10"),
            ("fiscal", "initial_budget", "593.27"), ("fiscal", "year_budget", "593.27"), ("fiscal", "spent", "448.64"),
        ]  # fmt: skip
        assert (form.department, form.year) == ("甲市技工学校", 2021)
        assert [f.heads for f in form.header[1:]] == [("项目名称",), ("主管部门",), ("实施单位",)]

    def test_what_cannot_be_cut_is_said(self) -> None:
        """202010100.00%10 without a rate that fits, and everything after the funds: unread."""
        form = form_of(self.TEXT.replace("593.27593.27448.641076%10", "2020101077%10"))
        assert [a for a in form.amounts if a.row == "total"] == []
        assert {why for _, why in form.unread} == {"ambiguous", "flattened"}

    def test_a_long_run_costs_no_time(self) -> None:
        """Nothing is tried for ever."""
        form = form_of(self.TEXT.replace("593.27593.27448.641076%10", "1" * 39))
        assert "ambiguous" in {why for _, why in form.unread}
