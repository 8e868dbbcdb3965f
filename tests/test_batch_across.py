"""Across reports (family CRS): every rule fires on its example and not on the twin; what may look alike and is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="audit batch needs the extra [batch]")
pytest.importorskip("duckdb", reason="audit summary needs the extra [batch]")
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.batch import passages
from auditor.batch.across import across, find
from auditor.batch.questions import connect
from auditor.batch.rows import EVIDENCE
from auditor.batch.run import Options, batch
from auditor.batch.shards import Chunk
from auditor.batch.work import Job, Result, audit_chunk
from auditor.model import CATEGORIES, SEVERITIES, Rule
from auditor.rules import load_rules

RULES = {rule.code: rule for rule in load_rules() if rule.kind == "across"}
PARTS = re.compile(r"^=====\n", re.M)


def here(chunks: Iterator[Chunk], job: Job) -> Iterator[tuple[Chunk, Result]]:
    for chunk in chunks:
        yield chunk, audit_chunk(chunk, job)


def audited(at: Path, forms: str) -> Path:
    """OUT of a batch over forms that are parted by =====."""
    (at / "in").mkdir(parents=True)
    for number, form in enumerate(PARTS.split(forms.lstrip("\n"))):
        (at / "in" / f"{number}.txt").write_text(form, encoding="utf-8")
    batch(Options((str(at / "in"),), at / "out", seconds=0), here)
    return at / "out"


def told(at: Path, rule: Rule, forms: str) -> list[dict[str, Any]]:
    """What one rule says of the forms, as rows."""
    out = audited(at, forms)
    if rule.options["what"] == "failed":
        files = (out / "findings").glob("*.parquet")
        return [row for file in files for row in pq.read_table(file).to_pylist() if row["rule"] == rule.code]
    across([out], [rule])
    rows: list[dict[str, Any]] = pq.read_table(out / "across.parquet").to_pylist()
    return rows


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: f"{r.code}-{r.name}")
class TestEveryRule:
    def test_example_fires(self, tmp_path: Path, rule: Rule) -> None:
        """The example is what the rule is for; both languages are filled, every quote stands in its file."""
        rows = told(tmp_path, rule, rule.example)
        assert rows
        for row in rows:
            assert row["message"].strip()
            assert "{" not in row["message"]
            for side in row["evidence"]:
                text = Path(side["path"]).read_text("utf-8")
                assert side["quote"].strip() in text
                if side["start"] is not None:
                    assert text[side["start"] : side["end"]] == side["quote"]
        if rule.options["what"] != "failed":
            assert len(rows) == 1
            across([tmp_path / "out"], [rule], lang="en")
            (row,) = pq.read_table(tmp_path / "out" / "across.parquet").to_pylist()
            assert "{" not in row["message"]
            assert row["fingerprint"] == rows[0]["fingerprint"]

    def test_clean_twin_does_not_fire(self, tmp_path: Path, rule: Rule) -> None:
        """The twin is like it and in order."""
        assert told(tmp_path, rule, rule.clean) == []

    def test_is_documented(self, rule: Rule) -> None:
        """It says what a reviewer needs to know, in the fixed vocabulary."""
        assert (rule.category in CATEGORIES, rule.severity in SEVERITIES) == (True, True)
        assert len(rule.why) > 20

    def test_one_form_alone_says_nothing(self, rule: Rule) -> None:
        """`audit FILE` runs these rules without a finding and without a pass."""
        from auditor import audit_text

        report = audit_text(PARTS.split(rule.example.lstrip("\n"))[0], rules=[rule])
        assert (report.findings, report.passes) == ((), ())


YEARS = """部门整体支出绩效自评表
（{year}年度）
部门名称	{name}
关键指标	上年实际值	预期实现值	指标完成情况
{label}	{before}	{target}	{result}
"""


def form(
    year: int,
    before: str = "",
    target: str = "100次",
    result: str = "100次",
    label: str = "巡查",
    name: str = "青石县水利局",
) -> str:
    return YEARS.format(year=year, before=before, target=target, result=result, label=label, name=name)


class TestPrevious:
    @pytest.mark.parametrize(
        ("last", "now"),
        [
            (form(2022, result="120次"), form(2023, before="120次")),
            (form(2022, result="120次"), form(2023, before="119次", name="临湖市水利局")),  # another department
            (form(2021, result="120次"), form(2023, before="119次")),  # not the year before
            (form(2022, result="120次", label="巡河"), form(2023, before="119次")),  # another thing
            (form(2022, result="120人次"), form(2023, before="119次")),  # another unit
            (form(2022, result="12.35万元"), form(2023, before="12.3万元")),  # the same, rounded
            (form(2022, result="12.35万元"), form(2023, before="123500元")),
            (form(2022, result="120次以上"), form(2023, before="119次")),  # no exact figure
            (form(2022, result="城区60次，乡镇60次"), form(2023, before="119次")),  # two figures in a cell
        ],
    )
    def test_what_agrees_or_is_something_else_is_left_alone(self, tmp_path: Path, last: str, now: str) -> None:
        """Only the same thing, in the same unit, of the year before, stated once."""
        assert told(tmp_path, RULES["CRS101"], f"{last}=====\n{now}") == []

    @pytest.mark.parametrize("head", ["上年目标值", "上年预算数", "上年同口径数", "上年结转", "上年增幅"])
    def test_other_figures_of_last_year_are_no_result(self, tmp_path: Path, head: str) -> None:
        """A column of last year's target, budget, restated figure or growth is not what last year's report reached."""
        last, now = form(2022, result="120次"), form(2023, before="100次").replace("上年实际值", head)
        assert told(tmp_path, RULES["CRS101"], f"{last}=====\n{now}") == []

    def test_a_restated_figure_may_differ(self, tmp_path: Path) -> None:
        """上年（按调整后口径）…: the report says itself why."""
        last = form(2022, result="1000卷", target="1000卷", label="接收档案")
        now = story("青石县水利局", text="接收档案1200卷，按调整后口径上年接收档案1100卷。")
        assert told(tmp_path, RULES["CRS101"], f"{last}=====\n{now}") == []

    def test_a_form_from_the_middle_of_a_year_is_no_report(self, tmp_path: Path) -> None:
        """绩效运行监控表 of last year holds the figures of half a year."""
        last = form(2022, result="60次").replace("自评表", "运行监控表", 1)
        assert told(tmp_path, RULES["CRS101"], f"{last}=====\n{form(2023, before='120次')}") == []

    def test_a_copy_of_a_file_hides_nothing(self, tmp_path: Path) -> None:
        """The same bytes under two names are one report."""
        last, now = form(2022, result="120次"), form(2023, before="119次")
        assert len(told(tmp_path, RULES["CRS101"], f"{last}=====\n{last}=====\n{now}")) == 1

    def test_both_sides_are_shown(self, tmp_path: Path) -> None:
        """This year's words first, then last year's, with file, line and figure."""
        (row,) = told(tmp_path, RULES["CRS101"], form(2022, result="120次") + "=====\n" + form(2023, before="119次"))
        one, other = row["evidence"]
        assert (one["quote"], one["value"], one["year"], Path(one["path"]).name) == ("119次", "119", 2023, "1.txt")
        assert (other["quote"], other["value"], other["year"], Path(other["path"]).name) == (
            "120次",
            "120",
            2022,
            "0.txt",
        )
        assert row["arithmetic"] == "119次 ≠ 120次"

    def test_the_narrative_counts_too(self, tmp_path: Path) -> None:
        """上年接收档案1100卷, where last year's table says 1000."""
        last = form(2022, result="1000卷", target="1000卷", label="接收档案")
        now = story("青石县水利局", text="接收档案1200卷，上年接收档案{}卷。")
        assert told(tmp_path / "a", RULES["CRS101"], f"{last}=====\n{now.format(1100)}")
        assert not told(tmp_path / "b", RULES["CRS101"], f"{last}=====\n{now.format(1000)}")


class TestTargets:
    @pytest.mark.parametrize(
        "rows",
        [
            [("100次", "140次"), ("100次", "150次")],  # two years only
            [("100次", "140次"), ("100次", "105次"), ("100次", "150次")],  # met, not surpassed
            [("100次", "140次"), ("110次", "150次"), ("100次", "150次")],  # it moved
            [("2次", "3次"), ("2次", "3次"), ("2次", "3次")],  # one more
            [("≥95%", "99%"), ("≥95%", "99%"), ("≥95%", "99%")],  # a rate has an end
            [("≤100次", "140次"), ("≤100次", "140次"), ("≤100次", "140次")],  # less is better
        ],
    )
    def test_targets_that_may_stay(self, tmp_path: Path, rows: list[tuple[str, str]]) -> None:
        """A target that stays is told only where every year of several leaves it far behind."""
        forms = [form(2020 + n, target=t, result=r) for n, (t, r) in enumerate(rows)]
        assert told(tmp_path, RULES["CRS201"], "=====\n".join(forms)) == []

    @pytest.mark.parametrize(
        ("last", "now"),
        [
            (("100次", "120次"), ("100次", "130次")),  # not lowered
            (("100次", "80次"), ("90次", "100次")),  # last year's was missed
            (("100次", "120次"), ("90次", "92次")),  # there was less to do
            (("≤100次", "80次"), ("≤70次", "70次")),  # less is better
            (("100次", "101次"), ("95次", "100次")),  # hardly lowered
        ],
    )
    def test_targets_that_may_fall(self, tmp_path: Path, last: tuple[str, str], now: tuple[str, str]) -> None:
        """A lower target is told only where the work was no less."""
        forms = [form(2022, target=last[0], result=last[1]), form(2023, target=now[0], result=now[1])]
        assert told(tmp_path, RULES["CRS202"], "=====\n".join(forms)) == []


TEXT = "全年组织巡查126次，出动人员540人次，发现并整改问题38处，办结群众来信17件，开展业务培训6期，参训人员215人次，满意度达到96.5%。"
STORY = "部门整体支出绩效自评表\n（{year}年度）\n部门名称\t{name}\n年度整体目标\t整体目标完成情况\n{goal}\t{text}\n"


def story(name: str, year: int = 2023, text: str = TEXT, goal: str = "做好工作。") -> str:
    return STORY.format(name=name, year=year, text=text, goal=goal)


class TestCopied:
    def test_the_passage_is_quoted_from_both(self, tmp_path: Path) -> None:
        """Each side has the passage as it stands in its own file; the later report is the one to answer."""
        spaced = "造林80亩。" + TEXT.replace("，", "， ").replace("38", "３８")
        forms = story("青石县水利局", 2023, spaced) + "=====\n" + story("临湖市林业局", 2022)
        (row,) = told(tmp_path, RULES["CRS301"], forms)
        assert (row["department"], row["year"]) == ("青石县水利局", 2023)
        assert row["evidence"][0]["quote"].startswith("全年组织巡查126次， 出动")
        assert "３８处" in row["evidence"][0]["quote"]
        assert row["evidence"][1]["quote"] == TEXT.rstrip("。")

    @pytest.mark.parametrize(
        "forms",
        [
            [story("青石县水利局"), story("青石县水利局")],  # the same file twice
            [story("青石县水利局"), story("青石县水利局河道管理所", text=TEXT + "河道平稳。")],  # its own office
            [
                story("青石县水利局", text=re.sub(r"\d", "", TEXT)),
                story("临湖市林业局", text=re.sub(r"\d", "", TEXT) + "好。"),
            ],
            [story("青石县水利局", text=TEXT[:30]), story("临湖市林业局", text=TEXT[:30] + "并" * 50)],  # short
            [story(f"{place}县水利局", text=f"{place}{TEXT}") for place in "青白黄绿"],  # handed out
            [story("青石县水利局", text="做了。", goal=TEXT), story("临湖市林业局", text="做好。", goal=TEXT)],  # goals
        ],
    )
    def test_texts_that_may_be_alike(self, tmp_path: Path, forms: list[str]) -> None:
        """Without figures, too short, of one's own office, handed out to many, or goals."""
        assert told(tmp_path, RULES["CRS301"], "=====\n".join(forms)) == []

    @pytest.mark.parametrize(
        "text",
        [
            "自评得分按照以下标准确定：得分90分（含）以上为优，80分（含）至90分为良，60分（含）至80分为中，60分以下为差，一级指标权重为15分、35分、25分、25分，请按要求逐项填写并附说明。",
            "按照《预算法》第32条、《实施条例》第56条和财预〔2020〕10号、财绩〔2021〕38号文件要求，对本单位整体支出开展自评，评价期间为2023年1月1日至12月31日，评价对象为全部预算支出。",
            "预算完成率100%，资金使用合规率100%，项目验收合格率98%，工作完成及时率95%，群众满意度达到96%以上，各项指标均已完成年初设定的目标，资金使用安全规范，没有截留挪用。",
            "按照国家统一规定，基本公共卫生服务经费人均补助标准为89元，其中中央财政补助53.4元、省级财政补助17.8元、县级财政补助17.8元，经费按服务人口和考核结果及时足额拨付到位。",
            "每年出版简报12期，编印周报52期，全年365天24小时值班，按时完成月度例会12次、季度例会4次、年度总结1次，按规定公开预算和决算，接受社会各界和广大群众的监督检查。",
        ],
        ids=["instructions", "law", "rates", "standards", "calendar"],
    )  # fmt: skip
    def test_what_many_forms_say_is_not_copied(self, tmp_path: Path, text: str) -> None:
        """Printed instructions, articles and document numbers, rates, standards set by law, the months of a year: word
        for word the same in two reports, and no sign of anything."""
        for name, code, one, other in (
            ("a", "CRS301", story("青石县水利局", text=text), story("临湖市林业局", text=text + "好。")),
            ("b", "CRS302", story("青石县水利局", 2022, text), story("青石县水利局", 2023, text + "好。")),
        ):
            assert told(tmp_path / name, RULES[code], f"{one}=====\n{other}") == []

    def test_what_stands_for_years_may_be_said_again(self, tmp_path: Path) -> None:
        """The size of a house and the posts of an office are this year what they were last year."""
        text = "馆舍面积12600平方米，设阅览座席860个，藏书38万册，内设部门11个，编制46名，实有在编人员43人，总投资8600万元的新馆建成后全面开放，服务设施齐全，环境整洁有序，运行平稳。"
        forms = story("青石县图书馆", 2022, text) + "=====\n" + story("青石县图书馆", 2023, text + "好。")
        assert told(tmp_path, RULES["CRS302"], forms) == []

    def test_units_of_one_bureau_may_report_together(self, tmp_path: Path) -> None:
        """The bureau and its station, or two stations, filled in by one hand."""
        head = STORY.replace("部门名称\t{name}", "项目名称\t{project}\n实施单位\t{name}\n主管部门\t{bureau}").replace(
            "部门整体", "项目"
        )
        fill = {"year": 2023, "goal": "做好工作。"}
        one = head.format(name="青石县河道站", project="巡查", bureau="青石县水利局", text=TEXT, **fill)
        two = head.format(name="青石县水库站", project="值守", bureau="青石县水利局", text=TEXT + "好。", **fill)
        far = head.format(name="临湖市林场", project="值守", bureau="临湖市林业局", text=TEXT + "好。", **fill)
        assert told(tmp_path / "a", RULES["CRS301"], f"{one}=====\n{two}") == []
        assert told(tmp_path / "b", RULES["CRS301"], f"{one}=====\n{story('青石县水利局')}") == []
        assert told(tmp_path / "c", RULES["CRS301"], f"{one}=====\n{far}")

    def test_tags_of_a_pasted_page_are_no_letters(self) -> None:
        """<p>全年 and 全年 are the same words, and a quote never begins in the middle of a tag."""
        assert letters("<p>全年</p>巡查<br/>3<次") == "全年巡查3次"

    def test_half_a_figure_is_not_the_same_figure(self) -> None:
        """…126次 and …326次 share 26次, which neither says."""
        one, other = letters("甲" * 60 + "126次"), letters("乙" * 60 + "326次")
        assert passages._unbroken(one, other, (61, 61, 3)) == "次"
        assert passages._unbroken(one, one, (60, 60, 4)) == "126次"
        tells = passages.telling(["次", "人次"], ["12"])
        assert tells("巡查126次第38次12次540人次3次95%80人") == {"126", "540"}

    def test_years_are_compared_within_a_department(self, tmp_path: Path) -> None:
        """The same words in another department's other year are no matter of years."""
        forms = story("青石县水利局", 2022) + "=====\n" + story("临湖市林业局", 2023)
        assert told(tmp_path, RULES["CRS302"], forms) == []

    @settings(max_examples=60, deadline=None)
    @given(
        st.text("甲乙丙丁1234，。", max_size=60), st.text("戊己庚辛5678，。", max_size=60),
        st.text("甲乙丙丁戊己庚辛1234567890", min_size=80, max_size=120), st.text("子丑寅卯90", max_size=60),
    )  # fmt: skip
    def test_a_passage_is_found_wherever_it_stands(self, before: str, other: str, passage: str, after: str) -> None:
        """Any passage that two texts share has fingerprints in common and is found at its full length."""
        one, two = letters(before + passage + after), letters(other + passage)
        found = passages.runs(one, two, 60)
        assert any(length >= len(passage) for _, _, length in found)
        assert all(one[a : a + n] == two[b : b + n] and n >= 60 for a, b, n in found)
        inside = {int(h) for h in passages.prints(passage)}
        assert inside <= {int(h) for h in passages.prints(before + passage + after)}


def letters(text: str) -> str:
    return passages.letters(text)[0]


PROJECT = """项目支出绩效自评表
（{year}年度）
项目名称	{project}
主管部门	{name}
项目资金（万元）		年初预算数	全年预算数	全年执行数
	年度资金总额	160.00	160.00	{spent}
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值
	产出指标	数量指标	保洁河段	12段	{result}
"""


def sheet(
    spent: str = "152.40", result: str = "12段", year: int = 2023, project: str = "河道保洁", name: str = "青石县水利局"
) -> str:
    return PROJECT.format(spent=spent, result=result, year=year, project=project, name=name)


class TestFigures:
    @pytest.mark.parametrize(
        "other",
        [
            sheet("125.40", year=2022), sheet("125.40", project="湖面保洁"), sheet("125.40", name="临湖市水利局"),
            sheet("152.4"), sheet("152"), sheet(result="12段以上"), sheet(result="东区11段，西区1段"),
        ],
    )  # fmt: skip
    def test_other_projects_and_the_same_figures_are_left_alone(self, tmp_path: Path, other: str) -> None:
        """The same project, department and year; figures that cannot be one another's rounding."""
        assert told(tmp_path, RULES["CRS401"], f"{sheet()}=====\n{other}") == []

    def test_rows_count_as_well_as_funds(self, tmp_path: Path) -> None:
        """A result of the same name that differs."""
        (row,) = told(tmp_path, RULES["CRS401"], f"{sheet()}=====\n{sheet(result='11段')}")
        assert "“保洁河段”" in row["message"]
        assert row["arithmetic"] == "12段 ≠ 11段"

    def test_the_report_counts_as_well_as_the_form(self, tmp_path: Path) -> None:
        """全年执行数 in the text of a report, against the form's."""
        head = "河道保洁项目支出绩效自评报告\n（2023年度）\n项目名称\t河道保洁\n主管部门\t青石县水利局\n"
        report = head + "一、项目概况\n本项目由县财政安排资金，全年预算数160万元，全年执行数{}万元，资金使用规范。\n"
        assert told(tmp_path / "a", RULES["CRS401"], f"{sheet()}=====\n{report.format('125.40')}")
        assert not told(tmp_path / "b", RULES["CRS401"], f"{sheet()}=====\n{report.format('152.40')}")

    def test_files_that_agree_in_nothing_else_are_about_two_parts(self, tmp_path: Path) -> None:
        """One project in two districts: other funds, other results."""
        other = sheet("80.00", "9段").replace("160.00", "85.00")
        assert told(tmp_path, RULES["CRS401"], f"{sheet()}=====\n{other}") == []

    @pytest.mark.parametrize("title", ["绩效运行监控表", "绩效目标申报表"])
    def test_a_form_of_another_moment_is_no_conflict(self, tmp_path: Path, title: str) -> None:
        """What was spent by July, or was to be spent."""
        other = sheet("80.00").replace("支出绩效自评表", title, 1)
        assert told(tmp_path, RULES["CRS401"], f"{sheet()}=====\n{other}") == []

    def test_a_form_for_each_of_many_units_is_no_conflict(self, tmp_path: Path) -> None:
        """More files than `most`: each is about its part."""
        forms = [sheet(f"{n}.00") for n in range(10, 14)]
        assert told(tmp_path, RULES["CRS401"], "=====\n".join(forms)) == []


def test_sides_have_the_columns_of_findings(tmp_path: Path) -> None:
    """Evidence across reports is evidence as in the findings, with the report it stands in."""
    (row,) = told(tmp_path, RULES["CRS401"], RULES["CRS401"].example)
    assert set(EVIDENCE) | {"path", "department", "year"} == set(row["evidence"][0])


def test_new_results_take_the_old_word_back(tmp_path: Path) -> None:
    """across.parquet is gone as soon as anything it was made from changes."""
    out = audited(tmp_path, RULES["CRS401"].example)
    assert across([out]) == 1
    batch(Options((str(tmp_path / "in"),), out, seconds=0), here)
    assert (out / "across.parquet").exists()
    (tmp_path / "in" / "1.txt").write_text(sheet(), encoding="utf-8")
    batch(Options((str(tmp_path / "in"),), out, seconds=0), here)
    assert not (out / "across.parquet").exists()


def test_several_results_are_taken_together(tmp_path: Path) -> None:
    """Last year's OUT and this year's."""
    last, now = PARTS.split(RULES["CRS101"].example.lstrip("\n"))
    outs = [audited(tmp_path / "last", last), audited(tmp_path / "now", now)]
    assert across(outs, [RULES["CRS101"]]) == 1
    assert [len(list(find(connect(outs), RULES["CRS101"])))] == [1]
