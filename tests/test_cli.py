"""`audit` as a user runs it: files in, a report out, one line for every error, 0, 1 or 2."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import samples

import auditor
from auditor import cli, options
from auditor.model import AuditError, Report
from auditor.report import FORMATS
from auditor.report.quote import cells

CLEAN = """部门整体支出绩效自评表
（2023年度）
单位：万元
部门名称\t青禾区数字档案馆
部门资金情况\t整体支出年度预算数\t1486.20\t整体支出年初预算数\t1500.00
\t实际支出数\t1429.73\t年度调整额\t-13.80
\t预算完成率\t96.2%\t预算调整率\t-0.92%
年度整体目标\t年度整体目标\t\t整体目标完成情况
\t提升查档服务水平，守住档案安全底线。\t\t全年接待查档2168人次；举办档案宣传活动3场。
\t关键指标\t预期实现值\t指标完成情况
\t查档接待量\t不少于2000人次\t全年接待查档2168人次
\t档案宣传活动\t举办3场\t举办档案宣传活动3场
"""
DIRTY = CLEAN.replace("96.2%", "69.2%")
ROOT = Path(__file__).parent.parent


class Run:
    """One run of the program: exit code, stdout, stderr."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def said(self) -> str:
        """The one line on stderr."""
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("audit: ")
        assert "Traceback" not in self.err
        return self.err.removeprefix("audit: ").rstrip("\n")


def run(*arguments: str, cwd: Path | None = None, stdin: bytes | None = None, **environment: str) -> Run:
    """The program in a process of its own, output piped."""
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "AUDIT_DEBUG")}
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *arguments], cwd=cwd, input=stdin, capture_output=True, timeout=120,
        env=clean | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment,
    )  # fmt: skip
    encoding = environment.get("PYTHONIOENCODING", "utf-8").partition(":")[0]
    return Run(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """clean.txt and dirty.txt (one major finding)."""
    (tmp_path / "clean.txt").write_text(CLEAN, "utf-8")
    (tmp_path / "dirty.txt").write_text(DIRTY, "utf-8")
    return tmp_path


Here = Callable[..., Run]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path) -> Here:
    """The program in this process, in `folder`, on reports made by hand: a file's name tells which."""
    monkeypatch.chdir(folder)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "AUDIT_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def audit(path: str, rules: Sequence[Any] = ()) -> Report:
        assert rules, "the rules are loaded"
        name = Path(path).name
        if not Path(path).exists():
            raise AuditError("找不到文件：请检查路径", "no such file: check the path")
        if name.startswith("broken"):
            raise ZeroDivisionError("oh\nno")
        made = {"clean.txt": samples.clean, "settled.txt": samples.settled, "hostile.txt": samples.hostile}
        report = made.get(name, samples.report)()
        return replace(report, document=replace(report.document, path=path))

    monkeypatch.setattr(auditor, "audit", audit)

    def run_here(*arguments: str) -> Run:
        capfd.readouterr()
        code = cli.main(arguments)
        return Run(code, *capfd.readouterr())

    return run_here


# --- what it finds, and what it returns ---------------------------------------------------------------------------


def test_a_report_is_printed_and_findings_make_exit_1(folder: Path) -> None:
    """`audit dirty.txt`: the page on stdout, nothing on stderr, 1."""
    done = run("dirty.txt", cwd=folder)
    assert (done.code, done.err) == (1, "")
    assert "青禾区数字档案馆  2023年度" in done.out
    assert "69.2" in done.out
    assert "\x1b" not in done.out


def test_a_clean_report_makes_exit_0(folder: Path) -> None:
    """`audit clean.txt`: says that nothing was found and what held."""
    done = run("clean.txt", cwd=folder)
    assert (done.code, done.err) == (0, "")
    assert "未发现问题" in done.out
    assert "核对相符" in done.out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_standard_input_is_a_file(
    encoding: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`audit -` reads stdin, in any encoding that files may have."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DIRTY.encode(encoding))))
    assert cli.main(["-", "--format", "concise", "--select", "RAT"]) == 1
    assert capfd.readouterr().out.startswith("-:7: RAT")


def test_the_installed_command_is_the_same(folder: Path) -> None:
    """The console script `audit` runs main."""
    script = shutil.which("audit", path=str(Path(sys.executable).parent))
    if script is None:
        pytest.skip("the project is not installed in this environment")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == f"gouji {auditor.__version__}\n"


@pytest.mark.parametrize(("level", "code"), [("major", 1), ("moderate", 1), ("minor", 1), ("info", 1), ("never", 0)])
def test_fail_on_sets_the_level_that_fails(here: Here, level: str, code: int) -> None:
    """Findings of every severity: all levels but never fail."""
    assert here("dirty.txt", "--fail-on", level).code == code


def test_findings_below_the_level_do_not_fail(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only minor and info findings: moderate (the default) passes, minor fails."""
    few = replace(samples.report(), findings=samples.report().findings[6:])
    monkeypatch.setattr(auditor, "audit", lambda path, rules: few)
    assert here("dirty.txt").code == 0
    assert here("dirty.txt", "--fail-on", "minor").code == 1
    assert here("dirty.txt", "--fail-on", "major").code == 0


def test_exit_zero_forgives_findings_and_nothing_else(here: Here) -> None:
    """--exit-zero: 0 with findings, still 2 when a file cannot be audited."""
    assert here("dirty.txt", "--exit-zero").code == 0
    assert here("dirty.txt", "none.txt", "--exit-zero").code == 2


def test_settled_findings_do_not_fail(here: Here, folder: Path) -> None:
    """The exit code counts what is not suppressed."""
    here("dirty.txt", "--write-baseline", "b.json")
    assert here("dirty.txt", "--baseline", "b.json", "--fail-on", "info").code == 0


# --- several files ------------------------------------------------------------------------------------------------


def test_several_files_are_audited_in_order_with_a_total(here: Here) -> None:
    """Each its page, then one line that sums up."""
    done = here("clean.txt", "dirty.txt")
    assert done.out.index("clean.txt") < done.out.index("dirty.txt")
    assert done.out.splitlines()[-1] == "共 2 份   3 重要   3 一般   1 轻微   1 提示"


def test_a_file_that_cannot_be_audited_does_not_stop_the_others(here: Here, folder: Path) -> None:
    """One line for it, exit 2, and the rest is audited."""
    (folder / "broken.txt").write_text("x")
    done = here("none.txt", "broken.txt", "dirty.txt", "--format", "concise")
    assert done.code == 2
    assert done.out.startswith("dirty.txt:7: RAT101")
    assert done.err.splitlines() == [
        "audit: none.txt: 找不到文件：请检查路径",
        "audit: broken.txt: 程序内部错误（ZeroDivisionError: oh no）；请连同 AUDIT_DEBUG=1 下的输出一起报告",
    ]


def test_debug_shows_where_an_internal_error_happened(
    here: Here, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """AUDIT_DEBUG=1 lets the traceback through."""
    (folder / "broken.txt").write_text("x")
    monkeypatch.setenv("AUDIT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        here("broken.txt")


def test_a_directory_is_searched_for_reports(here: Here, folder: Path) -> None:
    """Recursively, by suffix, sorted; lock files, hidden files and other kinds are passed over; each file once."""
    (folder / "b" / "c").mkdir(parents=True)
    for name in ("b/c/one.DOCX", "b/two.xlsx", "b/~$two.xlsx", "b/.three.txt", "b/four.py", "b/old.doc"):
        (folder / name).write_text("x")
    done = here(".", "dirty.txt", "./dirty.txt", "--format", "jsonl")
    paths = [json.loads(line)["document"]["path"] for line in done.out.splitlines()]
    assert [os.path.normpath(p) for p in paths] == [
        "clean.txt", "dirty.txt", "b/old.doc", "b/two.xlsx", "b/c/one.DOCX", "dirty.txt",
    ]  # fmt: skip


def test_a_directory_without_reports_is_an_error(here: Here, folder: Path) -> None:
    """Exit 2 and a line that says what is looked for."""
    (folder / "empty").mkdir()
    done = here("empty")
    assert done.code == 2
    assert done.said.startswith("empty: 文件夹里没有报告")
    assert ".docx" in done.said


def test_a_file_called_like_a_verb_can_be_audited(here: Here, folder: Path) -> None:
    """./rule is a file, rule is the verb."""
    (folder / "rule").write_text(DIRTY, "utf-8")
    assert here("./rule", "--format", "concise").out.startswith("./rule:7: RAT101")
    assert here("--format", "concise", "rule").out.startswith("rule:7: RAT101")


# --- options ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        ((), "没有给出文件；例如 audit 自评表.docx", "no file given; try audit report.docx"),
        (
            ("x", "--formt", "json"),
            "不认识的选项 --formt（是否指 --format？）；",
            "unknown option --formt (did you mean",
        ),
        (("x", "--qqq"), "不认识的选项 --qqq；audit --help", "unknown option --qqq; audit --help"),
        (("x", "--format", "yaml"), "--format 不能是 yaml (full | concise", "--format cannot be yaml (full | concise"),
        (("x", "--fail-on", "bad"), "--fail-on 不能是 bad (major | moderate", "--fail-on cannot be bad (major"),
        (("x", "--lang", "fr"), "--lang 不能是 fr (zh | en)", ""),
        (("x", "-o"), "-o/--output 缺少取值", "-o/--output needs a value"),
        (("x", "--select", "ZZZ"), "没有规则“ZZZ”；可用代码、名称或代码开头（AGR", "no rule “ZZZ”; use a code"),
        (("x", "--ignore", "AGR109"), "没有规则“AGR109”（是否指 AGR", "no rule “AGR109” (did you mean AGR"),
        (("x", "--rules", "nowhere"), "nowhere: ", "nowhere: "),
        (("x", "-o", "no/such/dir.txt"), "-o no/such/dir.txt: 文件夹不存在", "-o no/such/dir.txt: no such directory"),
        (("clean.txt", "-o", "./clean.txt"), "-o clean.txt: 会覆盖被审计的文件", "-o clean.txt: this is an input"),
        (
            ("clean.txt", "dirty.txt", "-o", "o.docx"),
            "--format docx 一次只能用于一个文件",
            "--format docx works on one",
        ),
        (("x", "--baseline", "none.json"), "none.json: 无法打开", "none.json: cannot be opened"),
        (("x", "--waivers", "none.toml"), "none.toml: 无法打开", "none.toml: cannot be opened"),
        (("rule", "ZZZ999"), "没有规则“ZZZ999”", "no rule “ZZZ999”"),
        (("rule", "--format", "html"), "--format 不能是 html (full | json)", "--format cannot be html (full | json)"),
    ],
)
def test_a_wrong_option_is_one_line_that_says_what_is_right(
    here: Here, arguments: tuple[str, ...], zh: str, en: str
) -> None:
    """Exit 2, nothing on stdout, in the language asked for."""
    done = here(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.said.startswith(zh)
    if en:
        done = here(*arguments, "--lang", "en")
        assert (done.code, done.out) == (2, "")
        assert done.said.startswith(en)


def test_a_broken_rule_file_is_one_line_with_its_place(folder: Path) -> None:
    """File, line, what is wrong, what is allowed; exit 2."""
    (folder / "mine").mkdir()
    (folder / "mine" / "x.toml").write_text('[[rule]]\ncode = "AGR101"\nseverity = "erorr"\n', "utf-8")
    done = run("dirty.txt", "--rules", "mine", cwd=folder)
    assert done.code == 2
    assert done.said.startswith(f"mine{os.sep}x.toml:3: ")
    assert "major" in done.said


def test_options_may_stand_anywhere(here: Here) -> None:
    """Before, between and after the files; = or a blank; --select more than once."""
    done = here("--lang=en", "clean.txt", "--format", "concise", "dirty.txt", "--select", "AGR", "--select=RAT,sum")
    assert done.code == 1
    assert "dirty.txt:7: RAT101 major The execution rate" in done.out


def test_select_and_ignore_choose_the_rules(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """By code, beginning of a code, or name; ignore wins."""
    from auditor.rules import load_rules
    from auditor.select import choose

    rules = load_rules()
    codes = {rule.code for rule in rules}
    first = rules[0]
    assert {r.code for r in choose(rules)} == codes
    assert {r.code for r in choose(rules, ["AGR"])} == {code for code in codes if code.startswith("AGR")}
    assert {r.code for r in choose(rules, [first.name])} == {first.code}
    assert {r.code for r in choose(rules, ["agr1", "RAT"], [first.code])} == {
        code for code in codes if code.startswith(("AGR1", "RAT")) and code != first.code
    }
    assert {r.code for r in choose(rules, ignore=["AGR", "RAT"])} == {
        code for code in codes if not code.startswith(("AGR", "RAT"))
    }


def test_selected_rules_are_the_ones_that_run(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """--select takes the finding away and brings it back."""
    file = str(folder / "dirty.txt")
    assert cli.main([file, "--select", "AGR,SUM"]) == 0
    assert cli.main([file, "--select", "RAT"]) == 1
    assert cli.main([file, "--ignore", "RAT"]) == 0


# --- output -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if not form.binary and name != "html"])
def test_output_to_a_file_is_what_stdout_would_get(here: Here, folder: Path, name: str) -> None:
    """-o writes the same content and prints nothing."""
    done = here("dirty.txt", "--format", name, "-o", "out")
    assert (done.code, done.out, done.err) == (1, "", "")
    written = (folder / "out").read_text("utf-8")
    shown = here("dirty.txt", "--format", name).out
    if name == "full":  # a file is not a screen: it is a little wider
        assert written.split() != []
        assert "RAT101" in written
    else:
        assert written == shown
    assert sorted(p.name for p in folder.iterdir()) == ["clean.txt", "dirty.txt", "out"]


def test_the_suffix_of_the_output_tells_the_format(here: Here, folder: Path) -> None:
    """-o report.json is JSON; --format wins."""
    here("dirty.txt", "-o", "a.json")
    assert json.loads((folder / "a.json").read_text("utf-8"))["schema"] == "gouji/1"
    here("dirty.txt", "-o", "b.json", "--format", "concise")
    assert (folder / "b.json").read_text("utf-8").startswith("dirty.txt:7: RAT101")


def test_a_failed_write_leaves_the_old_file(here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The output is replaced when it is whole: a full disk costs the new report, not the old one."""
    (folder / "out.json").write_text("old")

    def full_disk(source: str, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    done = here("dirty.txt", "-o", "out.json")
    assert done.code == 2
    assert done.said.endswith("out.json: 写不了：No space left on device")
    assert (folder / "out.json").read_text() == "old"
    assert sorted(p.name for p in folder.iterdir()) == ["clean.txt", "dirty.txt", "out.json"]


def test_nothing_is_written_when_no_file_could_be_audited(here: Here, folder: Path) -> None:
    """No half-written and no empty output."""
    done = here("none.txt", "-o", "out.json")
    assert done.code == 2
    assert not (folder / "out.json").exists()


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="no /dev/null here")
def test_a_device_is_written_not_replaced(here: Here) -> None:
    """-o /dev/null stays a device."""
    assert here("dirty.txt", "-o", "/dev/null").code == 1
    assert not Path("/dev/null").is_file()


def test_an_output_keeps_the_rights_of_the_file_it_replaces(here: Here, folder: Path) -> None:
    """A new file has the usual rights, an old one its own; a link is written through."""
    here("dirty.txt", "-o", "new.json")
    umask = os.umask(0)
    os.umask(umask)
    assert (folder / "new.json").stat().st_mode & 0o777 == 0o666 & ~umask
    (folder / "old.json").write_text("")
    (folder / "old.json").chmod(0o640)
    (folder / "link.json").symlink_to("old.json")
    here("dirty.txt", "-o", "link.json")
    assert (folder / "link.json").is_symlink()
    assert (folder / "old.json").stat().st_mode & 0o777 == 0o640
    assert (folder / "old.json").read_text("utf-8").startswith("{")


def test_json_of_several_files_is_one_list(here: Here) -> None:
    """Two files or a directory: a list; one file: an object."""
    assert isinstance(json.loads(here("dirty.txt", "--format", "json").out), dict)
    assert len(json.loads(here("dirty.txt", "clean.txt", "--format", "json").out)) == 2
    assert len(json.loads(here("dirty.txt", "none.txt", "--format", "json").out)) == 1
    assert len(json.loads(here(".", "--format", "json").out)) == 2


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    """`audit … | head -1`: nothing on stderr."""
    if not hasattr(signal, "SIGPIPE"):
        pytest.skip("no pipes of that kind here")
    files = " ".join(["dirty.txt"] + [f"./{'./' * n}dirty.txt" for n in range(60)])
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m auditor {files} --all | head -n 1"], cwd=folder, capture_output=True,
        text=True, timeout=120, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("format", ["full", "json"])
def test_a_full_disk_behind_stdout_is_one_line(folder: Path, format: str) -> None:
    """`audit … > FILE` on a full disk: exit 2, one line, no traceback."""
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m auditor dirty.txt --format {format} > /dev/full"], cwd=folder,
        capture_output=True, text=True, timeout=120, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "audit: 读写出错：No space left on device\n"


def test_a_file_may_begin_with_a_dash(here: Here, folder: Path) -> None:
    """After -- everything is a file."""
    (folder / "-odd.txt").write_text("x")
    assert here("--format", "concise", "--", "-odd.txt").out.startswith("-odd.txt:7: RAT101")


def test_an_interrupt_ends_quietly(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C: 130, no traceback."""

    def interrupted(path: str, rules: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(auditor, "audit", interrupted)
    done = here("dirty.txt")
    assert (done.code, done.err) == (130, "")


# --- terminals ----------------------------------------------------------------------------------------------------


def test_a_gbk_terminal_gets_what_it_can_show(folder: Path) -> None:
    """m² and marks that GBK lacks do not stop the report; JSON stays UTF-8 and whole."""
    (folder / "area.txt").write_text(DIRTY.replace("青禾区", "青禾区㎡m²"), "utf-8")
    done = run("area.txt", cwd=folder, PYTHONIOENCODING="gbk")
    assert done.code == 1
    assert "69.2" in done.out
    raw = subprocess.run(
        [sys.executable, "-m", "auditor", "area.txt", "--format", "json"], cwd=folder, capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk"}, timeout=120, check=False,
    )  # fmt: skip
    assert "m²" in json.dumps(json.loads(raw.stdout.decode("utf-8")), ensure_ascii=False)


def test_colour_is_for_terminals_and_can_be_forced_or_refused(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piped: plain. FORCE_COLOR: colours. NO_COLOR and --no-color: plain even so."""
    assert "\x1b" not in here("dirty.txt").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in here("dirty.txt").out
    assert "\x1b" not in here("dirty.txt", "--no-color").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in here("dirty.txt").out


def test_a_pipe_is_eighty_cells_wide(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """80, unless COLUMNS says otherwise."""
    assert 70 < max(map(cells, here("dirty.txt").out.splitlines())) <= 80
    monkeypatch.setenv("COLUMNS", "60")
    assert 50 < max(map(cells, here("dirty.txt").out.splitlines())) <= 60


# --- memory -------------------------------------------------------------------------------------------------------


def test_a_baseline_is_written_and_read(here: Here, folder: Path) -> None:
    """--write-baseline records and returns 0; --baseline hides what is recorded; an update keeps it."""
    assert here("dirty.txt", "--write-baseline", "b.json").code == 0
    recorded = (folder / "b.json").read_text("utf-8")
    done = here("dirty.txt", "--baseline", "b.json")
    assert done.code == 0
    assert "另有 8 项在基线中" in done.out
    here("dirty.txt", "--baseline", "b.json", "--write-baseline", "b.json")
    assert (folder / "b.json").read_text("utf-8") == recorded


def test_a_baseline_is_not_written_when_a_file_failed(here: Here, folder: Path) -> None:
    """Half a baseline would make the other half new tomorrow."""
    assert here("dirty.txt", "none.txt", "--write-baseline", "b.json").code == 2
    assert not (folder / "b.json").exists()


def test_waivers_settle_and_unused_ones_are_told(here: Here, folder: Path) -> None:
    """The waived finding is shown as waived; a waiver for nothing is a line on stderr and changes no exit code."""
    prints = [finding.fingerprint for finding in samples.report().findings]
    text = "".join(f'[[waiver]]\nfingerprint = "{p}"\nreason = "已核"\nby = "周宁"\n' for p in prints)
    (folder / "w.toml").write_text(text + '[[waiver]]\nfingerprint = "00"\nreason = "x"\nby = "y"\n', "utf-8")
    done = here("dirty.txt", "--waivers", "w.toml")
    assert done.code == 0
    assert done.out.count("已豁免：已核（周宁）") == 8
    assert done.said == "w.toml:33: 豁免未用上：没有对应的问题，可删去"


def test_a_waiver_without_a_reason_stops_the_run(here: Here, folder: Path) -> None:
    """Refused with file and line; nothing is audited."""
    (folder / "w.toml").write_text('[[waiver]]\nfingerprint = "00"\nby = "y"\n', "utf-8")
    done = here("dirty.txt", "--waivers", "w.toml")
    assert (done.code, done.out) == (2, "")
    assert done.said == "w.toml:1: 豁免没有理由：请写明 reason"


# --- rule, help, version ------------------------------------------------------------------------------------------


def test_the_catalogue_lists_every_rule_by_family() -> None:
    """`audit rule`: code, severity, message and name of each."""
    from auditor.rules import load_rules

    done = run("rule")
    assert (done.code, done.err) == (0, "")
    for rule in load_rules():
        assert f"  {rule.code}  " in done.out
        assert rule.name in "".join(done.out.split()) or rule.name in done.out
    assert f"{len(load_rules())} 条规则" in done.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_rule_has_a_page(here: Here, lang: str) -> None:
    """`audit rule CODE` or its name: what, why, authority, an example and its clean twin."""
    from auditor.rules import load_rules

    rule = load_rules()[0]
    page = here("rule", rule.code, "--lang", lang).out
    assert here("rule", rule.name, "--lang", lang).out == page
    squeezed = "".join(page.split())
    for text in (rule.code, rule.name, rule.reason(lang), rule.authority):
        assert "".join(text.split()) in squeezed
    for form in (rule.example, rule.clean):
        for line in form.strip().splitlines():
            assert "".join(line.replace("\t", "|").split()) in squeezed


def test_rules_are_also_json(here: Here) -> None:
    """One rule an object, all rules a list."""
    whole = json.loads(here("rule", "--format", "json").out)
    one = json.loads(here("rule", whole[0]["code"], "--format", "json").out)
    assert one == whole[0]
    assert {"code", "name", "family", "category", "severity", "message", "why", "authority", "example", "clean"} <= set(
        one
    )


def test_help_names_every_option(here: Here) -> None:
    """Each option of the parser is in the help of both languages, and the help promises no other."""
    known = {option for action in options.audit_parser()._actions for option in action.option_strings}
    for lang in ("zh", "en"):
        done = here("--help", "--lang", lang)
        assert done.code == 0
        assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", done.out)) == known
        assert max(map(cells, done.out.splitlines())) <= 80
        for name in (*FORMATS, *options.LEVELS, *cli.VERBS, "rule"):
            assert re.search(rf"\b{name}\b", done.out)
        assert here("rule", "--help", "--lang", lang).out.count("audit rule") == 2


def test_version(here: Here) -> None:
    """`audit --version` names the program and its version."""
    assert here("--version").out == f"gouji {auditor.__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["rule"], ["rule", "AGR101"]])
def test_help_and_rules_load_nothing_heavy(arguments: list[str]) -> None:
    """Neither jieba nor spaCy nor pandas nor the readers' libraries."""
    code = (
        "import sys; from auditor.cli import main; main(sys.argv[1:]); "
        "heavy = set('jieba rjieba spacy pandas numpy docx pdfplumber lxml openpyxl rapidfuzz'.split()); "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_an_audit_of_a_text_does_not_load_pandas(folder: Path) -> None:
    """`audit FILE` never needs frames."""
    code = "import sys; from auditor.cli import main; main(sys.argv[1:]); sys.exit('pandas' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "dirty.txt"], cwd=folder, capture_output=True, timeout=60, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0


def test_a_verb_that_is_not_there_is_said_so(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build without a verb's module answers in one line."""
    monkeypatch.setitem(cli.VERBS, "batch", "auditor.no_such_module:command")
    done = here("batch", "x")
    assert (done.code, done.said) == (2, "本版本没有 audit batch")


def test_a_verb_gets_the_arguments_after_it(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """`audit score CORPUS --x` calls its function with [CORPUS, --x] and returns its code."""
    given: list[str] = []
    monkeypatch.setattr(cli, "_verb_for_tests", lambda arguments: given.extend(arguments) or 1, raising=False)
    monkeypatch.setitem(cli.VERBS, "score", "auditor.cli:_verb_for_tests")
    assert here("score", "corpus", "--x").code == 1
    assert given == ["corpus", "--x"]
