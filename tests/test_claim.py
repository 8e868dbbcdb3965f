"""What a figure counts, in which role, and how it is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.claim import claims, readable
from auditor.model import Document, Field, Form, Piece, Place, Text


def text(raw: str, start: int = 0) -> Text:
    return Text(raw, (Piece(0, start, Place(line=1)),))


def form(*fields: Field) -> Form:
    return Form(Document("x", "", "text", ()), year=2023, prose=fields)


def told(raw: str, role: str = "result", heads: tuple[str, ...] = (), unit: str = ""):
    return claims(form(Field(text(raw), "prose", role, heads, unit)))


@pytest.mark.parametrize(
    ("sentence", "measures"),
    [
        ("已召开座谈会7场，印发资料1100份", ["召开座谈会", "印发资料"]),
        ("协助12个重点项目完成注册", ["协助重点项目完成注册"]),
        ("收储土地7宗、6.25万m²", ["收储土地", "收储土地"]),
        ("摸查到期土地49块，约53.47万m²", ["摸查到期土地", "摸查到期土地"]),
        ("为1876户家庭发放扶助金225.12万元", ["家庭发放扶助金", "家庭发放扶助金"]),
        ("培训学员860人，合格率98%", ["培训学员", "合格率"]),
        ("培训学员860人合格率98%", ["培训学员", "合格率"]),
        ("完成公厕5座和桥梁8座", ["完成公厕", "桥梁"]),
        ("三是抽检农产品1260批次", ["抽检农产品"]),
        ("至2021年底，共完成洽谈项目数14.5个", ["完成洽谈项目数"]),
        ("适时开展人工增雨，全年不少于20次", ["适时开展人工增雨"]),
        ("对86户312人监测对象落实帮扶", ["对监测对象落实帮扶", "监测对象落实帮扶"]),
        ("26处工程全部通过完工验收", ["工程"]),
    ],
)
def test_the_measure_is_what_the_clause_counts(sentence, measures):
    """Before the figure, after it, or in the clause before: never the words of another figure."""
    found = [c.measure for c in told(sentence)]
    assert [m.replace("，", "") for m in found] == measures


def test_a_bare_cell_counts_what_its_head_names():
    """The row's head is the measure of a figure that stands alone."""
    (claim,) = told("100.0%", heads=("质量指标", "培训合格率"))
    assert (claim.measure, claim.words) == ("培训合格率", ("培训", "合格率"))


@pytest.mark.parametrize(
    ("sentence", "frame", "role"),
    [
        ("计划组织安全培训1次", "plan", "plan"),
        ("全年计划组织安全培训1次", "plan", "plan"),
        ("按计划组织安全培训1次", "", "result"),
        ("培训计划完成12期", "", "result"),
        ("接待游客同比增长38.8%", "growth", "result"),
        ("接待游客较上年增加5万人", "growth", "result"),
        ("女性占总人数的42%", "share", "result"),
        ("去年共培训860人", "previous", "result"),
        ("受益农户户均增收2350元", "per_unit", "result"),
        ("累计巡河1.26万人次", "cumulative", "result"),
        ("其中妇女320人", "part", "result"),
        ("培训妇女320人", "", "result"),
    ],
)
def test_how_a_figure_is_said(sentence, frame, role):
    """Plans, changes, shares and figures of another year are no plain results."""
    claim = told(sentence)[-1]
    assert (claim.frame, claim.role) == (frame, role)


def test_a_plan_goes_on_in_its_clause_until_something_is_done():
    """计划新建9座、改建5座 are two plans; 实际新建8座 is a result."""
    assert [c.role for c in told("计划新建桥梁9座、改建桥梁5座")] == ["plan", "plan"]
    assert [c.role for c in told("计划新建桥梁9座、实际新建桥梁8座")] == ["plan", "result"]


def test_a_total_after_its_parts_counts_what_they_count():
    """合计 has no words of its own; what the parts share is what it counts."""
    *_, claim = told("新建冷库12座，改造冷库5座，合计17座")
    assert claim.words == ("冷库", "合计")
    *_, other = told("新建冷库12座，改造冷库5座，合计18座")
    assert other.words != claim.words


@pytest.mark.parametrize(
    "unit", ["合计3个", "其中3个，", "计划新建9座、", "3户4人", "培训3人，合计3人，", "()3个", "每人3元"]
)
def test_what_a_claim_inherits_does_not_grow_with_the_text(unit):
    """However many figures a sentence has, each has a few words: time stays linear."""
    found = told(unit * 500)
    assert len(found) >= 500
    assert max(len(c.words) + len(c.context) for c in found) < 40
    assert max(len(c.measure) for c in found) < 80


def test_a_sign_in_a_cell_of_its_own_belongs_to_the_figure():
    """≥ | 95 | % is ≥95%."""
    (claim,) = claims(form(Field(text("95"), "indicators", "target", ("满意度",), "%", "≧")))
    quantity = claim.quantity
    assert (quantity.comparator, quantity.low, quantity.high, quantity.unit) == ("≥", 95, None, "%")


def test_markup_is_read_over_and_never_moved():
    """<p> is blank to the reader; quotes are slices of the raw text."""
    raw = "<p>召开会议7场</p>"
    (claim,) = told(raw)
    assert claim.measure == "召开会议"
    assert raw[claim.span.begin : claim.span.stop] == claim.span.quote == "7场"


def test_the_year_before_a_figure_is_its_period():
    """2022年 and 2023年 figures are told apart later by it."""
    one, two = told("完成2022年度验收10个村，2023年度验收12个村")
    assert (one.period, two.period) == ("2022年度", "2023年度")


@given(st.text(alphabet="召开会议培训场次人7 8.,，。；、（）()<p>%计划共其中\t\n约超以上", max_size=80))
def test_any_text_gives_claims_whose_spans_slice_to_their_quote(raw):
    """Nothing is lost, nothing is re-typed, nothing fails."""
    field = Field(text(raw, 5), "prose", "result")
    for claim in claims(form(field)):
        assert 0 <= claim.span.begin < claim.span.stop <= len(raw)
        assert claim.span.quote == raw[claim.span.begin : claim.span.stop]
        assert claim.clause.begin <= claim.span.begin
        assert claim.span.start == claim.span.begin + 5
    assert len(readable(field.text)) == len(raw)


@pytest.mark.parametrize(
    ("sentence", "measure", "frames"),
    [
        ("平均住院日由上年的8.1天缩短到7.9天", "平均住院日", ["previous", "per_unit"]),
        ("农村公路优良路率从83.1%提升至86.4%", "农村公路优良路率", ["previous", ""]),
        ("关注人数由年初的18.5万人增至24.1万人", "关注人数", ["previous", ""]),
    ],
)
def test_what_has_moved_from_one_figure_to_another_is_the_later_one(sentence, measure, frames):
    """The first figure is of the time before; the second counts what the first did."""
    before, now = told(sentence)
    assert now.measure == measure
    assert [before.frame, now.frame] == frames


def test_a_figure_after_to_is_no_move_without_from():
    """减至12起 says nothing of what it was."""
    (claim,) = told("事故减至12起")
    assert claim.frame == ""


def test_what_a_sentence_looks_ahead_to_is_the_period_of_all_its_figures():
    """到2025年 says when all is reached; the next sentence is of its own year."""
    figures = told("到2025年建成书房30家，接待游客1200万人次。接待游客900万人次。")
    assert [c.period for c in figures] == ["到2025年", "到2025年", ""]


@pytest.mark.parametrize(
    ("sentence", "frames"),
    [
        ("年度目标为接待观众50万人次，举办展览10个，开展活动300场以上。", ["plan", "plan", "plan"]),
        ("年度目标为举办展览10个，实际举办展览12个。", ["plan", ""]),
        ("完成年度目标的127%，举办展览12个。", ["", ""]),
        ("我局计划改造危桥25座。", ["plan"]),
        ("工作计划完成12项。", [""]),
    ],
)
def test_what_is_announced_as_a_target_is_a_plan_to_the_end_of_its_sentence(sentence, frames):
    """目标为 … , until something is done."""
    assert [c.frame for c in told(sentence)] == frames


@pytest.mark.parametrize(
    ("sentence", "frames"),
    [
        ("上年度（2022年）新建水厂4处，铺设管网97.5公里，自评得分97.6分。铺设管网120公里。", ["previous"] * 3 + [""]),
        ("去年新建水厂4处，今年新建水厂6处，铺设管网120公里。", ["previous", "", ""]),
        ("上年结转资金50万元，支出48万元。", ["previous", ""]),
        ("较上年增加水厂2处，铺设管网120公里。", ["previous", ""]),
    ],
)
def test_what_a_sentence_on_the_year_before_tells_is_of_that_year(sentence, frames):
    """Until it names this year; what is carried over is money of this one."""
    assert [c.frame for c in told(sentence)] == frames


@pytest.mark.parametrize(("between", "goes_on"), [("，\n", True), ("、\r\n", True), ("。\n", False), ("\n", False)])
def test_a_line_that_ends_behind_a_comma_goes_on(between, goes_on):
    """Manual line breaks inside a cell: 维修养护14处，⏎铺设管网128公里."""
    figures = told(f"新建供水工程6处{between}铺设管网128公里。")
    assert bool(figures[1].context) is goes_on
