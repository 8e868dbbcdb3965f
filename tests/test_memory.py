"""What was settled: baselines and waivers."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import samples

from auditor.memory import Memory, Waiver, baseline_text, load_baseline, load_waivers, waivers_text
from auditor.model import AuditError, Evidence, Piece, Place, Report, Span, Text

REPORT = samples.report()
CODES = [finding.rule.code for finding in REPORT.findings]


def baseline(*reports: Report, path: Path) -> Memory:
    file = path / "baseline.json"
    file.write_text(baseline_text(reports), "utf-8")
    return Memory(baseline=load_baseline(file))


def suppressed(report: Report) -> list[str | None]:
    return [finding.suppressed for finding in report.findings]


# --- baseline -----------------------------------------------------------------------------------------------------


def test_a_baseline_hides_what_it_holds(tmp_path: Path) -> None:
    """Every finding of the recorded report is settled; none counts."""
    settled, _ = baseline(REPORT, path=tmp_path).settle(REPORT)
    assert suppressed(settled) == ["baseline"] * 8
    assert settled.count("major") == 0


def test_a_new_finding_is_not_hidden(tmp_path: Path) -> None:
    """What was not recorded counts."""
    fewer = replace(REPORT, findings=REPORT.findings[1:])
    settled, _ = baseline(fewer, path=tmp_path).settle(REPORT)
    assert suppressed(settled) == [None] + ["baseline"] * 7


def test_one_more_of_the_same_is_new(tmp_path: Path) -> None:
    """Fingerprints are counted: a finding that occurs once more than recorded counts, in the next file too."""
    memory = baseline(REPORT, path=tmp_path)
    twice = replace(REPORT, findings=(REPORT.findings[0],) * 2)
    assert suppressed(memory.settle(twice)[0]) == ["baseline", None]
    first, memory = memory.settle(REPORT)
    second, _ = memory.settle(REPORT)
    assert suppressed(first) == ["baseline"] * 8
    assert suppressed(second) == [None] * 8


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_a_baseline_holds_for_the_same_form_in_another_format(kind: str, tmp_path: Path) -> None:
    """Re-export changes places, not fingerprints."""
    settled, _ = baseline(REPORT, path=tmp_path).settle(samples.report(kind))
    assert suppressed(settled) == ["baseline"] * 8


def moved(report: Report, by: int) -> Report:
    """The report of the same form, lines further down."""

    def move(side: Evidence) -> Evidence:
        text = side.span.text
        place = Place(line=(text.place.line or 0) + by, row=99, column=text.place.column)
        return side._replace(span=side.span._replace(text=Text(text.raw, (Piece(0, 999, place),))))

    return replace(
        report, findings=tuple(replace(f, evidence=tuple(map(move, f.evidence))) for f in report.findings)
    )  # fmt: skip


def rewrapped(report: Report) -> Report:
    """The report of the same form with line breaks and blanks put into the quotes."""

    def wrap(side: Evidence) -> Evidence:
        quote = side.span.quote
        at = quote.find("次") if "次" in quote else len(quote)
        raw = quote[:at] + ("\n " + quote[at:] if quote[at:] else "")
        return side._replace(span=Span(Text(raw), 0, len(raw), side.span.section))

    return replace(
        report, findings=tuple(replace(f, evidence=tuple(map(wrap, f.evidence))) for f in report.findings)
    )  # fmt: skip


def test_fingerprints_survive_moved_and_rewrapped_lines() -> None:
    """Where a text stands in the file, and how it is broken, is not what it says."""
    prints = [finding.fingerprint for finding in REPORT.findings]
    assert [finding.fingerprint for finding in moved(REPORT, 40).findings] == prints
    assert [finding.fingerprint for finding in rewrapped(REPORT).findings] == prints
    assert len(set(prints)) == len(prints)


def test_a_changed_figure_changes_its_own_fingerprint_only() -> None:
    """2168人次 → 2618人次 is another finding; the others stay."""

    def change(side: Evidence) -> Evidence:
        raw = side.span.text.raw.replace("2168", "2618")
        return side._replace(span=side.span._replace(text=replace(side.span.text, raw=raw)))

    changed = [replace(f, evidence=tuple(map(change, f.evidence))).fingerprint for f in REPORT.findings]
    differing = [code for code, f, now in zip(CODES, REPORT.findings, changed, strict=True) if f.fingerprint != now]
    assert differing == ["AGR101"]


def test_the_baseline_file_is_stable_and_counted_per_rule() -> None:
    """Sorted, so that version control shows what changed; the same findings in any order give the same file."""
    shuffled = list(REPORT.findings) * 2
    random.Random(7).shuffle(shuffled)
    text = baseline_text([replace(REPORT, findings=tuple(shuffled))])
    assert text == baseline_text([REPORT, REPORT])
    data = json.loads(text)
    assert list(data["rules"]) == sorted(CODES)
    assert data["rules"]["AGR301"] == {REPORT.findings[1].fingerprint: 2}


def test_waived_findings_are_not_recorded() -> None:
    """A waiver has its own file; the baseline holds the rest, and what an older baseline held."""
    data = json.loads(baseline_text([samples.settled()]))
    assert "TGT201" not in data["rules"]
    assert "TXT201" in data["rules"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "不是 JSON"),
        ("[]", "不是基线文件"),
        ('{"schema": "gouji/1", "rules": {}}', "不是基线文件"),
        ('{"schema": "gouji-baseline/1", "rules": {"AGR101": {"ab": 0}}}', "AGR101 ab: 次数应为正整数"),
        ('{"schema": "gouji-baseline/1", "rules": {"AGR101": {"ab": true}}}', "次数应为正整数"),
        ('{"schema": "gouji-baseline/1", "rules": {"AGR101": ["ab"]}}', "次数应为正整数"),
    ],
)
def test_a_broken_baseline_is_refused(text: str, what: str, tmp_path: Path) -> None:
    """One line, with the file and what is wrong."""
    file = tmp_path / "b.json"
    file.write_text(text, "utf-8")
    with pytest.raises(AuditError) as error:
        load_baseline(file)
    assert str(error.value).startswith(f"{file}: ")
    assert what in str(error.value)


# --- waivers ------------------------------------------------------------------------------------------------------


def waivers(text: str, path: Path) -> tuple[Waiver, ...]:
    file = path / "waivers.toml"
    file.write_text(text, "utf-8")
    return load_waivers(file)


def test_a_waiver_by_fingerprint_settles_that_finding(tmp_path: Path) -> None:
    """The finding is marked with the reason and the name; the others count."""
    made = waivers(
        f'[[waiver]]\nfingerprint = "{REPORT.findings[3].fingerprint}"\nreason = "已说明"\nby = "周宁"\n', tmp_path
    )
    settled, memory = Memory(made).settle(REPORT)
    assert suppressed(settled) == [None] * 3 + ["waived: 已说明（周宁）"] + [None] * 4
    assert memory.unused == ()


@pytest.mark.parametrize("rule", ["OMI101", "result-blank"])
def test_a_waiver_by_rule_and_section_settles_what_the_rule_says_there(rule: str, tmp_path: Path) -> None:
    """The rule by code or name; another section stays."""
    text = f'[[waiver]]\nrule = "{rule}"\nsection = "{{}}"\nreason = "口径"\nby = "李"\n'
    here, _ = Memory(waivers(text.format("indicators"), tmp_path)).settle(REPORT)
    assert [f.rule.code for f in here.findings if f.suppressed] == ["OMI101"]
    there, memory = Memory(waivers(text.format("tasks"), tmp_path)).settle(REPORT)
    assert suppressed(there) == [None] * 8
    assert [waiver.where for waiver in memory.unused] == [f"{tmp_path / 'waivers.toml'}:1"]


def test_an_unused_waiver_is_known_after_all_files(tmp_path: Path) -> None:
    """A waiver is used if any of the files needed it."""
    text = f'\n[[waiver]]\nfingerprint = "{REPORT.findings[0].fingerprint}"\nreason = "a"\nby = "b"\n'
    text += '\n[[waiver]]\nfingerprint = "0000000000000000"\nreason = "a"\nby = "b"\n'
    memory = Memory(waivers(text, tmp_path))
    for report in (samples.clean(), REPORT, samples.clean()):
        _, memory = memory.settle(report)
    assert [waiver.where.rpartition(":")[2] for waiver in memory.unused] == ["7"]


def test_a_waiver_ends_with_its_last_day(tmp_path: Path) -> None:
    """until is inclusive; after it the finding counts again and the waiver is unused."""
    text = f'[[waiver]]\nfingerprint = "{REPORT.findings[0].fingerprint}"\nreason = "a"\nby = "b"\nuntil = 2026-06-30\n'
    made = waivers(text, tmp_path)
    on, _ = Memory(made, today=date(2026, 6, 30)).settle(REPORT)
    after, memory = Memory(made, today=date(2026, 7, 1)).settle(REPORT)
    assert on.findings[0].suppressed == "waived: a（b，至 2026-06-30）"
    assert after.findings[0].suppressed is None
    assert len(memory.unused) == 1


def test_a_waiver_goes_before_the_baseline(tmp_path: Path) -> None:
    """The reason is worth more than the record, and the record is not used up."""
    memory = baseline(REPORT, path=tmp_path)
    made = waivers(f'[[waiver]]\nfingerprint = "{REPORT.findings[0].fingerprint}"\nreason = "a"\nby = "b"\n', tmp_path)
    settled, memory = replace(memory, waivers=made).settle(REPORT)
    assert suppressed(settled) == ["waived: a（b）"] + ["baseline"] * 7
    assert memory.baseline == {("RAT101", REPORT.findings[0].fingerprint): 1}


GOOD = '[[waiver]]\nfingerprint = "0123456789abcdef"\nreason = "r"\nby = "b"\n'


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        ('[[waiver]]\nfingerprint = "ab"\nby = "b"\n', "没有理由"),
        ('[[waiver]]\nfingerprint = "ab"\nreason = " "\nby = "b"\n', "没有理由"),
        ('[[waiver]]\nfingerprint = "ab"\nreason = "r"\n', "没有署名"),
        ('[[waiver]]\nreason = "r"\nby = "b"\n', "fingerprint 或 rule 之一"),
        ('[[waiver]]\nfingerprint = "ab"\nrule = "AGR101"\nreason = "r"\nby = "b"\n', "fingerprint 或 rule 之一"),
        ('[[waiver]]\nrule = "AGR101"\nreason = "r"\nby = "b"\n', "rule 须与 section 同用"),
        ('[[waiver]]\nfingerprint = "ab"\nsection = "tasks"\nreason = "r"\nby = "b"\n', "rule 须与 section 同用"),
        ('[[waiver]]\nrule = "AGR101"\nsection = "task"\nreason = "r"\nby = "b"\n', "indicators, tasks"),
        ('[[waiver]]\nfingerprint = "ab"\nreason = 3\nby = "b"\n', "reason 应为文字"),
        ('[[waiver]]\nfingerprint = "ab"\nreason = "r"\nby = "b"\nuntil = "soon"\n', "until 应为日期"),
        ('[[waiver]]\nfingerprint = "ab"\nreason = "r"\nby = "b"\nexpires = 1\n', "不认识 expires；可用 fingerprint"),
    ],
)
def test_a_waiver_that_explains_nothing_is_refused_with_its_line(bad: str, what: str, tmp_path: Path) -> None:
    """Reason, name, one target: without them the file is refused, at the waiver's own line, in both languages."""
    with pytest.raises(AuditError) as error:
        waivers(GOOD + "\n" + bad, tmp_path)
    assert str(error.value).startswith(f"{tmp_path / 'waivers.toml'}:6: ")
    assert what in str(error.value)
    assert error.value.en.startswith(f"{tmp_path / 'waivers.toml'}:6: ")
    assert error.value.en.isascii()


def test_a_file_that_is_no_waiver_file_is_refused(tmp_path: Path) -> None:
    """Broken TOML, other tables, other encodings, no file."""
    with pytest.raises(AuditError, match=r"waivers\.toml:2: 不是 TOML"):
        waivers('[[waiver]]\nreason = "unfinished\n', tmp_path)
    with pytest.raises(AuditError, match="只含"):
        waivers("[waiver]\nreason = 'r'\n", tmp_path)
    with pytest.raises(AuditError, match="不认识 waivers"):
        waivers("[[waivers]]\nreason = 'r'\n", tmp_path)
    (tmp_path / "gbk.toml").write_bytes("[[waiver]]\nreason = '理由'".encode("gb18030"))
    with pytest.raises(AuditError, match="不是 UTF-8"):
        load_waivers(tmp_path / "gbk.toml")
    with pytest.raises(AuditError, match="无法打开"):
        load_waivers(tmp_path / "none.toml")


def test_waivers_are_written_as_they_are_read(tmp_path: Path) -> None:
    """Any reason survives, quotes and line ends too."""
    made = (
        Waiver('他说"可以"\n第二行\\ \x7f\t末', "周宁", fingerprint="0123456789abcdef", until=date(2026, 1, 31)),
        Waiver("口径不同", "李", rule="AGR101", section="tasks"),
    )
    again = waivers(waivers_text(made), tmp_path)
    assert [replace(waiver, where="") for waiver in again] == list(made)
