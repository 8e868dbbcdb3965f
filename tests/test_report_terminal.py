"""The report on a screen: complete, calm, inert, at every width."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from syrupy.assertion import SnapshotAssertion

from auditor.model import Report
from auditor.report import View, render
from auditor.report.lines import wrap
from auditor.report.quote import cells, inert, window
from auditor.report.terminal import EXAMPLES, PASSES, total

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def full(report: Report, **view: object) -> str:
    page = render([report], "full", View(**{"width": 80, **view}))  # type: ignore[arg-type]
    assert isinstance(page, str)
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["text", "docx", "xlsx", "pdf"])
def test_the_page_is_what_it_was(kind: str, lang: str, snapshot: SnapshotAssertion) -> None:
    """The rendered page of each kind of file, in both languages."""
    assert full(samples.report(kind), lang=lang) == snapshot


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_with_settled_findings_is_what_it_was(lang: str, snapshot: SnapshotAssertion) -> None:
    """Waived findings stand apart with their reason; the baseline is counted."""
    assert full(samples.settled(), lang=lang) == snapshot


def test_the_page_in_colour_is_what_it_was(snapshot: SnapshotAssertion) -> None:
    """Colours: the severity, the figure, and nothing else loud."""
    assert full(samples.report(), color=True) == snapshot


def test_every_finding_is_told_in_full() -> None:
    """Code, name, severity, message, fingerprint, and of every side the place, the figure and the label."""
    page = " ".join(full(samples.report(), width=120).split())
    for finding in samples.report().findings:
        assert f"{finding.rule.code} {finding.rule.name} {finding.fingerprint}" in page
        assert finding.message() in page
        assert finding.arithmetic in page
        for side in finding.evidence:
            assert f"第{side.span.place.line}行第{side.span.place.column + 1}格" in page  # type: ignore[operator]
            assert side.label in page
            assert side.span.quote in page


def test_severe_findings_come_first() -> None:
    """Findings are ordered by severity, then as in the form."""
    page = full(samples.report())
    marks = [line[:2] for line in page.splitlines() if line[:2] in ("重要", "一般", "轻微", "提示")]
    assert marks == ["重要"] * 3 + ["一般"] * 3 + ["轻微", "提示"]


def test_the_figures_of_a_finding_stand_under_each_other_at_the_point() -> None:
    """18.5, 14.5 and 4 are aligned so that the disagreement is seen."""
    page = full(samples.report())
    for column in ("        18.5 家  总体", "        14.5 家  绩效", "         4   家  绩效"):
        assert f"\n{column}" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 160, 200])
@pytest.mark.parametrize("make", [samples.report, samples.settled, samples.clean, samples.hostile])
def test_no_line_is_wider_than_the_screen(make: object, width: int, lang: str) -> None:
    """Text wraps; nothing is cut and nothing overruns, by rich's count of cells and by ours."""
    for line in full(make(), width=width, lang=lang, everything=True).splitlines():  # type: ignore[operator]
        assert max(cell_len(line), cells(line)) <= width


def test_wide_screens_do_not_get_endless_lines() -> None:
    """On 200 columns a line stays readable."""
    assert max(map(cells, full(samples.report(), width=200).splitlines())) <= 120


def test_nothing_is_lost_in_a_narrow_screen() -> None:
    """At 60 columns every message is there to the last character."""
    page = "".join(full(samples.report(), width=60).split())
    for finding in samples.report().findings:
        assert "".join(finding.message().split()) in page


def test_without_colour_there_is_no_escape_sequence() -> None:
    """Piped output is plain text, and the figure is shown by carets where it would not be seen."""
    page = full(samples.report())
    assert "\x1b" not in page
    lines = page.splitlines()
    at = next(n for n, line in enumerate(lines) if "共对接共建单位18.5家" in line)
    quote, carets = lines[at], lines[at + 1]
    begin = carets.index("^")
    assert carets.strip() == "^^^^"
    assert cells(quote[: quote.index("18.5")]) == begin


def test_colour_changes_nothing_but_colour() -> None:
    """Without its escape sequences and carets the coloured page is the plain one."""
    coloured = [line.rstrip() for line in ANSI.sub("", full(samples.report(), color=True)).splitlines()]
    plain = [line for line in full(samples.report()).splitlines() if line.strip("^ ") or not line]
    assert coloured == plain


def test_ascii_draws_with_ascii_only() -> None:
    """With --ascii what the page adds to the texts of the form and the rules has no mark of ambiguous width."""
    whole = samples.report()
    many = replace(
        whole, unchecked=whole.unchecked * 9, passes=(replace(whole.passes[0], evidence=samples.EVERYWHERE),)
    )
    assert "…" in full(many, lang="en")
    ours = full(many, lang="en", ascii=True)
    assert "..." in ours
    for text in (samples.SOURCE, *(f.message("en") + f.arithmetic for f in whole.findings)):
        ours = ours.translate({ord(char): None for char in text})
    assert {char for char in ours if not char.isascii() and cells(char) == 1} == set()


def test_no_box_and_no_rule_is_drawn() -> None:
    """Box lines are of ambiguous width: the page has none in any mode."""
    for report in (samples.report(), samples.settled()):
        assert not re.search("[\u2500-\u259f]", full(report) + full(report, color=True))


@pytest.mark.parametrize("color", [False, True])
def test_a_hostile_form_is_inert(color: bool) -> None:
    """Escapes, bidi marks and markup of the form are shown, never obeyed."""
    page = full(samples.hostile(), color=color, width=200)
    assert not re.search("[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", page)
    assert "\x1b" not in ANSI.sub("", page)
    assert not re.search("\x1b\\[[0-9;]*[^0-9;m]", page)
    for shown in (r"\x1b[31m", r"\u202e", "[bold]", ":100:", "[/附件]", "[red]部门[/red]"):
        assert shown in ANSI.sub("", page)


def test_a_clean_report_says_so() -> None:
    """No findings is good news, told with what held; nothing to check at all is not."""
    assert "未发现问题" in full(samples.clean())
    empty = replace(samples.clean(), passes=(), claims=())
    assert "未发现问题" not in full(empty)
    assert "没有可以互相核对的数字" in full(empty)


def test_long_lists_end_with_how_to_see_the_rest() -> None:
    """Beyond some lines, what held and what was not checked is counted, and --all lists it."""
    whole = samples.report()
    many = replace(whole, passes=whole.passes * 30, unchecked=whole.unchecked * 20)
    short, long = full(many), full(many, everything=True)
    assert f"另有 {150 - PASSES} 项相符，--all 全部列出" in short
    assert short.count("3200份") == EXAMPLES // 3
    assert "--all" not in long
    assert long.count("3200份") == 20


def test_a_blank_cell_is_shown_as_blank() -> None:
    """Evidence without text is a place, and said to be blank."""
    assert "（空白）" in full(samples.report())
    assert "(blank)" in full(samples.report(), lang="en")


def test_what_could_not_be_read_is_said() -> None:
    """Notes of the reader reach the page."""
    assert "第 3 页是图片" in full(samples.report("pdf"))


def test_rich_prints_a_report_at_its_own_width() -> None:
    """`rich.print(report)` is the page at the console's width."""
    console = Console(width=70, file=None, record=True, quiet=False, force_terminal=False)
    with console.capture() as capture:
        console.print(samples.report())
    assert "RAT101 execution-rate-wrong" in capture.get()
    assert max(map(cell_len, capture.get().splitlines())) <= 70


def test_the_total_counts_files_findings_and_failures() -> None:
    """Over several files one line tells how many were audited, what was found, how many could not be."""
    assert total(3, 1, {"major": 2, "info": 5}, View(width=80)).strip() == "共 3 份   2 重要   5 提示   1 份未能审计"


# --- quotes and lines ---------------------------------------------------------------------------------------------


def test_a_long_line_is_cut_to_a_window_around_the_figure() -> None:
    """Of a thousand characters some sixty cells are shown, with … where more stands."""
    side = samples.report().findings[1].evidence[0]
    quote = window(side, 60)
    assert len(side.span.text.raw) > 1000
    assert quote.figure == "18.5"
    assert quote.left
    assert quote.right
    assert 50 <= cells(quote.plain) <= 62


def test_a_number_at_the_edge_of_a_window_is_not_cut() -> None:
    """Half a number would be another number."""
    for room in range(10, 80):
        for finding in samples.report().findings:
            for side in finding.evidence:
                quote = window(side, room)
                raw = side.span.text.raw
                low = raw.index(quote.before + quote.lead + quote.figure)
                high = low + len(quote.before + quote.lead + quote.figure + quote.tail + quote.after)
                assert not (low and raw[low - 1].isdigit() and raw[low].isdigit())
                assert not (high < len(raw) and raw[high - 1].isdigit() and raw[high].isdigit())


@given(st.text(min_size=1, max_size=300), st.data(), st.integers(8, 90))
def test_a_window_is_a_slice_of_the_source_and_fits(raw: str, data: st.DataObject, room: int) -> None:
    """Whatever the text: the parts of a window are the text itself, in order, and at most `room` cells."""
    from auditor.model import Evidence, Span, Text

    begin = data.draw(st.integers(0, len(raw)))
    stop = data.draw(st.integers(begin, len(raw)))
    quote = window(Evidence(Span(Text(raw), begin, stop, "prose"), "result"), room)
    whole = quote.before + quote.lead + quote.figure + quote.tail + quote.after
    assert whole in raw
    assert cells(whole) <= room
    assert quote.figure == raw[begin : begin + len(quote.figure)]


@given(st.text(max_size=200), st.integers(2, 60))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    """The lines joined are the text; none is wider than asked, but for blanks at its end."""
    text = inert(text)
    lines = wrap(Text(text), width)
    assert "".join(line.plain for line in lines) == text
    assert all(cells(line.plain.rstrip()) <= width for line in lines)


def test_wrapping_minds_chinese_punctuation_and_figures() -> None:
    """A line does not begin with a comma, and a figure stays with what it counts."""
    for width in range(8, 40):
        for line in wrap(Text("全年走访企业134次，问题反馈率为100.0%；已召开（专题）座谈会7场。"), width)[1:]:
            assert line.plain[0] not in "，；。）%"
            assert not re.match("[次场]", line.plain)


@given(st.text())
def test_inert_text_has_no_control_characters(text: str) -> None:
    """Nothing that moves, hides or reverses text is left, and what is harmless is not touched."""
    safe = inert(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", safe)
    if (
        text.isprintable()
        and "\u3164" not in text
        and "\uffa0" not in text
        and "\u115f" not in text
        and "\u1160" not in text
    ):
        assert safe == text
