"""The report as one HTML file: self-contained, inert, complete without scripts. tests/test_browser.py uses it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html import escape

import pytest
import samples
from lxml import html
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from auditor.model import (
    Cell,
    Document,
    Evidence,
    Finding,
    Form,
    Paragraph,
    Pass,
    Piece,
    Place,
    Report,
    Span,
    Table,
    Text,
    Unchecked,
)  # fmt: skip
from auditor.report import View, render
from auditor.report.paper import flat
from auditor.report.quote import inert

KINDS = ("text", "docx", "xlsx", "pdf")


def page(*reports: Report, lang: str = "zh") -> str:
    drawn = render(reports, "html", View(lang=lang, several=len(reports) > 1))
    assert isinstance(drawn, str)
    return drawn


def tree(*reports: Report, lang: str = "zh") -> html.HtmlElement:
    return html.document_fromstring(page(*reports, lang=lang))


def told(node: html.HtmlElement) -> str:
    return str(node.text_content())


def pieces(root: html.HtmlElement, at: str) -> list[html.HtmlElement]:
    first, last = map(int, at.split("-"))
    return [root.get_element_by_id(f"m{number}") for number in range(first, last + 1)]


class HtmlFile(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "html"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page(lang: str, snapshot: SnapshotAssertion) -> None:
    """The whole body, in both languages. (Style and script stand in files of their own.)"""
    body = page(samples.settled(), lang=lang).partition("<body>")[2]
    assert body == snapshot(extension_class=HtmlFile)


@pytest.mark.parametrize("reports", [[samples.report()], [samples.report(), samples.clean()]], ids=["one", "several"])
def test_nothing_is_fetched(reports: list[Report]) -> None:
    """No address outside the file, no inline handler or style; the policy names the style and the script by hash."""
    text = page(*reports)
    root = tree(*reports)
    assert not root.xpath("//link | //img | //iframe | //object | //embed | //base | //form | //*[@src] | //*[@style]")
    assert all(href.startswith("#") for href in root.xpath("//@href"))
    assert not [name for node in root.iter(html.etree.Element) for name in node.attrib if name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        found = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.S)
        assert len(found) == 1
        assert f"{tag}-src 'sha256-{b64encode(sha256(found[0].encode()).digest()).decode()}'" in policy


@pytest.mark.parametrize("kind", KINDS)
def test_every_place_is_marked(kind: str) -> None:
    """The pieces that a side names, put together, are its quote."""
    report = samples.report(kind)
    root = tree(report)
    sides = [side for item in (*report.findings, *report.passes) for side in item.evidence]
    spans = Counter(side.span.quote for side in sides) + Counter(item.span.quote for item in report.unchecked)
    drawn = Counter(
        "".join(told(piece) for piece in pieces(root, button.get("data-at")))
        for button in root.xpath("//button[@class='go']")
    )
    assert drawn == spans


def test_numbers_that_count_nothing_are_named_with_why() -> None:
    """A line a reason, each number as printed, once, with how often; nothing where the form has none."""
    (block,) = tree(samples.report()).xpath("//section[starts-with(@class, 'panel open')]/section[@class='refused']")
    lines = [told(node).strip() for node in block.iter("h3", "dt", "dd")]
    assert lines == ["不是数量的数字 3", "年份或日期 2", "2023年×2", "序号 1", "一、"]
    assert not tree(samples.clean()).xpath("//section[@class='refused']")


def test_the_form_is_all_there() -> None:
    """Every text of the document, and nothing else, in order."""
    report = samples.report()
    (paper,) = tree(report).xpath("//section[@class='paper']//table")
    written = [cell.text.raw for row in report.document.blocks[0].rows for cell in row if cell.text]  # type: ignore[union-attr]
    assert [text for node in paper.iter("td") if (text := told(node))] == written


def test_every_claim_is_marked_and_says_what_it_was_read_as() -> None:
    """A claim in no finding is marked too; its title is what it counts, how many, in which role."""
    report = samples.report()
    titles = tree(report).xpath("//section[@class='paper']//mark/@title")
    assert "接待查档 ≥ 2000人次（目标）" in titles
    assert len({*titles}) == len({(claim.measure, claim.role, claim.quantity.value) for claim in report.claims})


def test_marks_take_the_gravest_level() -> None:
    """A figure that findings share is drawn as the gravest of them; a waived one is seen before what held."""
    text = Text("完成12场", (Piece(0, 0, Place(paragraph=0)),))
    side = Evidence(Span(text, 2, 5, "prose"), "result", "", "12", "场")
    whole = Evidence(Span(text, 0, 5, "prose"), "result")

    def marks(*items: Finding | Pass) -> list[tuple[str, str]]:
        report = replace(
            samples.clean(), document=Document("a.docx", "0", "docx", (Paragraph(text),)), claims=(), passes=(),
        )  # fmt: skip
        report = replace(
            report,
            findings=tuple(i for i in items if isinstance(i, Finding)),
            passes=tuple(i for i in items if isinstance(i, Pass)),
        )
        found = tree(report).xpath("//section[@class='paper']/p/mark[@id]")
        return [(told(mark), mark.get("class")) for mark in found]

    def finding(severity: str, one: Evidence, suppressed: str | None = None) -> Finding:
        return Finding(
            samples.RULES["AGR101"], dict.fromkeys(("measure", "one", "two"), ""), "", (one,), severity, suppressed
        )  # type: ignore[arg-type]

    held = Pass(samples.RULES["AGR101"], {}, "", (side,), {"zh": "相符"})
    assert marks(finding("minor", whole), finding("major", side)) == [("完成", "minor"), ("12场", "major")]
    assert marks(finding("major", side, "waived: 说明"), held) == [("12场", "settled")]
    assert marks(held) == [("12场", "held")]


def test_merged_cells_are_merged() -> None:
    """Rowspan and colspan are the file's; columns with nothing in them are left out."""

    def cell(raw: str, row: int, column: int, down: int = 1, across: int = 1) -> Cell:
        place = Place(table=0, row=row, column=column)
        return Cell(Text(raw, (Piece(0, 0, place),)), row, column, down, across)

    rows = (
        (cell("指标", 0, 0, 2), cell("目标与完成", 0, 1, 1, 3)),
        (cell("目标", 1, 1), cell("", 1, 2), cell("完成", 1, 3)),
        (cell("场次", 2, 0), cell("3", 2, 1), cell("", 2, 2)),
    )
    document = Document("a.docx", "0", "docx", (Table(rows, True),))
    report = Report(document, (Form(document),), (), (), (), ())
    drawn = [
        [(told(td), td.get("rowspan", "1"), td.get("colspan", "1")) for td in tr]
        for tr in tree(report).xpath("//section[@class='paper']//tr")
    ]
    assert drawn == [
        [("指标", "2", "1"), ("目标与完成", "1", "2")],
        [("目标", "1", "1"), ("完成", "1", "1")],
        [("场次", "1", "1"), ("3", "1", "1"), ("", "1", "1")],
    ]


def test_a_blank_that_is_a_place_is_shown() -> None:
    """An empty cell that a finding speaks of has a mark, also where the row ends before it and in a blank column."""
    row = (Cell(Text("满意度", (Piece(0, 0, Place(line=1, table=0, row=0, column=0)),)), 0, 0),)
    document = Document("a.txt", "0", "text", (Table((row,)),), "满意度")
    blank = Text("", (Piece(0, 3, Place(line=1, table=0, row=0, column=2)),))
    finding = replace(samples.findings()[4], evidence=(Evidence(Span(blank, 0, 0, "indicators"), "result"),))
    root = tree(Report(document, (Form(document),), (), (finding,), (), ()))
    (cells,) = root.xpath("//section[@class='paper']//tr")
    assert [(told(td), len(td)) for td in cells] == [("满意度", 0), ("", 1)]
    (mark,) = pieces(root, root.xpath("//button[@class='go']/@data-at")[0])
    assert mark.getparent().getparent() is cells
    assert mark.get("data-blank") == "空白"


def test_a_text_cut_out_of_a_cell_is_marked_in_the_cell() -> None:
    """The form stage may hand on part of a cell; its place and offsets lead back to it."""
    place = Place(table=0, row=0, column=0)
    whole = Text("年初预算数：120万元；支出数：118万元", (Piece(0, 0, place),))
    part = Text("支出数：118万元", (Piece(0, 12, place),))
    document = Document("a.docx", "0", "docx", (Table(((Cell(whole, 0, 0),),), True),))
    item = Unchecked(Span(part, 4, 9, "budget"), "single")
    root = tree(Report(document, (Form(document),), (), (), (), (item,)))
    (mark,) = pieces(root, root.xpath("//button[@class='go']/@data-at")[0])
    assert told(mark) == "118万元"
    assert told(mark.getparent()) == whole.raw


def test_waived_findings_say_so() -> None:
    """They are listed last, under their own level, with who waived them and why."""
    items = tree(samples.settled()).xpath("//section[contains(@class, 'found')]/article")
    levels = [item.get("data-level") for item in items]
    assert levels == ["major"] * 3 + ["moderate"] * 2 + ["info"] + ["settled"] * 2
    assert "宣传月统一安排，已书面说明（周宁，至 2024-12-31）" in told(items[6])
    assert "已在基线中" in told(items[7])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_entry_has_all_its_sides(lang: str) -> None:
    """Message, rule, quotes, values, arithmetic and fingerprint of every finding, in the language asked for."""
    report = samples.report()
    items = {item.get("data-id"): told(item) for item in tree(report, lang=lang).xpath("//article[@data-id]")}
    for finding in report.findings:
        text = items[finding.fingerprint]
        for part in (finding.message(lang), finding.rule.code, finding.arithmetic, finding.fingerprint):
            assert part in text
        for side in finding.evidence:
            assert side.span.quote in text
            assert side.label in text
            assert side.value is None or side.value + (side.unit or "") in text


def test_rules_and_reasons_are_told() -> None:
    """Why a rule exists stands in the file once; so does why a number was not checked."""
    root = tree(samples.report())
    pages = {page.get("data-code"): told(page) for page in root.xpath("//article[@class='page']")}
    assert pages.keys() == {item.rule.code for item in (*samples.findings(), *samples.passes())}
    assert all("同一件事的数字在各处应当相同" in page for page in pages.values())
    assert "全文只出现一次" in told(root.xpath("//section[contains(@class, 'open')]")[0])


def test_notes_are_said_aloud() -> None:
    """What the reader could not read stands over the lists."""
    assert "第 3 页是图片" in told(tree(samples.report("pdf")).xpath("//p[@class='note']")[0])


def test_nothing_found_is_no_silence() -> None:
    """A clean form says so; one in which nothing could be checked does not say it is clean."""
    assert "未发现问题" in page(samples.clean())
    nothing = page(replace(samples.clean(), passes=()))
    assert "没有可以互相核对的数字" in nothing
    assert "未发现问题" not in nothing


def test_several_reports_have_a_table_and_marks_of_their_own() -> None:
    """Each row leads to its report; no id is used twice."""
    root = tree(samples.report(), samples.clean(), samples.hostile())
    assert root.xpath("//nav[@class='overview']//a/@href") == ["#d1", "#d2", "#d3"]
    assert root.xpath("//nav[@class='overview']//tbody/tr[1]/td[position() > 1]/text()") == [
        "3", "3", "1", "1", "·", "5", "5",
    ]  # fmt: skip
    ids = root.xpath("//@id")
    assert len(ids) == len({*ids})


def test_plain_text_is_the_same_by_both_ways() -> None:
    """What is passed on untouched is what escaping would leave untouched, character by character."""
    for code in (*range(0x10000), *range(0x1F000, 0x1F100), *range(0xE0000, 0xE0100)):
        char = chr(code)
        assert flat(char) == escape(inert(char))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_hostile_form_is_text(lang: str) -> None:
    """Its markup makes no element, no control or bidi mark gets through, and it ends no script."""
    hostile, plain = page(samples.hostile(3), lang=lang), page(samples.report(), lang=lang)
    assert hostile.count("<script") == hostile.count("</script") == plain.count("</script") == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", hostile)
    root = html.document_fromstring(hostile)
    shown = told(root.xpath("//section[@class='paper']")[0])
    assert "</script><b>粗</b>" in shown
    assert "\\u202e" in shown
    assert {node.tag for node in root.iter(html.etree.Element)} <= {
        node.tag for node in html.document_fromstring(plain).iter(html.etree.Element)
    }
