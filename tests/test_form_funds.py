"""Funds blocks of other layouts: heads of the year itself, several tables, a head over the names, titles within a form."""

from __future__ import annotations

from auditor import audit_text
from auditor.model import Form
from auditor.rules import load_rules

RATIOS = tuple(r for r in load_rules() if r.kind in ("ratio", "add"))


def form(text: str) -> Form:
    return audit_text(text, rules=()).form


def cells(text: str) -> dict[tuple[str, str], str]:
    return {(a.term, a.label): a.field.text.raw for a in form(text).amounts}


HEAD = "某区图书馆2023年度部门整体绩效自评表\n（金额单位：万元）\n"
MONEY = (
    "预算科目\t上年决算\t本年年初预算\t本年调整预算\t本年决算\t比上年增减额\n"
    "图书流通\t180.40\t200.00\t210.00\t205.80\t25.40\n馆舍维护\t96.10\t90.00\t90.00\t88.20\t-7.90\n"
    "合计\t276.50\t290.00\t300.00\t294.00\t17.50\n"
)
SORTS = "项目\t上年决算数\t本年预算数\t本年决算数\n公务接待费\t1.20\t1.50\t1.05\n公务用车运行维护费\t6.40\t6.50\t6.15\n合计\t7.60\t8.00\t7.20\n"
RATE = "三级指标\t目标值\t实际值\t权重\t得分\n预算执行率\t≥95%\t{}\t10\t10\n借阅册次\t≥8万册次\t9万册次\t10\t10\n"


def test_heads_of_this_year_are_terms_and_those_of_the_year_before_are_not() -> None:
    told = cells(HEAD + MONEY)
    assert told["initial_budget", "合计"] == "290.00"
    assert told["year_budget", "合计"] == "300.00"
    assert told["spent", "合计"] == "294.00"
    assert "276.50" not in told.values()


def test_table_of_one_sort_of_spending_does_not_hold_the_money_of_the_form() -> None:
    """294 / 300 is the rate, not 7.20 / 8.00, whichever table comes first."""
    for tables in (MONEY + "三、“三公”经费\n" + SORTS, SORTS + "三、预算执行\n" + MONEY):
        totals = [a.field.text.raw for a in form(HEAD + tables).amounts if a.row == "total" and a.term == "spent"]
        assert totals == ["294.00"]

        def rules(rate: str, tables: str = tables) -> list[str]:
            return [f.rule.code for f in audit_text(HEAD + tables + "\n" + RATE.format(rate), rules=RATIOS).findings]

        assert rules("98%") == []
        assert rules("90%") == ["RAT104"]


def test_head_over_the_names_of_the_rows_does_not_make_funds_indicators() -> None:
    text = (
        "项目支出绩效自评表\n项目名称\t路灯维护\n指标\t年初预算数\t全年预算数（A）\t全年执行数（B）\t分值\t执行率（B/A）\t得分\n"
        "年度资金总额\t80\t90\t81\t10\t90%\t9\n其中：财政拨款\t80\t90\t81\t—\t90%\t—\n"
    )
    for said in (text, text.replace("\t", "\n")):
        assert not form(said).indicators
        assert cells(said)["spent", "年度资金总额"] == "81"


def test_title_of_the_next_table_begins_no_form() -> None:
    """绩效指标表, below the goals; the title of another project's form does begin one."""
    text = "{}自评表\n项目名称\t路灯维护\n资金情况（万元）\t年初预算数\t全年预算数\t全年执行数\n年度资金总额\t80\t90\t81\n{}\n" + RATE.format("90%")
    whole = audit_text(text.format("项目支出绩效", "绩效指标表"), rules=()).forms
    assert [len(f.indicators) for f in whole] == [2]
    assert len(audit_text(text.format("项目支出绩效", "桥梁养护项目绩效自评表"), rules=()).forms) == 2


def test_money_not_spent_is_the_balance_and_not_the_spending() -> None:
    told = cells("项目支出绩效自评表\n资金情况（万元）\t年初预算数\t追加\t调整后预算\t实际支出\t未执行金额\n总额\t80\t10\t90\t81\t9\n")
    assert told["balance", "总额"] == "9"
    assert told["adjustment", "总额"] == "10"
    assert told["spent", "总额"] == "81"


def test_label_of_the_block_with_figures_is_its_total() -> None:
    told = form(
        "某乡2022年度部门整体支出绩效自评表\n项目\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n"
        "年度预算申请（万元）\t805\t824\t803.41\t10\t97.50%\t9.75\n按收入性质分：\t\t\t按支出性质分：\n"
        "其中：一般公共预算\t805\t其中：基本支出\t482.36\n政府性基金拨款\t0\t项目支出\t321.05\n"
    )
    cells = {(a.term, a.row): (a.field.text.raw, a.field.unit) for a in told.amounts}
    assert cells["spent", "total"] == ("803.41", "万元")
    assert cells["expenditure", "basic"] == ("482.36", "万元")


NUMBERED = (
    "某校2022年度部门整体支出绩效自评表\n单位：元\n项目\t年初预算\t调整预算\t决算支出\t完成率（%）\n"
    "一、基本支出\t1500\t1620\t1620\t100.00\n1.工资福利支出\t1300\t1410\t1410\t100.00\n2.商品和服务支出\t200\t210\t210\t100.00\n"
    "二、项目支出\t800\t900\t846\t94.00\n1.校舍维修\t500\t600\t546\t{}\n2.教师培训\t300\t300\t300\t100.00\n支出合计\t2300\t2520\t{}\t97.86\n"
)


def test_numbered_rows_have_the_names_they_number() -> None:
    rows = {a.row for a in form(NUMBERED.format("91.00", "2466")).amounts}
    assert {"basic", "project", "total"} <= rows
    codes = [f.rule.code for f in audit_text(NUMBERED.format("91.00", "2446"), rules=RATIOS).findings]
    assert codes == ["SUM102"]
    assert not audit_text(NUMBERED.format("91.00", "2466"), rules=RATIOS).findings


def test_total_row_a_column_off_its_heads_is_read_in_the_order_of_all_forms() -> None:
    head = "项目支出绩效自评表\n项目名称\t路灯维护\n三级指标\t目标值\t实际值\t分值\t得分\t偏差原因\n路灯数\t≥80盏\t90盏\t100\t98\t\n"
    for row in ("总分\t\t\t100\t98\n", "总分\t\t\t\t100\t98\n"):
        told = form(head + row)
        assert told.total_weight is not None
        assert told.total_score is not None
        assert (told.total_weight.text.raw, told.total_score.text.raw) == ("100", "98")
