"""Stage 2, reports in prose: chapters, their role, what stands between them."""



from __future__ import annotations

import pytest

from auditor.form import forms
from auditor.model import Form
from auditor.read import read

REPORT = """\
甲市园林局
2023年度绿化项目支出绩效自评报告
一、项目概况
（一）项目背景。为改善环境，投资80万元。
（二）绩效目标。栽树500棵，存活率95%以上。
二、绩效目标完成情况分析
（一）产出情况
1.栽植数量。栽树510棵。
2.存活率97%。
各片区情况如下：
片区\t数量（棵）\t投资（万元）
东区\t200\t30.5
西区\t310\t41.2
三、存在的问题及原因
个别地块缺水。
四、下一步改进措施
加强养护，计划补植30棵。
"""


def form_of(text: str) -> Form:
    (form,) = forms(read("report.txt", data=text.encode()))
    return form


def test_paragraphs_stand_under_their_chapters() -> None:
    """Titles are heads of the paragraphs below them and claim nothing themselves."""
    form = form_of(REPORT)
    assert [(f.heads, f.role, f.text.raw) for f in form.prose if "区" not in f.heads[0]] == [
        (("项目概况", "项目背景"), "result", "（一）项目背景。为改善环境，投资80万元。"),
        (("项目概况", "绩效目标"), "target", "（二）绩效目标。栽树500棵，存活率95%以上。"),
        (("绩效目标完成情况分析", "产出情况", "栽植数量"), "result", "1.栽植数量。栽树510棵。"),
        (("绩效目标完成情况分析", "产出情况"), "result", "2.存活率97%。"),
        (("绩效目标完成情况分析", "产出情况"), "result", "各片区情况如下："),
    ]


def test_any_table_of_a_report_is_read() -> None:
    """Figures of a table with its own heads stand under row and column, with the unit of the head."""
    form = form_of(REPORT)
    assert [(f.heads, f.unit, f.text.raw) for f in form.prose if "区" in f.heads[0]] == [
        (("东区", "数量(棵)"), "棵", "200"), (("东区", "投资(万元)"), "万元", "30.5"),
        (("西区", "数量(棵)"), "棵", "310"), (("西区", "投资(万元)"), "万元", "41.2"),
    ]  # fmt: skip


def test_issues_and_improvements_are_chapters_too() -> None:
    form = form_of(REPORT)
    assert [f.text.raw for f in form.issues] == ["个别地块缺水。"]
    assert [(f.text.raw, f.role) for f in form.improvements] == [("加强养护，计划补植30棵。", "plan")]
    assert (form.layout, form.department, form.year) == ("prose-report", "甲市园林局", 2023)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("项目绩效目标", "target"), ("年度总体目标", "target"), ("预期目标", "target"), ("绩效目标设定", "target"), ("目标完成情况", "result"),
        ("绩效目标分解下达情况", "result"), ("绩效目标实现情况分析", "result"), ("资金投入情况", "result"), ("下一年工作计划", "plan"),
    ],
)  # fmt: skip
def test_the_chapter_tells_the_role(title: str, role: str) -> None:
    """What a chapter is called says whether its figures are targets or results."""
    form = form_of(f"项目绩效自评报告\n一、{title}\n栽树500棵。\n")
    assert [f.role for f in form.prose] == [role]


def test_goal_and_result_in_one_paragraph() -> None:
    """目标:… 实际完成:… is cut in two."""
    form = form_of("绩效自评报告\n一、基本情况\n（二）绩效目标。目标:服药230人,康复39人实际完成:服药230人,康复52人。\n")
    assert [(f.role, f.text.raw) for f in form.prose] == [
        ("target", "（二）绩效目标。"), ("target", "目标:服药230人,康复39人"), ("result", "实际完成:服药230人,康复52人。"),
    ]  # fmt: skip


def test_a_table_form_inside_a_report() -> None:
    """A report with a form's table in it is one form."""
    form = form_of(REPORT.replace("四、下", "三级指标\t指标值\t完成值\n栽树\t500棵\t510棵\n四、下"))
    assert [r.name.text.raw for r in form.indicators] == ["栽树"]
    assert len(form.improvements) == 1


@pytest.mark.parametrize(
    ("line", "grade", "score"),
    [
        ("自评等级：良（评价标准：90分以上为优，80分至90分为良）", "良", None), ("自评得分：98.5分", None, "98.5分"),
        ("自评得分：96 评价等级：优", "优", "96"),
    ],
)  # fmt: skip
def test_grade_and_score_in_a_line(line: str, grade: str | None, score: str | None) -> None:
    """自评等级：良 is the grade; the standard in brackets is none."""
    form = form_of(f"绩效自评报告\n{line}\n")
    assert (form.grade and form.grade.text.raw) == grade
    assert (form.total_score and form.total_score.text.raw) == score


@pytest.mark.parametrize(
    "lead", ["年度目标为", "年度绩效目标是", "2023年度绩效目标为:", "本项目年度目标任务为"]
)
def test_a_sentence_that_sets_the_goal_is_a_target_in_any_chapter(lead: str) -> None:
    """What stands before it and after it is not."""
    form = form_of(
        f"甲市园林局2023年度绿化项目支出绩效自评报告\n一、基本情况\n管护绿地42处。{lead}栽树500棵,存活率95%以上。办公地点2处。\n"
    )
    assert [f.text.raw[-6:-1] for f in form.prose if f.role == "target"] == ["95%以上"]


def test_goals_that_are_reached_set_no_target() -> None:
    """目标完成情况 tells results."""
    form = form_of("甲市园林局2023年度绿化项目支出绩效自评报告\n一、基本情况\n栽树510棵。年度目标已完成,栽树510棵。\n")
    assert {f.role for f in form.prose} == {"result"}
