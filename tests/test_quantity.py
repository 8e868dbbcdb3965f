"""What a quantity is: its figure, unit, comparator and kind; what the masks keep out; any text in linear time."""

import json
import os
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import Quantity
from auditor.number import numbers
from auditor.quantity import agree, masked, periods, quantities

REPORTS = Path(os.environ.get("GOUJI_SHARED", Path(__file__).parents[2] / "shared")) / "reports"
FLAGSHIP = REPORTS / "00_huangpu_west_park_2021.txt"


def one(text: str, unit: str = "") -> Quantity:
    found = quantities(text, unit=unit)
    assert len(found) == 1, found
    return found[0]


# --- comparators ----------------------------------------------------------------------------------------------------

COMPARATORS = {
    "≥": """不少于30户 不低于30户 不小于30户 不得少于30户 不得低于30户 至少30户 最少30户 起码30户 30户以上 30户及以上
        30户（含）以上 ≥30户 ≧30户 >=30户 大于等于30户 至少走访30户 达30户以上 不下于30户 30户或以上""",
    ">": """超30户 超过30户 超过了30户 逾30户 突破30户 多于30户 高于30户 大于30户 不止30户 30余户 30多户 ＞30户 >30户
        已超30户 超出30户 30户之多""",
    "≤": """不超过30户 不高于30户 不大于30户 不多于30户 不得超过30户 至多30户 最多30户 30户以内 30户之内 30户以下
        30户及以下 控制在30户以内 控制在30户 ≤30户 ≦30户 <=30户 小于等于30户 未超过30户 最高30户 不突破30户""",
    "<": "少于30户 低于30户 小于30户 不足30户 不到30户 未达30户 未达到30户 不满30户 ＜30户 <30户",
    "≈": "约30户 大约30户 约为30户 30户左右 30户上下 大概30户 近30户 将近30户 接近30户 差不多30户 大致30户",
    "=": "30户 达30户 达到30户 共30户 为30户 =30户 ═30户 等于30户 共计30户 累计30户 达到了30户 三十户",
}
PHRASES = [(sign, phrase) for sign, phrases in COMPARATORS.items() for phrase in phrases.split()]


@pytest.mark.parametrize(("sign", "phrase"), PHRASES)
def test_every_qualifier_gives_its_comparator(sign: str, phrase: str) -> None:
    """Before the figure, after it, or as a sign."""
    found = one(phrase)
    assert (found.comparator, found.value, found.unit) == (sign, 30, "户")


@pytest.mark.parametrize(
    ("phrase", "low", "high"),
    [
        ("不少于6场", 6, None), ("4次以上", 4, None), ("超369项次", 369, None), ("不超过5次", None, 5),
        ("约53.47万m²", "53.465", "53.475"),
        ("30余家", 30, 40), ("500多人次", 500, 600), ("近百家", 90, 100), ("1-2天内", 1, 2), ("3至5个", 3, 5),
        ("10~20项", 10, 20),
        ("99.6%", "99.55", "99.65"), ("14.5个", "14.5", "14.5"), ("1.2万人", "1.15", "1.25"),
        ("100元", "99.5", "100.5"),
        ("三五个", 3, 5), ("七八百人", 700, 800), ("一至两名", 1, 2), ("5%-10%", 5, 10), ("8000-1万元", "0.8", 1),
    ],
)  # fmt: skip
def test_the_interval_is_what_the_words_allow(phrase: str, low: object, high: object) -> None:
    """Bounds are open on one side; counts are exact; what is measured or paid is known to its last digit."""
    found = one(phrase)
    wanted = tuple(None if side is None else Decimal(str(side)) for side in (low, high))
    assert (found.low, found.high) == wanted


@pytest.mark.parametrize("word", ["节约30万元", "签约30家", "附近30户", "下达30万元", "预约30人次", "集约30亩"])
def test_a_qualifier_inside_another_word_is_none(word: str) -> None:
    """节约 is no 约, 下达 no 达."""
    found = one(word)
    assert found.comparator == "="
    assert word[found.start].isdigit()


# --- figures and units ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("73,387.27万元", "73387.27", "万元"), ("７，８００，０００.００元", "7800000.00", "元"),
        ("4.52（万人）", "4.52", "万人"),
        ("27.9 %", "27.9", "%"), ("１００．０％", "100.0", "%"), ("100百分比", "100", "百分比"),
        ("6.25万m ²", "6.25", "万m²"),
        ("25.29㎡", "25.29", "㎡"), ("1600元/亩", "1600", "元/亩"), ("1000元/生.年", "1000", "元/生.年"),
        ("780元/生/年", "780", "元/生/年"),
        ("290kg/人", "290", "kg/人"), ("三百二十一户", "321", "户"), ("十二个", "12", "个"), ("两家", "2", "家"),
        ("1.2亿", "1.2", "亿"),
        ("2亿元", "2", "亿元"), ("二百万元", "200", "万元"), ("25万6千元", "256000", "元"),
        ("肆佰陸拾元", "460", "元"), ("369项次", "369", "项次"),
        ("116559册次", "116559", "册次"), ("3个百分点", "3", "个百分点"), ("5‰", "5", "‰"),
        ("三点五倍", "3.5", "倍"), ("百分之二十", "20", "%"),
        ("百分之九十五点五", "95.5", "%"), ("千分之三", "3", "‰"), ("七成", "7", "成"), ("35 名", "35", "名"),
        ("≥ | 95 | %", "95", "%"), ("-17.53", "-17.53", ""),
        ("2500万美元", "2500", "万美元"), ("35微克/立方米", "35", "微克/立方米"), ("3个工作日", "3", "个工作日"),
        ("两个月", "2", "个月"),
    ],
)  # fmt: skip
def test_a_figure_is_read_as_printed_with_its_unit(text: str, value: str, unit: str) -> None:
    """Thousands, full width, Chinese numerals, scales, blanks and brackets before the unit, compounds."""
    found = one(text)
    assert (str(found.value), found.unit) == (value, unit)
    assert (found.start, found.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "outer", "unit", "factor"),
    [
        ("2218.86", "万元", "万元", 10000), ("15", "万元", "万元", 10000), ("5万", "元", "万元", 10000),
        ("5万", "万元", "万元", 10000),
        ("100.0", "%", "%", "0.01"), ("99%", "万元", "%", "0.01"), ("7场", "万元", "场", 1),
        ("0.05", "亩", "亩", 2000), ("735", "人次", "人次", 1), ("2022", "人", "人", 1),
    ],
)  # fmt: skip
def test_a_unit_printed_elsewhere_goes_to_bare_numbers_only(text: str, outer: str, unit: str, factor: object) -> None:
    """单位：万元, 数量（万元）, a 度量单位 column."""
    found = one(text, outer)
    assert (found.unit, found.factor) == (unit, Decimal(str(factor)))


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("同比增长38.8%", "growth", "38.8"), ("较上年减少约12件", "growth", "12"),
        ("增加189.25万元", "growth", "189.25"), ("翻一番", "growth", "2"), ("翻两番", "growth", "4"),
        ("各3个", "each", "3"), ("5次*5000=25000元", "product", "25000"),
        ("20000册×25元=500000元", "product", "500000"), ("9月前", "date", "None"),
        ("7月", "date", "None"), ("2021年12月31日", "date", "202112.31"), ("2023.6.28", "date", "202306.28"),
        ("20231231日", "date", "202312.31"),
        ("12月底之前", "date", "None"), ("提高到92%", "plain", "92"), ("增加到92人", "plain", "92"),
        ("三分之二", "plain", "0.6666666666666666666666666667"),
    ],
)  # fmt: skip
def test_the_form_says_what_kind_of_expression_it_is(text: str, form: str, value: str) -> None:
    """Growth is no level, a price times a number is one value, a date of its own cell is a value."""
    found = one(text)
    assert (found.form, str(found.value)) == (form, value)


def test_a_product_shows_whether_its_result_is_right() -> None:
    """value is the printed result, low and high what the factors make."""
    wrong = one("维修费5次*5000=26000元")
    assert (wrong.value, wrong.low, wrong.high, wrong.unit) == (26000, 25000, 25000, "元")


def test_deadlines_are_ordered() -> None:
    """9月前 admits 7月 and 9月底, not 10月; a month of a year is no month of none."""
    before, july, october = one("9月前"), one("7月"), one("10月")
    assert agree(before, july) is True
    assert agree(before, october) is False
    assert agree(before, one("2021年7月5日")) is None
    assert agree(one("2021年12月31日前"), one("2021年11月底")) is True


# --- what is no quantity --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2021年度", "period"), ("至2021年底", "period"), ("2018-2022年", "period"), ("1-12月工作", "period"),
        ("截止9月底完成", "period"), ("2021", "period"),
        ("1.座谈会", "list_marker"), ("（1）总则", "list_marker"), ("2、执行", "list_marker"),
        ("财预〔2021〕101号", "document_number"), ("中发〔201834号", "document_number"),
        ("鄂财绩发[2012]5号", "document_number"), ("呼财农指【2023】10号", "document_number"),
        ("川财农〔20xx〕167号", "document_number"), ("第3批", "ordinal"), ("西区6楼", "ordinal"),
        ("附件3", "serial"), ("指标1：质量", "serial"), ("Ф160PVC", "code"), ("C25砼", "code"), ("25TB", "model"),
        ("3.0m×3.0m", "model"), ("0.6*0.6", "model"), ("粉碎机（11kw）", "model"),
        ("0838-8690022", "phone"), ("热线12345", "phone"), ("项目编码：219001", "code"),
        ("监督索引号53040001347201000", "code"), ("0-6岁儿童", "name"), ("“0-6”残疾儿童", "name"),
        ("比例6:2:2", "ratio"), ("593.27593.27448.641076%10", "glued"), ("满意度（1分）", "score"),
        ("×100%", "formula"), ("未达到90%的需说明", "template"), ("15 分÷三级指标个数", "formula"),
        ("100字以内", "template"), ("共8页", "page"), ("— 1 —", "page"),
        ("《2021年鉴》收录", "title"), ("20分*执行率", "formula"), ("前3名", "ordinal"),
    ],
)  # fmt: skip
def test_what_is_no_quantity_is_masked_with_its_reason(text: str, reason: str) -> None:
    """Nothing is silently skipped: digits are a quantity or have a reason."""
    assert quantities(text) == ()
    assert [m.reason for m in masked(text)] == [reason]


WORDS = """
一般公共预算 一起 百润捷公司 统一部署 万一 一直 一定 进一步 第一 二次开发 两卡制 十四五 一县一海一地 一批项目 一系列
一种精神 一是 二是 三公经费 三农 一事一议 两会 百日攻坚 万名党员进万家 千亩方 五保户 七一 双十一 一号文件 一二三产业
两不愁三保障 三个代表 四个意识 六个一 五位一体 十个一工程 一户一策 三支一扶 一次性补助 同一个目标 每一项工作 唯一一家
百分制 十分重视 三角洲 二楼 一期工程 二期项目 三年行动 四套班子 五级书记 六月 星期三 前三名 “三个一批” 三重一大
""".split()


@pytest.mark.parametrize("text", WORDS)
def test_words_that_look_like_numbers_give_nothing(text: str) -> None:
    """Slogans, ordinals, names: Chinese numerals count only before a measure word that counts."""
    assert quantities(text) == ()


def test_every_digit_is_in_a_quantity_or_masked() -> None:
    """The ledger of numbers is complete."""
    for path in sorted(REPORTS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for cell in line.split("\t"):
                spans = [(q.start, q.end) for q in quantities(cell)] + [(m.start, m.end) for m in masked(cell)]
                for at, c in enumerate(cell):
                    if c in "0123456789":
                        assert any(start <= at < end for start, end in spans), (cell, at)


def test_periods_are_found_with_their_words() -> None:
    """For the claim stage: which year or season a clause speaks of."""
    text = "至2021年底完成；上年结余，2022年1-12月支出，二季度持平，“十四五”期间"
    assert [period for _, _, period in periods(text)] == ["至2021年底", "上年", "2022年1-12月", "二季度", "十四五”期间"]
    assert all(text[start:end] == period for start, end, period in periods(text))


# --- any text -------------------------------------------------------------------------------------------------------

MARKS = "0123456789.,，、%％/-~()（）〔〕[]【】≥≤<>=*×《》“” \t\nm²"
WORDED = "万亿千百十一二两三五半余多几个项次人元亩至到年月日号第约超不少于以上内分之点翻番成倍共同比增长a中"
noise = st.text(st.sampled_from(MARKS + WORDED), max_size=60)


@settings(max_examples=400)
@given(st.one_of(noise, st.text(max_size=60)), st.sampled_from(["", "万元", "%", "个", "奇怪", "元/亩"]))
def test_any_text_gives_ordered_spans_that_slice_to_their_figure(text: str, unit: str) -> None:
    """No exception; in order, without overlap; figures inside their spans; masks beside them."""
    found = quantities(text, unit=unit)
    end = 0
    for q in found:
        assert end <= q.start <= q.figure_start < q.figure_end <= q.end <= len(text)
        assert text[q.figure_start : q.figure_end].strip()
        assert q.low is None or q.high is None or q.low <= q.high
        end = q.end
    taken = {at for q in found for at in range(q.start, q.end)}
    for m in masked(text, unit=unit):
        assert 0 <= m.start < m.end <= len(text)
        assert m.reason
        assert not taken & set(range(m.start, m.end)), (text, m)
    assert all(text[start:stop] == period for start, stop, period in periods(text))
    for q in numbers(text):
        assert 0 <= q.start <= q.figure_start < q.figure_end <= q.end <= len(text)


@pytest.mark.parametrize("unit", ["7", "一", "(", "万", "5万", "1.", "a"])
def test_a_megabyte_of_one_thing_is_read(unit: str) -> None:
    """Of digits, of 一, of brackets: quadratic reading would take hours."""
    text = unit * (1_000_000 // len(unit))
    assert len(quantities(text)) <= 1
    assert masked(text) or unit in "一(万a"


AWKWARD = "1,|1-|第|5个|[2021|1×|百分之|《|1 |1年|三至|(1|3/|两点|至少1|2.5个；".split("|")


@pytest.mark.parametrize("unit", AWKWARD)
def test_reading_is_linear_in_the_text(unit: str) -> None:
    """Ten times the text takes about ten times as long (a hundred times, were it quadratic)."""
    short, long = unit * (2_000 // len(unit)), unit * (20_000 // len(unit))
    for read in (quantities, periods, numbers):
        began = time.process_time()
        read(short)
        middle = time.process_time()
        read(long)
        ended = time.process_time()
        assert ended - middle < 60 * (middle - began) + 1.0, read


# --- the flagship ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not FLAGSHIP.exists(), reason="../shared/reports is not here")
def test_every_quantity_of_the_flagship_is_right_and_nothing_else_is_one() -> None:
    """137 quantities in full: span over the digits, value, unit and comparator; no year, marker, ordinal or word."""
    signs = {"eq": "=", "reach": "=≥", "ge": "≥", "gt": ">≥", "approx": "≈", "le": "≤="}
    digits = {"六": "6", "三": "3"}
    answers = FLAGSHIP.with_suffix(".quantities.jsonl").read_text(encoding="utf-8")
    gold = [json.loads(line) for line in answers.splitlines()]
    found = []
    source, at = FLAGSHIP.read_text(encoding="utf-8"), 0
    for number, line in enumerate(source.split("\n"), 1):
        for column, cell in enumerate(line.split("\t")):
            unit = "万元" if 10 <= number <= 13 or (number > 36 and column == 5) else ""
            found += [(at + q.start, at + q.end, q) for q in quantities(cell, unit=unit)]
            at += len(cell) + 1
    wanted = [g for g in gold if g["kind"] == "quantity"]
    right = 0
    for g in wanted:
        near = [q for start, end, q in found if start <= g["num_start"] and end >= g["num_end"]]
        unit = (g["unit_text"] or g["unit_implied"]).replace(" ", "")
        if len(near) != 1 or near[0].unit != unit or near[0].comparator not in signs[g["comparator"]]:
            continue
        q = near[0]
        if g["value_lo"] is not None:
            right += (q.low, q.high) == (g["value_lo"], g["value_hi"])
        else:
            right += q.value == Decimal(digits.get(g["num_text"], g["num_text"]))
    assert right >= 0.99 * len(wanted)
    assert len(found) == len(wanted)
