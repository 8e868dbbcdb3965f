"""Figures that cannot be; names and years of somebody else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from auditor import audit_text
from auditor.model import Finding
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind == "plausible")


def form(result: str = "工作有序。", rows: Sequence[tuple[str, str, str]] = (), unit: str = "青石县水利局") -> str:
    table = "".join(
        f"{name}\t{target}\t{done}\n" for name, target, done in (("走访企业", "20家", "走访企业24家"), *rows)
    )
    return (
        f"部门整体支出绩效自评表\n（2023年度）\n部门名称\t{unit}\n年度整体目标\t整体目标完成情况\n"
        f"做好全年工作。\t{result}\n关键指标\t预期实现值\t指标完成情况\n{table}"
    )


def findings(text: str) -> list[Finding]:
    return list(audit_text(text, rules=RULES).findings)


def codes(text: str) -> list[str]:
    return [f.rule.code for f in findings(text)]


# --- counts -------------------------------------------------------------------------------------------------------


def test_fractions_of_things_are_one_finding_with_every_place() -> None:
    """18.5个, 14.5个, 18.5个: two values in three places."""
    rows = [("招商", "10个", "签约项目数14.5个"), ("库", "8个", "入库项目数18.5个")]
    (found,) = findings(form("签约重点项目数18.5个。", rows=rows))
    assert (found.rule.code, found.facts["count"], len(found.evidence)) == ("PLA101", "3", 3)
    assert found.arithmetic == "18.5个×2，14.5个×1"


WHOLE = [
    "满意度提高0.5个百分点。",
    "工期缩短1.5个月。",
    "培训2.5个学时。",
    "平均每村2.5人参加。",
    "人均走访1.5户。",
    "每次检查2.5个工作日。",
    "服务1.2万人次。",
    "覆盖人口4.52万人。",
    "折合全职人员3.5人。",
    "折算标准户12.5户。",
    "户均增收0.8万元，户均劳动力2.5人。",
    "师生比1比12.5人。",
    "造林29.5亩。",
    "改造管网3.75公里。",
    "较上年增加1.5倍。",
    "处理垃圾2.5吨。",
    "编制系数1.5个标准。",
    "日均接待12.5人次。",
    "工作量相当于2.5人全年。",
    "提速0.5小时。",
    "每万人拥有床位62.5张。",
    "完成投资1.5亿元。",
    "建成泵站3座、渠道12.5公里。",
    "18.0个百分点。",
    "走访企业24.0家。",
    "每户配备2.5个水表的标准。",
    "月均办件126.5件。",
    "占全县12.5个百分点。",
    "车均载客32.5人。",
    "约1.5个小时到达。",
]


@pytest.mark.parametrize("text", WHOLE)
def test_averages_conversions_and_other_units_may_have_fractions(text: str) -> None:
    """百分点, 月, 学时, 人均, 折合, 万人次 and measures."""
    assert codes(form(text)) == []
    assert codes(form(rows=[("工作", "做好工作", text)])) == []


# --- rates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"), [("群众满意度", "196%"), ("水质合格率", "102%"), ("自来水普及率", "100.5%")]
)
def test_a_share_of_a_whole_over_100_is_told(name: str, value: str) -> None:
    """In a cell and in the narrative."""
    assert codes(form(rows=[(name, "≥90%", value)])) == ["PLA102"]
    assert codes(form(f"{name}{value}。")) == ["PLA102"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("任务完成率", "106%"), ("预算执行率", "102.59%"), ("编制控制率", "108.7%"), ("收入增长率", "120%"),
        ("床位使用率", "110%"), ("设备利用率", "105%"), ("满意度目标完成率", "105%"), ("资金到位率", "110%"),
        ("投诉下降率", "120%"), ("负荷率", "130%"), ("群众满意度", "100%"), ("水质合格率", "100.0%"),
        ("满意度较上年增长", "120%"), ("参保任务完成率", "101%"), ("超额完成率", "150%"), ("产值同比增长", "205%"),
        ("资产负债比率", "120%"), ("投入产出比", "180%"), ("覆盖面", "120%"), ("合格产品增幅", "140%"),
    ],
)  # fmt: skip
def test_rates_that_measure_progress_may_exceed_100(name: str, value: str) -> None:
    """Completion, execution, growth, control, use."""
    assert codes(form(rows=[(name, "≥90%", value)])) == []


# --- money --------------------------------------------------------------------------------------------------------

REPORT = "青石县残疾人康复项目绩效自评报告\n一、项目概况\n"


def test_a_budget_of_less_than_a_yuan_a_head_is_told() -> None:
    """100元 for 230 people, with every figure in 元."""
    (found,) = findings(REPORT + "年初预算数100元，全年执行数33.78元。资助服药230人。\n")
    assert (found.rule.code, found.arithmetic) == ("PLA103", "100 / 230 = 0.43元")


@pytest.mark.parametrize(
    "text",
    [
        "年初预算数100万元，全年执行数33.78万元。资助服药230人。",
        "全年预算数1000000元，执行数337800元。资助服药230人。",
        "每人预算标准100元，执行标准33.78元。资助服药230人。",
        "年初预算数100元，全年执行数33.78元。资助服药3人。",
        "预算100万元，人均支出0.43元。服务2300000人。",
        "预算8万元，宣传册支出单价3元。发放5000人。",
        "全年预算数350元，执行数350元。",
        "执行收费标准2元。服务300人。",
    ],
)
def test_small_sums_that_are_rates_or_stand_beside_larger_units_are_right(text: str) -> None:
    """Standards, prices, few people, 万元 elsewhere."""
    assert codes(REPORT + text + "\n") == []


def test_one_telling_figure_in_two_scales_is_told() -> None:
    """260.45万元 and 260.45元."""
    assert codes(REPORT + "预算数260.45万元。\n二、使用情况\n项目支出260.45元。\n") == ["PLA104"]


@pytest.mark.parametrize(
    "text",
    [
        "预算数100万元，慰问标准100元。",
        "预算数260.45万元，支出2604500元。",
        "预算数12万元，单价12元。",
        "预算数260.45万元，支出260.45万元。",
        "预算数1200万元，每人补助1200元。",
        "预算数1250万元，补助标准为1250元。",
        "投入3600万元，生均3600元。",
    ],
)
def test_round_figures_and_standards_may_meet_in_two_scales(text: str) -> None:
    """100元 a head and 100万元 in all."""
    assert codes(REPORT + text + "\n") == []


# --- years --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["2022年共开展巡查52次", "至2022年底，共完成清淤12公里", "2022年度专家下沉坐诊1360人次", "2021年全年组织培训8期"],
)
def test_a_result_of_another_year_is_told(text: str) -> None:
    """In a form of 2023, in a text that never says 2023."""
    assert codes(form(rows=[("工作", "做好工作", text)])) == ["PLA105"]


YEARS = [
    "2023年共开展巡查52次，较2022年增加3次",
    "完成2022年度10个中心村并通过验收",
    "2022年度10个中心村通过验收",
    "2022年结转项目全部完成，清淤12公里",
    "2022年启动的水厂扩建完成投资300万元",
    "2022年栽植的苗木成活率95%",
    "比2022年提高2.5个百分点",
    "2022年完成立项，2023年完成建设",
    "2018-2022年累计清淤52公里",
    "2022年以来累计培训86期",
    "2022年10月起实行两卡制，覆盖12个村",
    "青财〔2022〕15号文件下达资金300万元",
    "2022年中央水利发展资金300万元全部支出",
    "十四五期间（2021-2025年）规划清淤120公里",
    "2022年底开工，完成60%",
    "2024年计划培训8期",
    "预计2024年完成验收",
    "在2022年基础上增加12处",
    "上年（2022年）开展巡查48次",
    "2022年批复的12处工程全部完工",
    "2022年决算公开率100%",
    "2022年度审计整改完成12项",
    "2022年存量问题办结32件",
    "2022级学员毕业86人",
    "第2022号提案办结1件",
    "2022年签订的合同完成12份",
    "2022年任务完成率100%",
    "自2022年开展试点，覆盖12个村",
    "截至2023年底，完成清淤12公里",
    "2022年新建的泵站运行良好，供水12万吨",
    "2022年遗留工程清零12处",
    "全年开展巡查52次",
]


@pytest.mark.parametrize("text", YEARS)
def test_comparisons_carry_overs_and_several_years_are_right(text: str) -> None:
    """Another year is named for many good reasons."""
    assert [f.facts for f in findings(form(rows=[("工作", "做好工作", text)]))] == []


def test_years_that_all_agree_are_listed_as_held() -> None:
    """With the head of the form and one place a text."""
    report = audit_text(
        form("2023年开展巡查52次，2023年底验收。", rows=[("工作", "做好工作", "2023年清淤12公里")]), rules=RULES
    )
    (held,) = report.passes
    assert (held.rule.code, held.facts["places"], len(held.evidence)) == ("PLA105", "4", 3)


# --- names --------------------------------------------------------------------------------------------------------

TOWN = "青石县柳溪镇人民政府"
MONEY = "2023年度收到上级转移支付426.35万元"


def test_one_sentence_under_two_names_is_told() -> None:
    """The same words and the same figure, another unit."""
    text = f"{TOWN}转移支付绩效自评报告\n一、资金\n{TOWN}{MONEY}。\n二、目标\n石桥镇人民政府{MONEY}，分解为6个项目。\n"
    assert "PLA106" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{TOWN}{MONEY}。\n二、目标\n柳溪镇人民政府{MONEY}。",
        f"{TOWN}{MONEY}。\n二、目标\n石桥镇人民政府2023年度收到上级转移支付518.20万元。",
        "东坝综合保税区管理委员会2023年度收到财政拨款426.35万元。\n二、目标\n东坝综保区管委会2023年度收到财政拨款426.35万元。",
        "柳溪镇人民政府开展工作12次。\n二、目标\n石桥镇人民政府开展工作12次。",
        f"{TOWN}{MONEY}。\n二、目标\n由石桥镇人民政府牵头建设。",
    ],
)
def test_short_names_and_other_figures_are_no_strangers(text: str) -> None:
    """Abbreviations are the same unit; another figure is another matter."""
    assert "PLA106" not in codes(f"{TOWN}转移支付绩效自评报告\n一、资金\n{text}\n")


def test_the_unit_without_its_place_is_no_stranger() -> None:
    """本项目由镇人民政府实施 names no other."""
    assert codes(form("本项目由镇人民政府实施，输出劳务215人。", unit=TOWN)) == []


def test_a_stranger_of_the_same_kind_as_the_subject_is_told() -> None:
    """石桥镇人民政府 acts in the form of 柳溪镇人民政府."""
    assert codes(form("石桥镇人民政府组织劳务输出215人。", unit=TOWN)) == ["PLA107"]


@pytest.mark.parametrize(
    "text",
    [
        "柳溪镇人民政府组织劳务输出215人。",
        "青石县人民政府批复项目12个。",
        "石桥镇人民政府协助清运垃圾32吨。",
        "石桥镇人民政府联合巡查12次。",
        "石桥镇人民政府与我镇共建道路3公里。",
        "与石桥镇人民政府联合巡查12次。",
        "石桥镇人民政府、柳溪镇人民政府召开会议2次。",
        "柳溪镇政府组织巡查12次。",
        "青石县农业农村局下达资金300万元。",
        "石桥镇人民政府委托办理事项12件。",
        "石桥村村民委员会组织巡查12次。",
        "省人民政府表彰1次。",
    ],
)
def test_other_units_may_be_named_for_what_they_do(text: str) -> None:
    """The unit itself, its superiors, partners, other kinds of units."""
    assert codes(form(text, unit=TOWN)) == []


def test_a_date_of_the_year_before_is_no_result_of_this_year() -> None:
    """Due by 2023年12月, done in 2022年11月: told; done early in the year, or another year's target: not."""
    told = findings(form(rows=[("完成时间", "2023年12月底前", "2022年11月")]))
    assert [f.facts["other"] for f in told] == ["2022"]
    for target, done in (("2023年12月底前", "2023年1月"), ("2022年12月底前", "2022年11月"), ("12月底前", "11月")):
        assert findings(form(rows=[("完成时间", target, done)])) == []


def test_a_target_and_a_result_alike_in_units_far_apart_are_told() -> None:
    """≤40万元 and 38.6元; not 386000元, and not an amount that really is small."""
    assert codes(form(rows=[("单个站点建设成本", "≤40万元", "38.6元")])) == ["PLA108"]
    assert codes(form(rows=[("单个站点建设成本", "≤40万元", "386000元")])) == []
    assert codes(form(rows=[("单个站点建设成本", "≤40万元", "9元")])) == []
    assert codes(form(rows=[("绿化面积", "≥3万平方米", "3.2万平方米")])) == []


@pytest.mark.parametrize(
    "said",
    [
        "2022年1-12月受理诉求612件。",
        "截至2022年11月，巡河任务完成98%。",
        "2021年度新建便民服务站32个并投入使用。",
        "改造提升工作有序；水厂消防改造于2022年11月底前全部完成。",
    ],
)
def test_what_was_built_in_another_year_is_told(said: str) -> None:
    assert codes(form(said)) == ["PLA105"]


@pytest.mark.parametrize(
    "said",
    [
        "2021年度新建的便民服务站32个运行平稳。",
        "2021年新建便民服务站32个，本年维护28个。",
        "一期改造于2022年11月底前全部完成。",
        "水厂于2022年11月建成，2023年新增用户800户。",
    ],
)
def test_what_older_works_did_this_year_is_right(said: str) -> None:
    assert codes(form(said)) == []


@pytest.mark.parametrize(("year", "codes"), [("2022", ["PLA105"]), ("2023", [])])
def test_the_spending_of_the_form_dated_to_the_year_before(year: str, codes: list[str]) -> None:
    """截至2022年12月31日，累计支付64.62万元 in a form of 2023 whose spending is 64.62."""
    text = (
        "2023年度项目支出绩效自评报告\n资金（万元）\t预算数\t执行数\n合计\t68.00\t64.62\n"
        f"一、项目概况\n2023年，我馆组织实施培训43期。截至{year}年12月31日，累计支付资金64.62万元，余款由财政收回。\n"
    )
    assert [f.rule.code for f in audit_text(text).findings if f.rule.code == "PLA105"] == codes
