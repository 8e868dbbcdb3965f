"""Texts that break off, results that repeat targets or speak of plans, statuses that are denied."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from auditor import audit_text
from auditor.model import Finding
from auditor.rules import load_rules

RULES = tuple(r for r in load_rules() if r.kind in ("wording", "status", "standing"))


def form(
    result: str = "各项工作有序推进。", rows: Sequence[tuple[str, str, str]] = (), goal: str = "做好全年工作。"
) -> str:
    """A departmental form of 2023 with one narrative and some indicator rows (name, target, result)."""
    table = "".join(
        f"{name}\t{target}\t{done}\n" for name, target, done in (("走访企业", "20家", "走访企业24家"), *rows)
    )
    return (
        "部门整体支出绩效自评表\n（2023年度）\n部门名称\t青石县水利局\n年度整体目标\t整体目标完成情况\n"
        f"{goal}\t{result}\n关键指标\t预期实现值\t指标完成情况\n{table}"
    )


def findings(text: str, code: str = "") -> list[Finding]:
    return [f for f in audit_text(text, rules=RULES).findings if not code or f.rule.code == code]


# --- plans --------------------------------------------------------------------------------------------------------

PLANS = [
    "值班值守到位，计划组织2次防汛演练，物资储备充足。",
    "拟开展水质抽检4次。",
    "2023年计划召开河长会议6次。",
    "我局计划实施渠道清淤12公里。",
    "力争完成水库除险3座。",
    "预计带动农户增收320户。",
    "计划于10月完成闸门改造5处。",
    "拟修缮烈士纪念设施5处。",
    "有望建成示范站3座。",
    "将完成渠道清淤12公里。",
    "水厂扩建，预计2023年12月底完工。",
]
NO_PLANS = [
    "将完成情况纳入年度考核。",
    "将建成的3座水库移交管护。",
    "将组织架构调整为3个科室。",
    "按计划完成渠道清淤12公里。",
    "比计划提前完成水库除险3座。",
    "超计划完成造林任务320亩。",
    "计划生育奖励扶助金发放1876户。",
    "落实计划生育家庭补助320户。",
    "完成年度计划的106%。",
    "年初计划召开会议6次，实际召开8次。",
    "计划完成300户，已完成312户。",
    "原计划开展培训4期，现已开展5期。",
    "工作计划完成率100%。",
    "采购计划实施率98%。",
    "制定年度工作计划12项并全部落实。",
    "编制用水计划实施方案1份。",
    "纳入计划实施的项目8个均已开工。",
    "列入三年行动计划实施项目6个。",
    "下达投资计划完成情况良好。",
    "五年计划实施以来累计投入2.3亿元。",
    "草拟开展节水宣传的方案3份。",
    "模拟开展应急演练2次。",
    "虚拟实施平台1套投入使用。",
    "拟建设项目库入库12个。",
    "积极争取完成上级补助资金500万元的下达。",
    "争取到上级资金1200万元。",
    "争取项目6个，到位资金300万元。",
    "努力争取实现目标，全年培训8期。",
    "将渠道清淤纳入河长考核，开展督查4次。",
    "将12个村的水费收缴到位。",
    "剩余2处计划2024年6月完成。",
    "下一步计划开展水质监测12次。",
    "计划投资500万元，实际完成投资480万元。",
    "实际效果好于预期，完成验收12处。",
    "达到预期目标，完成率100%。",
    "较预计提前完成2个月。",
    "第二批“百千万人才计划”引进人才12名。",
    "实施雨露计划培训脱贫劳动力86人。",
    "教学计划完成良好，开展公开课24节。",
    "农业生产计划开展顺利。",
    "开展准备工作检查3次。",
    "计划外完成抢修4处。",
    "一带一路沿线推介活动举办2场。",
]


@pytest.mark.parametrize("text", PLANS)
def test_a_plan_in_the_place_of_a_result_is_told(text: str) -> None:
    """计划, 拟, 预计, 力争 as the verb of a clause in the result narrative or in a result cell."""
    assert len(findings(form(text), "TXT105")) == 1
    assert len(findings(form(rows=[("水利工作", "做好水利工作", text)]), "TXT105")) == 1


@pytest.mark.parametrize("text", NO_PLANS)
def test_the_word_plan_alone_is_no_plan(text: str) -> None:
    """Nouns, comparisons with the plan, plan beside fact, the outlook on next year."""
    assert [f.facts["text"] for f in findings(form(text), "TXT105")] == []


def test_a_plan_in_the_goal_is_what_goals_are() -> None:
    """Only results are held to it."""
    assert findings(form(goal="计划组织防汛演练2次。"), "TXT105") == []
    assert findings(form(rows=[("演练", "计划组织演练2次", "组织演练2次")]), "TXT105") == []


def test_a_plan_is_shown_beside_the_result_that_another_place_states() -> None:
    """The same figure about the same thing, with other words between."""
    text = form(
        "计划组织1次防汛安全演练。",
        rows=[("演练", "组织演练", "全年组织防汛演练1次"), ("会议", "召开会议", "召开会议1次")],
    )
    (found,) = findings(text, "TXT105")
    assert [e.span.quote for e in found.evidence] == ["计划组织1次防汛安全演练", "1次"]
    assert "全年组织防汛演练1次" in found.evidence[1].span.text.raw


# --- texts that break off -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "target", "result"),
    [
        ("养护质量", "路面平整，标志清晰，排水设施完好，路域环", "路面平整，标志清晰，排水设施完好，路域环境整洁。"),
        ("窗口服务", "工作人员持证上岗，服装统一，应急处", "工作人员持证上岗，服装统一，应急处置规范，无投诉。"),
        ("宣传对象", "向企业宣传政策", "向青石贸易有限公司、东坝物流（青石）有限公"),
    ],
)
def test_a_cell_that_another_text_goes_on_from_inside_a_word_is_cut(name: str, target: str, result: str) -> None:
    """The other text may stand in the same row or anywhere else."""
    text = form("向青石贸易有限公司、东坝物流(青石)有限公司等企业宣传政策。", rows=[(name, target, result)])
    assert len(findings(text, "TXT101")) == 1


WHOLE = [
    # the longer text goes on at a word border, or after a mark
    ("养护质量", "路面平整，标志清晰", "路面平整，标志清晰，排水设施完好。"),
    ("窗口服务", "做好窗口服务和咨询工作", "做好窗口服务和咨询工作12次。"),
    ("水质监测", "开展饮用水水源地监测", "开展饮用水水源地监测工作24次"),
    ("节水宣传", "开展节水宣传进校园活动", "开展节水宣传进校园活动6场"),
    ("河道清理", "完成河道清理和岸线整治", "完成河道清理和岸线整治工程8公里"),
    ("安全生产", "落实安全生产责任", "落实安全生产责任制，检查36次"),
    ("满意度", "群众对供水服务满意", "群众对供水服务满意度96%"),
    ("巡查", "开展堤防日常巡查维护", "开展堤防日常巡查维护52次。"),
    # short texts, figures, the same text
    ("渠道", "渠道", "渠道清淤12公里"),
    ("管护", "12处", "12处泵站"),
    ("验收", "按时完成竣工验收工作", "按时完成竣工验收工作"),
    ("验收率", "100%", "100%通过"),
]


@pytest.mark.parametrize(("name", "target", "result"), WHOLE)
def test_a_text_that_is_only_shorter_is_not_cut(name: str, target: str, result: str) -> None:
    """A target is often the beginning of its result."""
    found = findings(form(rows=[(name, target, result)]))
    assert [f.facts for f in found if f.rule.code in ("TXT101", "TXT102")] == []


def test_a_cell_cut_by_a_page_is_not_the_authors_fault() -> None:
    """The rest of the word stands at the head of another cell."""
    text = form(
        "全年举办节水宣传系列活动5场，群众反映好。",
        rows=[("宣传", "举办活动4场", "举办节水宣传系列活"), ("", "", "动5场")],
    )
    assert findings(text, "TXT101") == []
    assert findings(text, "TXT102") == []


def test_a_text_that_recurs_whole_is_listed_as_held() -> None:
    """Every place is shown; brackets in half and full width are the same."""
    line = "向东坝物流（青石）有限公司等6家企业宣传政策"
    report = audit_text(
        form(f"{line}。", rows=[("宣传", "宣传政策", line.replace("（", "(").replace("）", ")"))]), rules=RULES
    )
    held = [p for p in report.passes if p.rule.code == "TXT101"]
    assert [len(p.evidence) for p in held] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "联合开展4次以上安全生产检；摸清底数。安全生产检查台账齐全。",
        "督促企业限期整；办结案件12件。",
        "全年开展技术培。",
        "开展食品安全监督检。办结案件12件。",
    ],
)
def test_a_clause_that_ends_in_half_a_word_is_told(text: str) -> None:
    """By the same words elsewhere, or by a character that only begins words."""
    assert len(findings(form(text), "TXT102")) == 1


ENDS = [
    "全年开展食品抽检；办结案件12件。",
    "车辆年检；设备自检。",
    "路面平整；设施完好；水质优良。",
    "群众满意度高。",
    "做大做强；走深走实。",
    "完成系统运维。",
    "机构运转稳。",
    "资料完整；程序合规。",
    "全年无事故发生；无一起投诉。",
    "资金全部到位；任务全部完成。",
    "完成土地收储；推进片区更新。",
    "加强政府采购；严格内审。",
    "开展技术咨询；提供就业援助。",
    "惠及12个乡镇；覆盖6个县。",
    "建成12座；改造8处。",
    "开展质量认证；强化生态修复。",
    "由张维；李宣分别负责。",
    "提高执行力；增强公信力。",
    "完成机构改革；编制“三定”方案。",
    "水清；岸绿；景美。",
    "推动企业上市；引进外资。",
    "完成确权颁证；实现应保尽保。",
    "做好防汛；抗旱；供水。",
    "开展送教下乡；组织体检。",
    "全年接访；下访120次。",
    "协助纪检；配合审计。",
    "强化党建；推进廉政。",
    "完成平整；夯实。",
    "培训村医；护理员。",
    "落实禁渔；增殖放流。",
]


@pytest.mark.parametrize("text", ENDS)
def test_a_clause_that_ends_in_a_word_is_whole(text: str) -> None:
    """Short words, abbreviations and names end clauses too."""
    assert [f.facts["word"] for f in findings(form(text), "TXT102")] == []


# --- copies -------------------------------------------------------------------------------------------------------


def test_a_long_target_repeated_as_the_result_is_told() -> None:
    """Blanks, final marks and full width make no difference."""
    target = "保障城乡供水安全和水库度汛安全，确保设施正常运行"
    assert len(findings(form(rows=[("供水", target, target.replace("，", ", ") + "。")]), "TXT103")) == 1
    assert len(findings(form(f"{target}。", goal=target), "TXT103")) == 1


@pytest.mark.parametrize(
    ("target", "result"),
    [
        ("29.5亩", "29.5亩"), ("100%", "100%"), ("0件", "0件"), ("5万元", "5万元"), ("12月底前", "12月底前"),
        ("效果明显", "效果明显"), ("有效提升", "有效提升"), ("达成预期指标", "达成预期指标"), ("100%覆盖", "100%覆盖"),
        ("落实39户奖补政策", "落实39户奖补政策"), ("以当年资源为主", "以当年资源为主"), ("全天候可用", "全天候"),
        ("已完成水库除险加固并通过竣工验收", "已完成水库除险加固并通过竣工验收"),
        ("完成全县农村饮水工程维修养护169处", "完成全县农村饮水工程维修养护169处"),
        ("长期", "长期"), ("无", "无"), ("是", "是"), ("合格", "合格"), ("良好", "良好"), ("≥95%", "96%"),
        ("不少于12次", "12次"), ("90%以上", "92%"), ("≤5万元", "5万元"), ("3-5天", "4天"), ("公益性事业", "公益性事业"),
        ("显著改善", "显著改善"), ("逐步提高", "逐步提高"), ("符合相关规定", "符合相关规定"), ("25TB", "25TB"),
        ("做好水利工作", "做好水利工作，全年巡查52次"), ("确保安全", "确保安全"),
    ],
)  # fmt: skip
def test_a_figure_or_a_short_judgement_equal_to_its_target_is_met(target: str, result: str) -> None:
    """29.5亩 of 29.5亩 is a result."""
    assert findings(form(rows=[("指标", target, result)])) == []


@pytest.mark.parametrize("text", ["≥360天", "不少于12次", "95%以上", "≤5%", "至少5家"])
def test_a_bound_is_no_result(text: str) -> None:
    """≥360天 copied from the target is no value."""
    assert [f.rule.code for f in findings(form(rows=[("指标", text, text)]))] == ["TXT104"]


# --- status -------------------------------------------------------------------------------------------------------

REPORT = "青石县小流域治理项目绩效自评报告\n一、完成情况\n"


@pytest.mark.parametrize(
    "text",
    [
        "治理面积860公顷，2023年度实际基本完成。\n（一）质量指标。暂未完工。",
        "项目已全部完成。\n二、存在问题\n项目尚未完工，影响资金支付。",
        "工程已竣工。\n二、进度\n目前工程仍在施工。",
    ],
)
def test_a_project_is_not_both_finished_and_unfinished(text: str) -> None:
    """Said of the whole project in both places."""
    assert [f.rule.code for f in findings(REPORT + text + "\n")] == ["TXT106"]


STATUS = [
    "渠道工程基本完成，管护房尚未完工。",
    "主体工程已完工。\n二、存在问题\n附属绿化尚未开工。",
    "一期已全部完成，二期尚未启动。",
    "项目已完工，无未完成事项。",
    "项目已完工，未发现未完成情况。",
    "12个项目已完成，2个项目尚未完工。",
    "项目已全部完成。\n二、未完成原因\n无。",
    "杜绝未完成任务的情况，项目全部完成。",
    "已完成投资300万元，占总投资的60%，剩余部分尚未完成。",
    "设计已完成，施工尚未开工。",
    "项目尚未完工。",
    "2022年结转项目已全部完成，2023年新建项目尚未开工。",
    "任务全部完成，对未完成的单位进行通报。",
    "如项目未完成，资金收回；项目已完成。",
]


@pytest.mark.parametrize("text", STATUS)
def test_parts_of_a_project_may_stand_differently(text: str) -> None:
    """A part, another project, a denial or a condition is no contradiction."""
    assert [f.facts for f in findings(REPORT + text + "\n")] == []


def test_one_thing_finished_here_and_unfinished_there_is_told() -> None:
    """By its name, in two texts of the form."""
    rows = [("供水", "实施东山水厂改造", "东山水厂改造主体完成80%，管网尚未完工")]
    (found,) = findings(form("东山水厂改造工程已竣工，供水保证率97%。", rows=rows))
    assert found.rule.code == "TXT108"
    assert {e.span.quote for e in found.evidence} == {"东山水厂改造工程已竣工", "东山水厂改造主体完成80%，管网尚未完工"}


def test_full_payment_is_held_against_the_funds() -> None:
    """全部支付 at an execution of 64 % is told, at 99 % it holds."""
    funds = "单位：万元\n部门资金情况\t整体支出年度预算数\t500.00\t整体支出年初预算数\t500.00\n\t实际支出数\t{}\t年度调整额\t0\n年度整体目标"
    for spent, wanted in (("320.00", ["TXT107"]), ("498.60", [])):
        text = form("渠道清淤全部完成，项目资金已全部支付到位。").replace("年度整体目标", funds.format(spent), 1)
        assert [f.rule.code for f in findings(text)] == wanted


def test_all_of_the_frame_is_not_all_of_the_building() -> None:
    """主体已全部完工 beside 尚未竣工 is a stage, 工程已全面竣工 beside it is a contradiction."""
    rows = [("迁建", "推进县医院迁建工程", "县医院迁建工程装饰装修正在施工，尚未竣工")]
    assert findings(form("县医院迁建工程主体已全部完工，体检人次达标。", rows=rows)) == []
    assert findings(form("县医院迁建工程已全面竣工并投入使用。", rows=rows)) != []


def test_a_long_target_with_done_before_it_is_a_copy() -> None:
    """已 and other punctuation make no result of a target; a word on what was done does."""
    target = "健全食品安全风险排查机制，强化重点品种监督抽查"
    told = findings(form(rows=[("监管", target, "已健全食品安全风险排查机制、强化重点品种监督抽查。")]))
    assert [f.rule.code for f in told] == ["TXT103"]
    assert findings(form(rows=[("监管", target, "已健全食品安全风险排查机制，重点品种全部抽查，无不合格。")])) == []


def test_a_text_that_is_cut_in_both_columns_is_told_once() -> None:
    """The target and its copy end in the same half word."""
    told = findings(form(rows=[("体检", "加强生产安全监督检", "加强生产安全监督检")]))
    assert [f.rule.code for f in told].count("TXT102") == 1
    assert findings(form(rows=[("体检", "加强生产安全监督检查", "生产安全检查12次")])) == []


def test_goals_repeated_whole_as_results_are_told_figures_and_all() -> None:
    goal = "全年整治病险水库20座，开展安全检查300家次，推进河道清淤疏浚，保障农村饮水安全。"
    assert [f.rule.code for f in findings(form(goal, goal=goal))] == ["TXT103"]
    assert findings(form(f"已{goal}", goal=goal)) == []
    assert findings(form("整治病险水库20座。", goal="整治病险水库20座。")) == []


def test_a_long_sentence_of_the_goals_among_the_results_is_told() -> None:
    copied = "进一步完善水利工程建设管理和质量监督体系，提升水利工程运行管护水平"
    goal = f"整治病险水库20座；{copied}。"
    assert [f.rule.code for f in findings(form(f"整治病险水库22座；{copied}。", goal=goal))] == ["TXT103"]
    assert findings(form("整治病险水库22座；水利工程建设管理体系进一步完善。", goal=goal)) == []
    assert findings(form("整治病险水库22座；保障饮水安全。", goal="整治病险水库20座；保障饮水安全。")) == []


@pytest.mark.parametrize(
    "problem",
    [
        "城东泵站改造因管线迁改，预计2024年完成。", "城东泵站改造处于招标阶段。", "城东泵站改造尚未验收，影响汛期调度。",
    ],
)  # fmt: skip
def test_a_thing_finished_in_the_results_and_open_among_the_problems_is_told(problem: str) -> None:
    text = form("全年推进排涝建设，城东泵站改造已完成。") + f"存在问题\n{problem}\n"
    assert [f.rule.code for f in findings(text)] == ["TXT108"]


@pytest.mark.parametrize(
    "problem",
    [
        "城东泵站改造二期尚未开工。", "城东泵站改造部分尾款尚未完成支付。", "城西泵站改造尚未完成。",
        "城东泵站改造已于2023年完成。", "城东泵站改造未发现未完成事项。",
    ],
)  # fmt: skip
def test_other_parts_and_other_things_may_be_open(problem: str) -> None:
    text = form("全年推进排涝建设，城东泵站改造已完成。") + f"存在问题\n{problem}\n"
    assert findings(text) == []


@pytest.mark.parametrize(
    ("done", "still"),
    [
        ("档案馆新馆建设已竣工验收", "档案馆新馆建设主体封顶，正在进行内部装修"),
        ("智慧停车系统已建成投用", "智慧停车系统尚在调试，未启用"),
        ("12个老旧小区改造全部完工", "老旧小区改造完工10处，另外两处延后；老旧小区改造仍在施工"),
        ("污水处理厂提标改造已于10月完工", "污水处理厂提标改造完成80%"),
        ("两个博物馆展厅改造均已对外开放", "博物馆展厅改造因消防验收未通过，暂未开放"),
        ("隐患整改率100%", "仍有3处隐患未完成整改"),
        ("项目资金已全部拨付到位", "尚有尾款36万元未支付"),
    ],
)  # fmt: skip
def test_finished_in_the_narrative_and_open_in_a_row_is_told_in_many_words(done: str, still: str) -> None:
    told = findings(form(f"全年工作有序推进，{done}。", [("工程建设", "按期完成", still)]))
    assert [f.rule.category for f in told] == ["status_conflict"]


@pytest.mark.parametrize(
    ("done", "still"),
    [
        ("档案馆新馆建设一期已竣工验收", "档案馆新馆建设二期尚未开工"),
        ("档案馆新馆建设已竣工验收", "档案馆新馆建设年初尚未开工，经调度于11月竣工"),
        ("10个老旧小区改造完工", "老旧小区改造2个仍在施工"),
        ("档案馆新馆建设主体完工", "档案馆新馆建设正在装修"),
        ("污水处理厂提标改造已完工", "污水处理率完成80%"),
        ("隐患整改率98%", "仍有3处隐患未完成整改"),
        ("工单办结率100%", "2件信访事项未办结"),
        ("资金按进度拨付到位", "尚有尾款36万元未支付"),
        ("档案馆新馆建设已竣工验收", "档案馆新馆建设未发现未完成事项"),
    ],
)  # fmt: skip
def test_stages_counts_and_other_things_deny_nothing(done: str, still: str) -> None:
    assert findings(form(f"全年工作有序推进，{done}。", [("工程建设", "按期完成", still)])) == []


@pytest.mark.parametrize("said", ["各项绩效指标均已完成。", "12项指标全部完成。", "全部绩效目标如期实现。"])
def test_all_reached_is_denied_by_a_row_that_is_not(said: str) -> None:
    assert [f.rule.code for f in findings(form(said, [("巡河次数", "≥60次", "巡河56次")]))] == ["TXT113"]
    assert findings(form(said, [("巡河次数", "≥60次", "巡河66次")])) == []


@pytest.mark.parametrize(
    "said",
    [
        "除巡河次数外，各项指标均已完成。", "各项指标完成率93%。", "确保各项指标全部完成。", "各项指标基本完成。", "各项工作全面完成。",
        "11项指标全部完成，1项未完成。",
    ],
)  # fmt: skip
def test_all_but_one_and_all_work_are_no_claim_that_every_target_is_reached(said: str) -> None:
    assert findings(form(said, [("巡河次数", "≥60次", "巡河56次")])) == []


def test_all_in_time_is_denied_by_something_that_was_late() -> None:
    rows = [("工程按期完工率", "100%", "100%")]
    late = "存在问题\n一是东干渠整治因征地未能按期完工。\n"
    assert [f.rule.code for f in findings(form(rows=rows) + late)] == ["TXT114"]
    assert findings(form(rows=rows) + "存在问题\n一是如未能按期完工将影响灌溉。\n") == []
    assert findings(form(rows=[("投诉及时处理率", "100%", "100%")]) + late) == []
