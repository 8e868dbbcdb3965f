"""Tables of their own between those of a form, tasks with money, heads in two rows, names with figures beside them."""

from __future__ import annotations

from auditor import audit_text
from auditor.form import forms
from auditor.model import Field, Form
from auditor.read import read


def form_of(text: str) -> Form:
    return forms(read("form.txt", text.encode()))[0]


def said(field: Field | None) -> str:
    return field.text.raw if field else ""


def loud(text: str) -> list[str]:
    return [f.rule.code for f in audit_text(text).findings if f.severity in ("major", "moderate")]


TABLE = (
    "项目支出绩效自评表\n（2023年度）\n项目名称\t乡村公厕改造\n"
    "三级指标\t年度指标值\t实际完成值\t分值\t得分\n改造公厕数量\t16座\t14座\t50\t43.75\n群众满意度\t≥90%\t92%\t50\t50\n"
    "{caption}街道\t计划\t已完工\t未完工点位\n东城\t5\t5\t\n西城\t11\t9\t两处\n合计\t16\t14\t2座\n"
)


def test_a_table_below_its_own_caption_is_no_row_of_the_indicators() -> None:
    """公厕改造分街道情况（座）: its figures are claims of the text, in the unit of the caption."""
    for caption in ("公厕改造分街道情况（座）\n", "公厕改造分街道情况（座）\t\t\t\n"):
        form = form_of(TABLE.format(caption=caption))
        assert [said(r.name) for r in form.indicators] == ["改造公厕数量", "群众满意度"]
        told = {f.heads: (said(f), f.unit, f.role) for f in form.prose}
        assert told["西城", "已完工"] == ("9", "座", "result")
        assert told["西城", "计划"] == ("11", "座", "plan")
        assert not any(code.startswith("OMI") for code in loud(TABLE.format(caption=caption)))


def test_rows_below_a_level_stay_rows_of_the_indicators() -> None:
    """A row of words below a single cell is no head of another table."""
    form = form_of(
        "项目支出绩效自评表\n指标名称\t指标值\t完成值\n产出指标情况\t\t\n数量指标\t培训班期数\t按期举办\n培训人次\t≥5人\t6人\n培训期数\t3期\t3期\n"
    )
    assert {"培训人次", "培训期数"} <= {said(r.name) for r in form.indicators}


def test_a_serial_number_names_no_row() -> None:
    """序号 | 支出内容 | 预算 | 执行: the second column names the row, and 合计 stands in the first."""
    form = form_of(
        "项目支出绩效自评表\n项目名称\t保洁\n三级指标\t指标值\t完成值\n保洁面积\t3亩\t3亩\n经费使用明细（万元）\n"
        "序号\t支出内容\t预算\t执行\t备注\n1\t服务外包\t12.5\t12.5\t\n2\t车辆购置\t4.1\t4.0\t\n合计\t\t16.6\t16.5\t\n"
    )
    told = {f.heads: (said(f), f.unit) for f in form.prose}
    assert told["服务外包", "执行"] == ("12.5", "万元")
    assert told["合计", "执行"] == ("16.5", "万元")


TASKS = (
    "部门整体支出绩效自评表\n（2023年度）\n二、资金情况（万元）\n项目\t年初预算\t调整后预算\t实际支出\t执行率\n基本支出\t50.00\t50.00\t50.00\t100%\n"
    "项目支出\t100.00\t100.00\t96.00\t96%\n合计\t150.00\t150.00\t146.00\t97.33%\n四、重点任务完成情况\n"
    "重点任务\t计划内容\t完成内容\t预算安排（万元）\t支出（万元）\t支出率\n救助\t活动24场\t活动26场\t60.00\t58.00\t96.67%\n"
    "养老\t床位180张\t床位186张\t40.00\t38.00\t95%\n合计\t\t\t100.00\t{total}\t96%\n"
)


def test_tasks_with_money_are_tasks_and_no_rows_of_the_funds() -> None:
    """重点任务 | 计划内容 | 完成内容 | 预算 | 支出: goal, result and money of each; the unit may stand in a chapter title."""
    form = form_of(TASKS.format(total="96.00"))
    assert [(said(t.name), said(t.goal), said(t.result)) for t in form.tasks] == [
        ("救助", "活动24场", "活动26场"), ("养老", "床位180张", "床位186张"),
    ]  # fmt: skip
    assert loud(TASKS.format(total="96.00")) == []
    assert "SUM111" in loud(TASKS.format(total="69.00"))


def test_heads_divided_in_the_row_below_them() -> None:
    """批复金额 over 总额 | 财政拨款 | 其他资金: the total stands for the group, the parts for themselves."""
    form = form_of(
        "部门整体支出绩效自评表\n部门名称\t某局\n任务名称\t主要内容\t批复金额（万元）\t\t\t实际支出金额（万元）\t预算执行率\t偏低原因\n"
        "\t\t总额\t财政拨款\t其他资金\t\t\t\n改造\t改造6所\t200.00\t150.00\t50.00\t180.00\t90%\t\n"
        "资助\t资助30人\t100.00\t100.00\t\t60.00\t60%\t主体尚未完工\n合计\t\t300.00\t250.00\t50.00\t240.00\t80%\t\n"
    )
    money = {(a.term, a.row): said(a.field) for a in form.amounts}
    assert money["spent", "改造"] == "180.00"
    assert money["execution_rate", "tasks"] == "80%"
    assert [said(t.funds) for t in form.tasks] == ["200.00", "100.00"]
    assert "主体尚未完工" in [said(f) for f in form.prose]


def test_goals_of_other_years_are_put_aside() -> None:
    """财政年度 | 目标 | 实际完成情况: only the row of the form's year tells goals and results."""
    form = form_of(
        "部门整体支出绩效自评表\n（2023年度）\n财政年度\t目标\t实际完成情况\n2023\t新建4所\t新建4所，投入使用\n2024\t新建6所\t---\n"
    )
    assert [said(f) for f in form.goals] == ["新建4所"]
    assert [said(f) for f in form.results] == ["新建4所，投入使用"]


def test_goals_and_results_one_to_the_left_of_their_heads() -> None:
    """The merged label of the block is not said again below it."""
    form = form_of(
        "项目支出绩效自评表\n年度总体目标 | 预期目标 | 实际完成情况 ||\n施划标线不少于6万平方米，新增信号灯路口15处。 | 全年施划标线7万平方米，新增信号灯路口15处。 ||\n"
    )
    assert [said(f)[:4] for f in form.goals + form.results] == ["施划标线", "全年施划"]


def test_names_with_their_figures_are_claims_of_the_text() -> None:
    """教职工（人） | 3058 | 其中：专任教师 | 2874: a name without a unit has that of the one before it."""
    form = form_of("部门整体支出绩效自评表\n四、机构和人员情况\n教职工（人）\t3058\t其中：专任教师\t2874\t其他人员\t184\n")
    assert [(f.heads, said(f), f.unit) for f in form.prose] == [
        (("教职工(人)",), "3058", "人"), (("其中:专任教师",), "2874", "人"), (("其他人员",), "184", "人"),
    ]  # fmt: skip


def test_a_pipe_that_begins_a_line_is_a_blank_cell_where_other_lines_begin_without_one() -> None:
    """Blank cells at the end of a line do not tell otherwise."""
    form = form_of(
        "项目支出绩效自评表\n项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 执行率 | 分值 | 得分\n"
        " | 年度总金额 | 24.00 | 25.00 | 24.50 | 98% | 10 | 9.8\n | 其中：市级资金 | 3.00 | 4.00 | 3.50 | 87.5% | |\n"
    )
    money = {(a.term, a.row): said(a.field) for a in form.amounts}
    assert money["spent", "total"] == "24.50"
    assert money["year_budget", "municipal"] == "4.00"


def test_columns_of_two_years_are_two_columns() -> None:
    """2023年事故起数 | 2022年事故起数: heads that differ by their year alone."""
    form = form_of(
        "项目支出绩效自评表\n（2023年度）\n三级指标\t指标值\t完成值\n事故起数\t≤320起\t298起\n分季度事故情况\t\t\n"
        "季度\t2023年事故起数\t2022年事故起数\n上半年\t149\t170\n下半年\t149\t171\n全年\t298\t341\n"
    )
    assert [said(r.name) for r in form.indicators] == ["事故起数"]
    assert {f.heads: said(f) for f in form.prose}["全年", "2022年事故起数"] == "341"


def test_a_sentence_alone_in_its_row_is_no_level_of_the_indicators() -> None:
    """Below the total of a sheet a note stands in one merged cell: it is read as text."""
    note = "说明：全镇共有公厕16座，本年改造14座，其余2座因拆迁暂缓。"
    for row in (note + "\t\t\t\t\n", note + "\n"):
        form = form_of(TABLE.format(caption="")[: TABLE.index("{caption}")] + row)
        assert said(next(f for f in form.prose)) == note
    level = form_of(TABLE.format(caption="")[: TABLE.index("{caption}")] + "效益指标\t\t\t\t\n受益人口\t10人\t12人\t5\t5\n")
    assert not level.prose


def test_radicals_in_a_copied_text_are_the_characters_they_look_like() -> None:
    """The fonts of many a PDF say ⻔ for 门, ⾯ for 面, ⼾ for 户; what is quoted stays as it is printed."""
    plain = TABLE.format(caption="").replace("群众满意度", "住户满意度")
    odd = plain.replace("户", "⼾").replace("面", "⾯").replace("目", "⽬").replace("一级", "⼀级")
    assert [said(r.name) for r in form_of(odd).indicators] == ["改造公厕数量", "住⼾满意度"]
    assert loud(odd) == loud(plain)


ANNEX = TABLE.format(caption="").split("街道")[0] + "附件2  分街道公厕改造情况表\n街道\t改造（座）\t投资（万元）\n东城\t5\t12.5\n西城\t9\t22.5\n合计\t{}\t35.0\n"


def test_a_table_with_a_title_of_its_own_behind_the_only_form_is_its_annex() -> None:
    """Its figures are held against the form's, and it is no file that cannot be told for a form."""
    (form,) = forms(read("form.txt", ANNEX.format(14).encode()))
    assert ("东城", "改造(座)") in {f.heads for f in form.prose}
    report = audit_text(ANNEX.format(14))
    assert "RUN103" not in [f.rule.code for f in report.findings]
    assert len([p for p in report.passes if p.rule.code == "SUM112"]) == 2


def test_a_second_form_behind_the_first_stays_one_of_its_own() -> None:
    assert len(forms(read("form.txt", (TABLE.format(caption="") + TABLE.format(caption="")).encode()))) == 2


def test_a_numbered_list_of_projects_is_no_funds_block() -> None:
    """序号 | 项目名称 | 全年预算数 | 执行数 | 执行率: every row is a project's, and 合计 is of what is listed."""
    text = (
        "项目支出绩效自评汇总表\n单位：万元\n序号\t项目名称\t全年预算数\t全年执行数\t执行率\n1\t改厕\t235.60\t233.24\t99.00%\n"
        "2\t修路\t186.48\t180.00\t96.53%\n合计\t\t422.08\t{}\t97.91%\n"
    )
    form = form_of(text.format("413.24"))
    assert not form.amounts
    assert ("修路", "全年执行数") in {f.heads for f in form.prose}
    assert not loud(text.format("413.24"))
    assert "SUM112" in loud(text.format("431.24"))


STACKED = (
    "项目支出绩效自评表\n项目名称\t助学\n三级指标\t指标值\t完成值\n资助人次\t≥500人次\t520人次\n分县情况\n"
    "县区\t受助学生\t\t\t\t合计\t\n\t小学\t\t初中\t\t\t\n\t人次\t金额（万元）\t人次\t金额（万元）\t人次\t金额（万元）\n"
    "东县\t120\t12.5\t100\t15.0\t220\t27.5\n西县\t160\t16.5\t140\t21.0\t300\t37.5\n合计\t280\t29.0\t240\t36.0\t{}\t65.0\n"
    "备注：小学按每人每年1000元发放。\t\t\t\t\t\t\n"
)


def test_heads_over_three_rows_name_every_column() -> None:
    """受助学生 over 小学 and 初中, over 人次 and 金额; 县区 and 合计 reach down; told by merged cells or by blanks."""
    head = "<tr><td rowspan=3>县区<td colspan=4>受助学生<td colspan=2 rowspan=2>合计<tr><td colspan=2>小学<td colspan=2>初中"
    text = STACKED.format(520)
    above, rows = text[: text.index("县区")], text[text.index("\t人次\t金额") + 1 :].splitlines()
    merged = "".join("<tr><td>" + row.replace("\t", "<td>") for row in rows)
    paragraphs, table = above.splitlines()[:1], "".join("<tr><td>" + x.replace("\t", "<td>") for x in above.splitlines()[1:])
    page = f"<html><body><p>{paragraphs[0]}</p><table>{table}</table><p></p><table>{head}{merged}</table></body></html>"
    for document in (read("form.txt", text.encode()), read("x", page.encode())):
        (form,) = forms(document)
        told = {f.heads: (said(f), f.unit) for f in form.prose}
        assert told["东县", "受助学生小学人次"] == ("120", "")
        assert told["西县", "受助学生初中金额(万元)"] == ("21.0", "万元")
        assert told["合计", "合计金额(万元)"] == ("65.0", "万元")
        assert not form.unread
    assert "SUM112" in loud(STACKED.format(502))
    assert not loud(STACKED.format(520))


def test_the_title_of_the_next_form_in_the_same_sheet_ends_the_indicators() -> None:
    """Copied from one sheet: what stands below the second title is its head, not rows of the first form."""
    one = TABLE.format(caption="").split("街道")[0]
    rows = [line + "\t" * (4 - line.count("\t")) for line in one.splitlines()]
    _, second = forms(read("form.txt", ("\n".join(rows) + "\n" + "\n".join(rows).replace("公厕", "农厕")).encode()))
    assert "乡村农厕改造" in {said(f) for f in second.header}
    assert not second.unread


def test_a_name_gives_its_bare_figures_their_unit() -> None:
    """资助人次 | ≥17000 | 17368 are 人次; where the text counts in 万, a small figure may be 万 too; 86.4 and 98% are no counts."""
    text = "项目支出绩效自评表\n项目名称\t助学\n三级指标\t年度指标值\t实际完成值\n{}\t{}\n一、完成情况\n2023年{}。\n"
    cases = [
        (("资助学生人次", "≥17000\t17368", "资助学生17638人次"), "人次", True),
        (("资助学生人次", "≥17000\t17368", "资助学生17368人次"), "人次", False),
        (("接待群众人次", "≥80\t86", "接待群众86万人次"), "", False),
        (("接待群众人次", "≥80\t86.4", "接待群众86.4万人次"), "", False),
        (("受益户数（户）", "≥80\t86", "受益86户"), "", False),
    ]
    for case, unit, told in cases:
        (row,) = form_of(text.format(*case)).indicators
        assert row.result is not None
        assert row.result.unit == unit or "（户）" in case[0]
        assert ("AGR101" in loud(text.format(*case))) is told


def test_the_year_and_the_office_of_a_form_are_those_of_its_title() -> None:
    """Not a year of the page that it was saved from, nor the station that carries the project out."""
    body = TABLE.format(caption="").split("\n", 2)[2].replace("项目名称", "实施单位\t城东保洁站\n项目名称", 1)
    form = form_of("2022年度\n2024年度\n石门市城管局2023年度乡村公厕改造项目绩效自评报告\n" + body)
    assert (form.year, form.department) == (2023, "石门市城管局")
    assert form_of("（2022年度）\n项目支出绩效自评表\n" + body).year == 2022
