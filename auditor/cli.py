"""`audit`: files in, a report out, 0, 1 or 2. Thin: what the words mean stands here, the work does not.

Heavy libraries are imported by the verb that needs them; help, version and the rules need none.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from auditor.model import SEVERITIES, AuditError, Report
from auditor.options import audit_parser, language, parse, rule_parser
from auditor.report import FORMATS, Format, View, one_file_only, render

# Verbs that other modules bring: "module:function", called with the arguments after the verb, returns the exit code.
VERBS = {
    "score": "auditor.score:score_command",
    "batch": "auditor.batch:batch_command",
    "summary": "auditor.batch:summary_command",
    "waive": "auditor.report.review:waive_command",
}
# What a directory is searched for. .doc and .wps are there to be answered, not passed over in silence.
SUFFIXES = frozenset(
    (".txt", ".text", ".tsv", ".docx", ".xlsx", ".xlsm", ".xls", ".pdf", ".html", ".htm", ".doc", ".wps", ".et")
)
BY_SUFFIX = {".html": "html", ".xlsx": "xlsx", ".docx": "docx", ".sarif": "sarif", ".json": "json", ".jsonl": "jsonl"}
BY_SUFFIX[".pdf"] = "annotated"
MARKED = frozenset((".docx", ".docm", ".xlsx", ".xlsm", ".pdf"))  # what --format annotated gives back in its own kind


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0, 1 (findings), 2 (could not do the work)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # GBK has no m²
    lang = language(arguments)
    try:
        code = _run(arguments, lang)
        sys.stdout.flush()
        return code
    except AuditError as error:
        return _fail(lang, "", error)
    except BrokenPipeError:  # the reader has seen enough: | head
        _mute()
        return 141
    except KeyboardInterrupt:
        return 130
    except OSError as error:  # a full disk behind > FILE
        _mute()
        why = f"{error.filename + ': ' if isinstance(error.filename, str) else ''}{error.strerror or error}"
        return _fail(lang, "", AuditError(f"读写出错：{why}", f"input or output failed: {why}"))
    except Exception as error:
        return _fail(lang, "", _internal(error))


def _mute() -> None:
    """What is left in stdout's buffer goes nowhere, so that the interpreter does not complain at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str], lang: str) -> int:
    verb = arguments[0] if arguments else ""
    if verb == "rule":
        return _rule(parse(rule_parser(), arguments[1:]))
    if verb in VERBS:
        module, _, function = VERBS[verb].partition(":")
        try:
            command = getattr(import_module(module), function)
        except (ModuleNotFoundError, AttributeError) as error:
            if not isinstance(error, AttributeError) and not (error.name or "").startswith("auditor"):
                raise
            raise AuditError(f"本版本没有 audit {verb}", f"this version has no audit {verb}") from None
        code: int = command(arguments[1:])
        return code
    options = parse(audit_parser(), arguments)
    if options.help:
        from auditor.usage import usage

        sys.stdout.write(usage(lang))
        return 0
    if options.version:
        from auditor import __version__

        sys.stdout.write(f"gouji {__version__}\n")
        return 0
    return _audit(options)


# --- audit FILE… --------------------------------------------------------------------------------------------------


@dataclass
class _Tally:
    """What a run came to: findings by severity that count, files done, files that could not be."""

    findings: Counter[str] = field(default_factory=Counter)
    done: int = 0
    failed: int = 0

    def code(self, fail_on: str, exit_zero: bool) -> int:
        if self.failed:
            return 2
        over = () if fail_on == "never" else SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        return int(any(self.findings[severity] for severity in over) and not exit_zero)


def _audit(options: argparse.Namespace) -> int:
    from auditor.memory import Memory, baseline_text, load_baseline, load_waivers
    from auditor.rules import load_rules
    from auditor.select import choose

    lang = options.lang
    if not options.paths:
        raise AuditError("没有给出文件；例如 audit 自评表.docx", "no file given; try audit report.docx")
    several = len(options.paths) > 1 or any(Path(p).is_dir() for p in options.paths)
    name, form = _format(options, several)
    view = _view(options, several)
    rules = choose(load_rules([Path(p) for p in options.rules]), options.select, options.ignore)
    memory = Memory(
        load_waivers(Path(options.waivers)) if options.waivers else (),
        load_baseline(Path(options.baseline)) if options.baseline else {},
    )
    tally = _Tally()
    reports: list[Report] = []
    for report in _reports(options.paths, rules, lang, tally):
        report, memory = memory.settle(report)
        for severity in SEVERITIES:
            tally.findings[severity] += report.count(severity)
        if form.streams and not options.output:
            if tally.done > 1 and name == "full":
                _out("\n")
            _out(str(render([report], name, view)), data=name == "jsonl")
        if not form.streams or options.output or options.write_baseline:
            reports.append(report)
    if reports and options.output:
        content = render(reports, name, view)
        _write(Path(options.output), content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    elif reports and not form.streams:
        _out(render(reports, name, view), data=True)
    if view.several and name == "full" and not options.output:
        from auditor.report.terminal import total

        _out(total(tally.done, tally.failed, tally.findings, view))
    for waiver in memory.unused:
        late = waiver.until is not None and waiver.until < memory.today
        _say(
            f"{waiver.where}: " + ("豁免已过期" if late else "豁免未用上：没有对应的问题，可删去"),
            f"{waiver.where}: " + ("the waiver has expired" if late else "the waiver covers nothing: remove it"),
            lang,
        )
    if options.write_baseline and not tally.failed:
        _write(Path(options.write_baseline), baseline_text(reports).encode())
        return 0
    return tally.code(options.fail_on, options.exit_zero)


def _reports(paths: Sequence[str], rules: Sequence[Any], lang: str, tally: _Tally) -> Iterator[Report]:
    """The report of each file; one that cannot be audited is told on stderr and the next is taken."""
    from auditor import audit

    for path in _files(paths, lang, tally):
        try:
            report = audit(path, rules=rules)
        except AuditError as error:
            tally.failed += 1
            _fail(lang, path, error)
        except Exception as error:
            tally.failed += 1
            _fail(lang, path, _internal(error))
        else:
            tally.done += 1
            yield report


def _files(paths: Sequence[str], lang: str, tally: _Tally) -> Iterator[str]:
    """The files that are meant, each once: a directory's are found at any depth, by suffix, in order of name."""
    seen: set[str] = set()
    for path in paths:
        found = [path]
        if path != "-" and os.path.isdir(path):
            found = [
                os.path.join(folder, file)
                for folder, folders, files in os.walk(path)
                for file in (folders.sort() or sorted(files))
                if os.path.splitext(file)[1].lower() in SUFFIXES and not file.startswith((".", "~$"))
            ]
            if not found:
                tally.failed += 1
                kinds = " ".join(sorted(SUFFIXES))
                _fail(lang, path, AuditError(f"文件夹里没有报告（{kinds}）", f"no reports in this directory ({kinds})"))
        for file in found:
            if file not in seen:
                seen.add(file)
                yield file


def _format(options: argparse.Namespace, several: bool) -> tuple[str, Format]:
    """The format asked for, or the one that the output's suffix tells; refuses what could not be written."""
    output = Path(options.output) if options.output else None
    name = options.format or (BY_SUFFIX.get(output.suffix.lower(), "full") if output else "full")
    form = FORMATS[name]
    if form.single and several:
        raise one_file_only(name)
    if output is None:
        if form.binary and sys.stdout.isatty():
            raise AuditError(
                f"--format {name} 要写入文件：请加 -o 文件名", f"--format {name} needs a file: add -o FILE"
            )
        return name, form
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise AuditError(
            f"-o {output}: 文件夹不存在，或这是一个文件夹", f"-o {output}: no such directory, or it is one"
        )
    suffix = Path(options.paths[0]).suffix.lower()
    if form.single and suffix in MARKED and output.suffix.lower() != suffix:
        raise AuditError(
            f"-o {output}: 加了批注的文件与原件同类，后缀应为 {suffix}；请用 --format annotated -o 新文件{suffix}",
            f"-o {output}: a marked file is of its original's kind, {suffix}: use --format annotated -o NEW{suffix}",
        )
    if output.is_file() and any(
        path != "-" and os.path.exists(path) and output.samefile(path) for path in options.paths
    ):
        raise AuditError(
            f"-o {output}: 会覆盖被审计的文件；请换一个名字", f"-o {output}: this is an input; choose another name"
        )
    return name, form


def _view(options: argparse.Namespace, several: bool = False) -> View:
    import shutil

    terminal = sys.stdout.isatty() and not getattr(options, "output", None)
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf") or not terminal
    quiet = options.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    forced = bool(os.environ.get("FORCE_COLOR")) and not getattr(options, "output", None)
    width = shutil.get_terminal_size((80, 24)).columns if terminal or os.environ.get("COLUMNS") else 80
    return View(
        lang=options.lang,
        several=several,
        ascii=options.ascii or not unicode,
        color=(terminal or forced) and not quiet,
        width=100 if getattr(options, "output", None) else max(width, 40),
        everything=getattr(options, "all", False),
    )


# --- audit rule [CODE] --------------------------------------------------------------------------------------------


def _rule(options: argparse.Namespace) -> int:
    from auditor.rules import load_rules
    from auditor.select import choose

    if options.help:
        from auditor.usage import rule_usage

        _out(rule_usage(options.lang))
        return 0
    rules = load_rules([Path(p) for p in options.rules])
    single = len(options.codes) == 1
    if options.codes:
        rules = choose(rules, options.codes)
    from auditor.report import catalogue

    if options.format == "json":
        _out(catalogue.as_json(rules[0] if single and len(rules) == 1 else rules), data=True)
        return 0
    view = _view(options)
    if options.codes and len(rules) <= max(3, len(options.codes)):
        _out("\n\n".join(catalogue.page(rule, view) for rule in rules))
    else:
        _out(catalogue.catalogue(rules, view))
    return 0


# --- in and out ---------------------------------------------------------------------------------------------------


def _out(content: str | bytes, data: bool = False) -> None:
    """To stdout. Data is UTF-8 whatever the terminal speaks; text is what the terminal can show."""
    if isinstance(content, str) and not data:
        sys.stdout.write(content)
        sys.stdout.flush()
        return
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # a replaced stdout, in a test or a notebook
        sys.stdout.write(raw.decode("utf-8", "replace"))
    else:
        buffer.write(raw)
        buffer.flush()


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: the old file stays until the new one is whole."""
    import tempfile

    try:
        path = path.resolve()
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe
            path.write_bytes(content)
            return
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(name, path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~umask)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        why = error.strerror or str(error)
        raise AuditError(f"{path}: 写不了：{why}", f"{path}: cannot be written: {why}") from None


def _say(zh: str, en: str, lang: str) -> None:
    from auditor.report.quote import inert

    sys.stderr.write(f"audit: {inert(en if lang == 'en' else zh)}\n")


def _fail(lang: str, path: str, error: AuditError) -> int:
    """One line on stderr: audit: path: what; what to do."""
    where = f"{path}: " if path else ""
    _say(f"{where}{error}", f"{where}{error.en}", lang)
    return 2


def _internal(error: Exception) -> AuditError:
    """A mistake of ours, as one line; AUDIT_DEBUG=1 shows where."""
    if os.environ.get("AUDIT_DEBUG"):
        raise error
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return AuditError(
        f"程序内部错误（{what}）；请连同 AUDIT_DEBUG=1 下的输出一起报告",
        f"internal error ({what}); please report it with what AUDIT_DEBUG=1 prints",
    )
