"""What took part in no check, and the numbers that count nothing: no number of a document is passed over in silence."""

import re
from pathlib import Path

import pytest

from auditor import audit, audit_text
from auditor.quantity import masked
from auditor.report.words import reason

FORMS = sorted((Path(__file__).parents[1] / "corpus" / "dev").glob("g*.txt"))
FORM = """部门整体支出绩效自评表
（2023年度）
部门名称	云岭县档案馆
年度整体目标	整体目标完成情况
做好档案工作。	根据云财〔2023〕15号文件，1.全年接收档案3200卷；2.第二批开放目录发布，热线0871-6812345接听；数据为12.3.4.5。
关键指标	预期实现值	指标完成情况
接收档案卷数	3000卷	3200卷
"""


def test_a_number_that_counts_nothing_is_told_with_its_reason():
    """Years, list marks, document numbers, telephones: refused, with why, as slices of the text."""
    report = audit_text(FORM)
    told = {(item.span.quote, item.reason) for item in report.refused}
    assert ("〔2023〕15号", "document_number") in told
    assert ("0871-6812345", "phone") in told
    assert {quote for quote, why in told if why == "list_marker"} == {"1.", "2."}


def test_a_number_that_may_be_a_figure_after_all_is_not_checked_rather_than_refused():
    """Run together: it is counted among what was not checked."""
    report = audit_text(FORM)
    assert ("12.3.4.5", "glued") in {(item.span.quote, item.reason) for item in report.unchecked}
    assert "glued" not in {item.reason for item in report.refused}


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.stem)
def test_every_number_of_a_form_is_somewhere(path):
    """In a claim, among what was not checked, or refused with its reason."""
    report = audit(path)
    covered: set[int] = set()
    for span in (*(c.span for c in report.claims), *(u.span for u in (*report.unchecked, *report.refused))):
        for offset in range(span.begin, span.stop):
            piece = span.text.piece(offset)
            covered.add(piece.start + offset - piece.at)
    source = report.document.source
    lost = [m[0] for m in re.finditer(r"\d+", source) if not covered.issuperset(range(m.start(), m.end()))]
    assert lost == []


@pytest.mark.parametrize(
    "text",
    ["2023年3月", "（一）", "指标12：", "第3名", "财预〔2021〕101号", "《2021年计划》", "“3个一批”", "编码：906017", "热线：12345",
     "1.5×2.0m", "6:2:2", "0.5×100", "— 12 —", "（10分）", "100字以内", "12 工作", "1.2.3.4"],
)  # fmt: skip
def test_every_reason_has_its_words_in_both_languages(text):
    """What the terminal says is no key."""
    for item in masked(text):
        assert reason(item.reason) != item.reason
        assert reason(item.reason, "en") not in (item.reason, reason(item.reason))


def test_every_number_of_a_figure_is_counted_once():
    """What is refused is no claim, and what is a claim is not refused."""
    report = audit_text(FORM)
    claimed = {(id(c.span.text), at) for c in report.claims for at in range(c.span.begin, c.span.stop)}
    for item in report.refused:
        assert claimed.isdisjoint((id(item.span.text), at) for at in range(item.span.begin, item.span.stop))
