"""`audit waive REVIEWED.xlsx`: the verdicts that a reviewer filled into the workbook, as waivers.

A false alarm becomes a waiver with the remark as its reason and the reviewer as its name; without them it is refused.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

from auditor.memory import Waiver, load_waivers, waivers_text
from auditor.model import AuditError
from auditor.report.book import Column
from auditor.report.quote import inert
from auditor.report.words import Names, name, pick

VERDICT: Names = {
    "open": ("待核", "open"),
    "confirmed": ("属实", "confirmed"),
    "false_alarm": ("误报", "false alarm"),
    "corrected": ("已更正", "corrected"),
}
FINDINGS = ("问题", "Findings")  # the sheet
CODE = Column("代码", "Rule", 9, 10)
MESSAGE = Column("问题", "Finding", 38, 38)
VERDICTS = Column("结论", "Verdict", 10, 12)
REMARK = Column("备注", "Remark", 24, 24)
REVIEWER = Column("复核人", "Reviewer", 11, 12)
FINGERPRINT = Column("指纹", "Fingerprint", 20, 20)
_NEEDED = (CODE, MESSAGE, VERDICTS, REMARK, REVIEWER, FINGERPRINT)
_SAID = {title: key for key, titles in VERDICT.items() for title in titles} | {"": "open"}
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one finding. row: 1-based, as Excel counts. verdict: a key of VERDICT."""

    row: int
    code: str
    message: str
    fingerprint: str
    verdict: str
    remark: str
    reviewer: str


def read_verdicts(path: Path) -> tuple[Verdict, ...]:
    """The rows of the findings sheet. Columns are found by their heads, in either language, wherever they stand.

    Errors: AuditError for what is no such workbook, and for verdicts and fingerprints that cannot be read, by row.
    """
    rows = _rows(path)
    at, top = _heads(path, rows)
    found = []
    wrong: list[int] = []
    for number, row in enumerate(rows[top + 1 :], top + 2):
        code, message, said, remark, reviewer, fingerprint = (_text(row, column) for column in at)
        if not (said or remark or reviewer or fingerprint or message):
            continue
        verdict = _SAID.get(said.lower())
        if verdict is None or not _FINGERPRINT.fullmatch(fingerprint):
            wrong.append(number)
        else:
            found.append(Verdict(number, code, message, fingerprint, verdict, remark, reviewer))
    if wrong:
        said = " / ".join(title for titles in VERDICT.values() for title in titles)
        raise _refused(
            path, wrong, f"结论或指纹无法识别（结论取 {said}；指纹不可改动）",
            f"the verdict or the fingerprint cannot be read (verdicts: {said}; leave fingerprints as they are)",
        )  # fmt: skip
    return tuple(found)


def waivers(verdicts: Sequence[Verdict], path: Path, by: str = "") -> tuple[Waiver, ...]:
    """One waiver a false alarm. `by`: who decided where the row has no name.

    Errors: AuditError for false alarms without a remark or a name, and for a finding that was judged in two ways.
    """
    alarms = [v for v in verdicts if v.verdict == "false_alarm"]
    if bare := [v.row for v in alarms if not v.remark]:
        raise _refused(path, bare, "误报没有写明理由：请填备注", "a false alarm without a reason: fill in the remark")
    if bare := [v.row for v in alarms if not (v.reviewer or by)]:
        raise _refused(
            path, bare, "误报没有署名：请填复核人，或加 --by 姓名",
            "a false alarm without a name: fill in the reviewer, or add --by NAME",
        )  # fmt: skip
    found = {v.fingerprint: v for v in reversed(alarms)}
    if split := [v.row for v in verdicts if v.fingerprint in found and v.verdict not in ("false_alarm", "open")]:
        raise _refused(
            path, split, "同一指纹在别的行是误报，这里却不是：请统一结论",
            "the same fingerprint is a false alarm in another row: make the verdicts one",
        )  # fmt: skip
    return tuple(Waiver(v.remark, v.reviewer or by, f"{path}:{v.row}", v.fingerprint) for v in reversed(found.values()))


def waive_command(arguments: Sequence[str]) -> int:
    """The verb. Prints TOML, or adds it to the file of -o; what became of the verdicts goes to stderr."""
    options = _parser().parse_args(list(arguments))
    lang = options.lang
    if options.help:
        sys.stdout.write(pick(lang, *_USAGE))
        return 0
    if options.workbook is None:
        raise AuditError(
            "没有给出工作簿；例如 audit waive 复核.xlsx", "no workbook given; try audit waive REVIEWED.xlsx"
        )
    verdicts = read_verdicts(options.workbook)
    made = waivers(verdicts, options.workbook, options.by.strip())
    known = load_waivers(options.output) if options.output and options.output.exists() else ()
    new = [waiver for waiver in made if waiver.fingerprint not in {old.fingerprint for old in known}]
    _write(options.output, "\n".join(_entries(new, verdicts)))
    counts = Counter(v.verdict for v in verdicts)
    said = pick(lang, "，", ", ").join(f"{name(VERDICT, key, lang)} {counts[key]}" for key in VERDICT)
    added = pick(lang, f"豁免 {len(new)} 条", f"{len(new)} waivers")
    if known:
        added += pick(lang, f"（另有 {len(made) - len(new)} 条已在文件中）", f" ({len(made) - len(new)} were there)")
    sys.stderr.write(f"audit: {said}{pick(lang, '；', '; ')}{added}\n")
    return 0


_USAGE = (
    """\
用法
  audit waive 复核.xlsx [-o 豁免.toml] [--by 姓名] [--lang zh|en]

把“问题”表里结论为误报的行转为豁免（备注为理由，复核人为署名），供 --waivers 使用。
-o 的文件已存在时只追加新的豁免；--by 用于没有填复核人的行。
""",
    """\
Usage
  audit waive REVIEWED.xlsx [-o waivers.toml] [--by NAME] [--lang zh|en]

Turns the false alarms of the Findings sheet into waivers (remark: reason, reviewer: name), for --waivers.
To a file of -o that is there already only new waivers are added; --by is for rows without a reviewer.
""",
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise AuditError(f"{message}；audit waive --help 列出用法", f"{message}; audit waive --help shows the usage")


def _parser() -> _Parser:
    parser = _Parser(prog="audit waive", add_help=False, allow_abbrev=False)
    parser.add_argument("workbook", nargs="?", type=Path)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--by", default="")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    return parser


def _entries(new: Sequence[Waiver], verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Each waiver under a line that says which finding it is."""
    first = {v.fingerprint: v for v in reversed(verdicts)}
    for waiver in new:
        about = first[waiver.fingerprint]
        yield f"# {inert(about.code)} {inert(about.message)}\n{waivers_text([waiver])}"


def _write(path: Path | None, text: str) -> None:
    if path is None:
        sys.stdout.write(text)
        return
    try:
        before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        if text:
            gap = "\n" if before.endswith("\n") else "\n\n"
            path.write_text((before + gap if before.strip() else "") + text, encoding="utf-8")
        elif not path.exists():
            path.write_text("", encoding="utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise AuditError(f"{path}: 写不了：{why}", f"{path}: cannot be written: {why}") from None


def _rows(path: Path) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    from auditor.read import USUAL
    from auditor.read.guard import open_package

    try:
        with path.open("rb") as file:
            data = file.read(USUAL.size + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise AuditError(f"{path}: 无法打开：{why}", f"{path}: cannot be opened: {why}") from None
    try:
        if data[:2] == b"PK":
            open_package(data, USUAL)
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheet = next((n for n in book.sheet_names if n in FINDINGS), book.sheet_names[0])
        return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except AuditError as error:
        raise AuditError(f"{path}: {error}", f"{path}: {error.en}") from None
    except (CalamineError, ValueError, OSError, IndexError):
        raise _strange(path) from None


def _heads(path: Path, rows: Sequence[Sequence[Any]]) -> tuple[tuple[int, ...], int]:
    """Where the needed columns stand, and the row of the heads."""
    for number, row in enumerate(rows[:20]):
        titles = [str(value).strip() for value in row]
        places = [next((i for i, t in enumerate(titles) if t in (c.zh, c.en)), None) for c in _NEEDED]
        if None not in places:
            return tuple(place for place in places if place is not None), number
    raise _strange(path)


def _strange(path: Path) -> AuditError:
    heads = "、".join(column.zh for column in _NEEDED)
    return AuditError(
        f"{path}: 不是复核过的工作簿（应有“{FINDINGS[0]}”表，列 {heads}）；请用 audit … --format xlsx 生成",
        f"{path}: not a reviewed workbook (a sheet {FINDINGS[1]} with {', '.join(c.en for c in _NEEDED)}); "
        "make one with audit … --format xlsx",
    )


def _text(row: Sequence[Any], column: int) -> str:
    value = row[column] if column < len(row) else ""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return " ".join(str(value).split())


def _refused(path: Path, rows: Sequence[int], zh: str, en: str) -> AuditError:
    listed = "、".join(map(str, rows[:10])) + ("…" if len(rows) > 10 else "")
    return AuditError(f"{path}: 第 {listed} 行：{zh}", f"{path}: row {listed.replace('、', ', ')}: {en}")
