"""Stage 2, Document -> Form: what is read from regular forms, whatever they call their columns and wherever those stand."""

# ruff: noqa: PT018  (tables of data)

from __future__ import annotations

import pytest

from auditor.form import forms
from auditor.model import Field, Form
from auditor.read import read


def form_of(text: str) -> Form:
    """The only form of a text; `|` in these tests is a tab where a line holds no pipe table."""
    (form,) = forms(read("form.txt", data=text.encode()))
    return form


def tabs(text: str) -> Form:
    return form_of(text.replace("|", "\t"))


def said(field: Field | None) -> str | None:
    return None if field is None else field.text.raw


PROJECT = """\
项目支出绩效自评表
（2023年度）
项目名称|||河道清淤
主管部门|||甲县水利局||实施单位|||甲县河道站
项目资金（万元）|||年初预算数|全年预算数|全年执行数|分值|执行率|得分
|年度资金总额||200.00|180.00|171.00|10|95.00%|9.50
|其中：当年财政拨款||200.00|180.00|171.00|—|95.00%|—
|上年结转资金||0.00|0.00|0.00|—||—
年度总体目标|预期目标||||实际完成情况|||
|清淤河道12公里||||清淤河道13公里|||
绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施
|产出指标（50分）|数量指标|清淤长度|≥12公里|13公里|20|20|
|||拆除阻水桥|≥3座|2座|20|13.33|一座并入下年
||质量指标|验收合格率|100%|100%|10|10|
|效益指标（40分）|社会效益指标|受益人口|≥2万人||40|38|
总分||||||100|90.83|良
"""


class TestHead:
    def test_title_year_and_names_are_known(self) -> None:
        """Title, year and the unit that did the work come from the head of the form."""
        form = tabs(PROJECT)
        assert (form.title, form.year, form.department) == ("项目支出绩效自评表", 2023, "甲县河道站")

    def test_department_goes_before_implementer(self) -> None:
        """部门名称 names the department, also where an implementing unit is named too."""
        form = tabs("部门整体支出绩效自评表\n实施单位|乙站\n部门名称|甲局\n")
        assert form.department == "甲局"

    @pytest.mark.parametrize("line", ["单位：万元", "（单位：万元）", "金额单位：万元", "单位:万元", "单位： 万元"])
    def test_money_unit_of_the_form(self, line: str) -> None:
        """单位：万元 is the scale of the form's money, not an organisation."""
        form = tabs(f"部门整体支出绩效自评表\n{line}\n部门名称|甲局\n实际支出数|12.5|年度预算数|13\n")
        assert (form.unit, form.department) == ("万元", "甲局")
        assert {a.field.unit for a in form.amounts} == {"万元"}

    def test_labels_and_values_in_one_line(self) -> None:
        """单位名称：… 填报日期：… in one paragraph are two labels with their values."""
        form = form_of("2022年度项目支出绩效自评表\n单位名称：甲县供销社 填报日期：2023年4月15日\n")
        assert [(f.heads, said(f)) for f in form.header[1:]] == [
            (("单位名称",), "甲县供销社"), (("填报日期",), "2023年4月15日"),
        ]  # fmt: skip
        assert (form.department, form.year) == ("甲县供销社", 2022)

    def test_unlisted_labels_take_turns_with_values(self) -> None:
        """A label in no list is one where label and value take turns."""
        form = tabs("项目支出绩效自评表\n主管部门|甲局|财政归口处室|某处|项目经办人|张某\n")
        assert [(f.heads[0], said(f)) for f in form.header[1:]] == [
            ("主管部门", "甲局"), ("财政归口处室", "某处"), ("项目经办人", "张某"),
        ]  # fmt: skip

    def test_department_above_the_title(self) -> None:
        """A line with the name of an office above the title is the department."""
        form = form_of("甲市乙区民政局\n2022年度养老服务项目绩效自评报告\n一、概况\n全年服务老人300名。\n")
        assert form.department == "甲市乙区民政局"


class TestFunds:
    def test_rows_under_heads(self) -> None:
        """Figures take their term from the head and their row from the label, and the unit that the block prints."""
        amounts = {(a.row, a.term): a for a in tabs(PROJECT).amounts}
        assert said(amounts["total", "year_budget"].field) == "180.00"
        assert said(amounts["fiscal", "spent"].field) == "171.00"
        assert said(amounts["carried_over", "initial_budget"].field) == "0.00"
        assert amounts["total", "spent"].field.unit == "万元"
        assert amounts["total", "spent"].field.heads == ("年度资金总额", "全年执行数")
        assert said(amounts["total", "weight"].field) == "10"
        assert ("fiscal", "weight") not in amounts, "a dash says nothing"

    def test_labels_and_values(self) -> None:
        """In pairs, 其中 belongs to the figure above it."""
        form = tabs(
            "部门整体支出绩效自评表\n单位：万元\n部门资金情况|整体支出年度预算数|218.86|整体支出年初预算数|236.39\n"
            "|实际支出数|208.99|年度调整额|17.53\n|其中：一般公共预算|200.99||\n|预算完成率|95.5%|预算调整率|7.4%\n"
        )
        assert [(a.term, a.row, said(a.field)) for a in form.amounts] == [
            ("year_budget", "total", "218.86"), ("initial_budget", "total", "236.39"), ("spent", "total", "208.99"),
            ("adjustment", "total", "17.53"), ("spent", "general_public", "200.99"),
            ("execution_rate", "total", "95.5%"), ("adjustment_rate", "total", "7.4%"),
        ]  # fmt: skip

    def test_rate_without_sign(self) -> None:
        """A rate that is printed as 95 is 95 %."""
        form = tabs("项目自评表\n项目资金|预算数|执行数|执行率\n年度资金总额|100|95|95\n")
        (rate,) = [a for a in form.amounts if a.term == "execution_rate"]
        assert rate.field.unit == "%"

    def test_weight_in_the_label_of_the_block(self) -> None:
        """预算执行情况(万元)(20分): scale and points stand in the label."""
        form = tabs(
            "项目自评表\n预算执行情况（万元）（20分）||预算数|执行数|执行率|得分\n|年度财政资金总额|50|10|20%|4\n"
        )
        terms = {a.term: a.field for a in form.amounts}
        assert (said(terms["weight"]), terms["spent"].unit, said(terms["score"])) == ("（20分）", "万元", "4")

    def test_first_head_may_name_the_rows(self) -> None:
        """年度预算数 above 总额 is the head of the labels."""
        form = tabs("项目自评表\n预算执行情况|年度预算数|年初预算|调整后预算数|预算执行数\n|总额|526|560|543.2\n")
        assert {a.term: said(a.field) for a in form.amounts} == {
            "initial_budget": "526", "year_budget": "560", "spent": "543.2",
        }  # fmt: skip

    def test_breakdowns_in_one_cell(self) -> None:
        """按支出性质分:1925.67 is a term with its figure; 其中 rows know their side."""
        form = tabs(
            "部门整体支出自评表\n预算资金（万元）|年初预算数|全年预算数|全年执行数\n年度资金总额|861|2030.12|2030.12\n"
            "按收入性质分:2030.12\n按支出性质分:1925.67\n其中:基本支出:900.47\n政府性基金拨款:118.82\n"
        )
        assert [(a.term, a.row, said(a.field)) for a in form.amounts[3:]] == [
            ("income", "total", "2030.12"), ("expenditure", "total", "1925.67"),
            ("expenditure", "basic", "900.47"), ("income", "government_fund", "118.82"),
        ]  # fmt: skip

    def test_another_year_is_told_apart(self) -> None:
        """2022年决算数 beside 2023年决算数 is the year before."""
        form = tabs("部门整体支出自评表\n经费（万元）|2022年决算数|2023年预算数|2023年决算数\n项目支出|874|308|1025\n")
        assert [a.term for a in form.amounts] == ["previous_spent", "year_budget", "spent"]


class TestNarrative:
    def test_goal_beside_result(self) -> None:
        """Goals and results stand under their heads."""
        form = tabs(PROJECT)
        assert [said(f) for f in form.goals] == ["清淤河道12公里"]
        assert [said(f) for f in form.results] == ["清淤河道13公里"]
        assert (form.goals[0].role, form.results[0].section) == ("target", "result_narrative")

    def test_blank_result_has_its_place(self) -> None:
        """A goal without a result beside it: the blank cell is kept."""
        form = tabs("自评表\n年度总体目标|预期目标|实际完成情况\n|清淤12公里|\n")
        assert [bool(f) for f in form.results] == [False]

    def test_labels_before_texts(self) -> None:
        """年度绩效目标 | text and 完成情况 | text are goal and result."""
        form = tabs("部门整体支出绩效自评表\n年度绩效目标|举办40场\n年度绩效目标完成情况|举办42场\n")
        assert ([said(f) for f in form.goals], [said(f) for f in form.results]) == (["举办40场"], ["举办42场"])

    def test_issues_and_improvements(self) -> None:
        """存在问题 and 改进措施 are kept, also 无 and blank, also under a label that is only like them."""
        form = tabs("自评表\n三级指标|指标值|完成值\n人数|5人|6人\n存在问题|无\n下一步改进措施及结果应用方案|\n")
        assert [said(f) for f in form.issues] == ["无"]
        assert [said(f) for f in form.improvements] == [""]


class TestIndicators:
    def test_levels_are_inherited(self) -> None:
        """Blank leading cells mean: as above."""
        rows = tabs(PROJECT).indicators
        assert [(said(r.level1), said(r.level2), said(r.name)) for r in rows] == [
            ("产出指标（50分）", "数量指标", "清淤长度"), ("产出指标（50分）", "数量指标", "拆除阻水桥"),
            ("产出指标（50分）", "质量指标", "验收合格率"), ("效益指标（40分）", "社会效益指标", "受益人口"),
        ]  # fmt: skip
        assert rows[1].target is not None
        assert rows[1].target.heads == ("产出指标(50分)", "数量指标", "拆除阻水桥")

    def test_blank_cell_and_absent_column(self) -> None:
        """A blank result is a blank field; a column that the table has not is None."""
        row = tabs(PROJECT).indicators[3]
        assert row.result is not None
        assert said(row.result) == ""
        assert row.result.text.place.line == 15
        assert tabs("自评表\n三级指标|指标值|完成值\n人数|5人|6人\n").indicators[0].score is None

    def test_row_that_stops_early_has_blank_cells(self) -> None:
        """Trailing blanks that the export left out are blanks still."""
        row = tabs("自评表\n三级指标|指标值|完成值|分值\n人数|5人|6人|10\n场次|5场\n").indicators[1]
        assert (said(row.result), said(row.weight)) == ("", "")

    def test_total_row(self) -> None:
        """总分: weight, score and grade."""
        form = tabs(PROJECT)
        assert (said(form.total_weight), said(form.total_score), said(form.grade)) == ("100", "90.83", "良")

    @pytest.mark.parametrize(
        ("target", "result", "weight", "score"),
        [
            ("年度指标值", "实际完成值", "分值", "得分"), ("年初目标值（A）", "实际完成值（B）", "权重", "自评得分"),
            ("预期实现值", "指标完成情况", "标准分", "自评分"), ("目标值", "完成值", "分值（100分）", "得分（分）"),
            ("全年目标值", "全年实际值", "指标分值", "评价得分"), ("2023年指标值", "2023年完成情况", "分数", "实际得分"),
            ("计划值", "实绩", "分值权重", "单位自评得分"), ("预期指标值（包含数字及文字描述）", "完成指标值", "权重（分）", "评分"),
            ("绩 效 目 标 值", "全年完成值", "满 分", "得 分"), ("部门设定目标值", "绩效目标完成值", "指标权重", "部门自评得分"),
        ],
    )  # fmt: skip
    def test_heads_have_many_names(self, target: str, result: str, weight: str, score: str) -> None:
        """Columns are known by what their heads say in any of the provinces."""
        form = tabs(
            f"自评表\n一级指标|二级指标|三级指标|{target}|{result}|{weight}|{score}|备注\n产出|数量|人数|5人|6人|10|9|无\n"
        )
        (row,) = form.indicators
        values = [said(f) for f in (row.target, row.result, row.weight, row.score, row.reason)]
        assert values == ["5人", "6人", "10", "9", "无"]

    @pytest.mark.parametrize("order", ["TRWS", "WTRS", "TWRS", "TWSR", "WTSR", "SWTR", "RTSW"])
    def test_order_of_columns_means_nothing(self, order: str) -> None:
        """Wherever a column stands, its head says what it is."""
        heads = {"T": "年度指标值", "R": "实际完成值", "W": "分值", "S": "得分"}
        cells = {"T": "≥5人", "R": "6人", "W": "10", "S": "9"}
        form = tabs(f"自评表\n三级指标|{'|'.join(heads[o] for o in order)}\n人数|{'|'.join(cells[o] for o in order)}\n")
        (row,) = form.indicators
        assert [said(f) for f in (row.target, row.result, row.weight, row.score)] == ["≥5人", "6人", "10", "9"]

    def test_operator_value_and_unit_in_columns_of_their_own(self) -> None:
        """≥ | 95 | % is one target; its unit is the result's too."""
        form = tabs(
            "自评表\n绩效指标|||年度指标值|||实际完成值|分值|得分\n一级指标|二级指标|三级指标|指标性质|指标值|度量单位|||\n"
            "产出指标|质量指标|合格率|≧|95|%|97|10|10\n"
        )
        (row,) = form.indicators
        assert row.target is not None and row.result is not None
        assert (said(row.target), row.target.comparator, row.target.unit) == ("95", "≥", "%")
        assert (said(row.result), row.result.unit) == ("97", "%")

    def test_unit_in_the_name(self) -> None:
        """受益人口（万人） | 2 | 2.3: the unit stands in the name; （学生） is none."""
        rows = tabs("自评表\n三级指标|指标值|完成值\n受益人口（万人）|2|2.3\n满意度（学生）|90%|95%\n").indicators
        assert [r.target.unit for r in rows if r.target] == ["万人", ""]

    def test_among_rows_have_a_parent(self) -> None:
        """其中 rows are parts of the row above them."""
        rows = tabs(
            "自评表\n三级指标|分值|指标值|完成值|得分\n养殖数量|10|192只|192只|10\n其中羊||180只|180只|\n其中猪||12头|12头|\n成活率|5|95%|95%|5\n"
        ).indicators
        assert [r.parent for r in rows] == [None, 0, 0, None]
        assert not any(r.shared_score for r in rows)

    def test_one_score_for_several_rows(self) -> None:
        """Rows of a group without weight and score share those of the first."""
        rows = tabs(
            "自评表\n二级指标|三级指标|指标值|完成值|分值|得分\n数量指标|存储|25台|25台|10|10\n|布点|100处|100处||\n质量指标|合格率|100%|100%||\n"
        ).indicators
        assert [r.shared_score for r in rows] == [True, True, False]
        assert rows[1].score is None
        assert said(rows[2].score) == "", "another group: its score is missing"

    def test_several_indicators_in_one_row_stay_one(self) -> None:
        """1.…；2.… in one cell is one row."""
        form = tabs("自评表\n关键指标|预期实现值|指标完成情况\n1.座谈场数；2.知晓率|不少于6场；90%以上|7场，100%\n")
        assert len(form.indicators) == 1

    def test_explanations_are_no_results(self) -> None:
        """评分标准, 完成率 and columns of no known kind claim no result."""
        form = tabs("自评表\n三级指标|指标值|完成值|完成率|评分标准|分值|得分\n人数|5人|6人|120%|每少1人扣2分|10|10\n")
        assert [(said(f), f.role, why) for f, why in form.unread] == [
            ("120%", "plan", "other_column"), ("每少1人扣2分", "plan", "criteria"),
        ]  # fmt: skip

    def test_adjusted_target_replaces_the_first(self) -> None:
        """调整指标值 beside 年初指标值 is what the result is held against."""
        form = tabs("自评表\n绩效指标|年初指标值|调整指标值|全年完成值|权重|得分\n人数|5人|4人|4人|10|10\n")
        assert said(form.indicators[0].target) == "4人"

    def test_footers_end_the_table(self) -> None:
        """填报人：… below the table is no indicator."""
        form = tabs("自评表\n三级指标|指标值|完成值\n人数|5人|6人\n填报人：王某||联系电话：13800000000\n")
        assert len(form.indicators) == 1
        assert [f.heads for f in form.header[1:]] == [("填报人",), ("联系电话",)]


class TestTasks:
    TEXT = """\
部门整体支出绩效自评表
单位：万元
主要任务|预期目标|目标完成情况|关键指标|指标完成情况|任务涉及资金
河涌整治|整治12条|整治13条|||562.5
|||整治条数|13条|
|||事故率||
管网维护|维护30公里|维护28公里|||20.4
|||维护长度|28公里|
"""

    def test_tasks_have_indicators(self) -> None:
        """A name opens a task; the rows below are its indicators."""
        form = tabs(self.TEXT)
        assert [(said(t.name), said(t.goal), said(t.result), said(t.funds)) for t in form.tasks] == [
            ("河涌整治", "整治12条", "整治13条", "562.5"), ("管网维护", "维护30公里", "维护28公里", "20.4"),
        ]  # fmt: skip
        assert [(r.task, r.section, said(r.name), said(r.result)) for r in form.indicators] == [
            (0, "tasks", "整治条数", "13条"), (0, "tasks", "事故率", ""), (1, "tasks", "维护长度", "28公里"),
        ]  # fmt: skip
        assert form.indicators[0].target is None
        assert form.tasks[0].funds is not None
        assert form.tasks[0].funds.unit == "万元"

    def test_tasks_with_budget_and_spending(self) -> None:
        """预算数 and 执行数 of a task: the spending is its funds, the budget an amount in its row; 合计 is a row too."""
        form = tabs(
            "部门整体支出绩效自评表\n年度主要任务|任务名称|完成情况|预算数（万元）|执行数（万元）\n|招聘|48场|1560|1548.2\n|培训|6320人|820|806.4\n"
            "|合计||2380|2354.6\n"
        )
        assert [(said(t.name), said(t.funds)) for t in form.tasks] == [("招聘", "1548.2"), ("培训", "806.4")]
        assert [(a.row, a.term, said(a.field)) for a in form.amounts] == [
            ("招聘", "year_budget", "1560"), ("培训", "year_budget", "820"),
            ("tasks", "year_budget", "2380"), ("tasks", "spent", "2354.6"),
        ]  # fmt: skip


class TestWhole:
    def test_two_forms_in_one_file(self) -> None:
        """The title of a second form begins it."""
        one = "项目支出绩效自评表\n项目名称\t{0}\n三级指标\t指标值\t完成值\n人数\t5人\t6人\n"
        first, second = forms(read("two.txt", data=(one.format("甲") + one.format("乙")).encode()))
        assert [(f.part, said(f.header[1]), len(f.indicators)) for f in (first, second)] == [(0, "甲", 1), (1, "乙", 1)]

    def test_page_break_goes_on(self) -> None:
        """Blank lines and page numbers inside a table do not end it."""
        form = tabs("自评表\n三级指标|指标值|完成值\n人数|5人|6人\n\n— 2 —\n\n场次|3场|3场\n")
        assert [said(r.name) for r in form.indicators] == ["人数", "场次"]

    def test_columns_that_the_form_has(self) -> None:
        """A check can tell a blank cell from a column that is not there."""
        assert {"target", "result", "weight", "score", "reason"} <= tabs(PROJECT).columns
        assert "score" not in tabs("自评表\n三级指标|指标值|完成值\n人数|5人|6人\n").columns

    def test_empty_document_is_an_empty_form(self) -> None:
        """A text without anything of a form still is one form, of unknown layout."""
        form = form_of("\n-\n")
        assert (form.layout, list(form.fields())) == ("unknown", [])


class TestUnlisted:
    def test_heads_known_by_a_part(self) -> None:
        """Heads in no list are known by what is in them."""
        form = tabs(
            "自评表\n三级指标|年初计划安排值|全年完成结果及数字|设置分值数|得分计算结果|扣减原因简述|佐证文件\n人数|5人|6人|10|9|无|文件1\n"
        )
        (row,) = form.indicators
        assert [said(f) for f in (row.target, row.result, row.weight, row.score, row.reason)] == [
            "5人",
            "6人",
            "10",
            "9",
            "无",
        ]

    def test_second_row_of_heads(self) -> None:
        """年度指标 over 目标值 | 实际值 is two columns."""
        form = tabs(
            "自评表\n一级指标|二级指标|三级指标|年度指标||分值|得分\n|||目标值|实际值||\n产出|数量|人数|5人|6人|10|9\n"
        )
        (row,) = form.indicators
        assert [said(f) for f in (row.target, row.result, row.weight, row.score)] == ["5人", "6人", "10", "9"]

    def test_title_of_no_known_ending(self) -> None:
        """The first line that speaks of evaluation is the title."""
        form = tabs("某某项目绩效自评（二〇二三年度）\n部门名称|甲局\n")
        assert (form.title, form.year) == ("某某项目绩效自评（二〇二三年度）", 2023)


class TestTablesInARow:
    HEADS = "<tr><td>三级指标</td><td>指标值</td><td>完成值</td></tr><tr><td>人数</td><td>5人</td><td>6人</td></tr>"

    def test_a_table_of_the_same_width_goes_on(self) -> None:
        """A page break cut the table in two."""
        page = f"<table>{self.HEADS}</table><table><tr><td>场次</td><td>3场</td><td>2场</td></tr></table>"
        (form,) = forms(read("a.html", data=f"<html><body>{page}</body></html>".encode()))
        assert [said(r.name) for r in form.indicators] == ["人数", "场次"]

    def test_another_table_does_not(self) -> None:
        """A table of another width, or behind a text, is another table."""
        for page in (
            f"<table>{self.HEADS}</table><table><tr><td>甲</td><td>3</td></tr><tr><td>乙</td><td>4</td></tr></table>",
            f"<table>{self.HEADS}</table><p>各村如下。</p><table><tr><td>甲</td><td>3</td><td>1</td></tr></table>",
        ):
            (form,) = forms(read("a.html", data=f"<html><body>{page}</body></html>".encode()))
            assert [said(r.name) for r in form.indicators] == ["人数"]


def test_names_under_a_head_of_their_own() -> None:
    """考核事项 | 目标值 | 完成值: what stands left of targets and results are the names."""
    form = tabs("自评表\n考核事项|目标值|完成值|分值\n人数|5人|6人|10\n")
    assert [(said(r.name), said(r.target), said(r.result)) for r in form.indicators] == [("人数", "5人", "6人")]
