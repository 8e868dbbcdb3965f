"""Report → the original file with its findings marked where they stand, in its own kind.

Word gets comments, Excel cell comments and a light fill, PDF highlights with notes. One file a kind; all of them take
the bytes of the original and the notes, add to the file and change nothing that was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from auditor.model import SEVERITIES, AuditError, Evidence, Finding, Place, Report, Severity, Text
from auditor.report import PLAIN, View
from auditor.report.book import safe
from auditor.report.quote import figure_of, inert, window
from auditor.report.words import SEVERITY, name, pick, settled, side

AUTHOR = ("勾稽审核", "gouji")
OTHERS = 8  # other sides that a note lists
QUOTE = 44  # cells of their quotes

_KINDS = {"docx": "word", "xlsx": "sheet", "pdf": "pdf"}
_CANNOT = {
    "xls": (
        "旧版 Excel（.xls）不能加批注：请先另存为 .xlsx 再审计，或用 --format html",
        "an old Excel file (.xls) takes no comments: save it as .xlsx first, or use --format html",
    ),
    "text": (
        "文本文件没有批注：请用 --format html，在浏览器里查看标注的原文",
        "a text file takes no comments: use --format html to see it marked in a browser",
    ),
    "html": (
        "网页没有批注：请用 --format html，在浏览器里查看标注的原文",
        "a web page takes no comments: use --format html to see it marked in a browser",
    ),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Characters [start, end) of the text of a cell or paragraph, as its file has it. Blank: start == end."""

    place: Place
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Note:
    """What one finding says at one of its sides.

    title: what is wrong. check: the arithmetic, "" if none. here: the quote of this side; others: (place, quote line)
    of the other sides, more: how many are not among them. spots: the figure; several where a page break cuts it.
    text: that of the cell or paragraph it stands in. All that is said is harmless and on one line.
    """

    severity: Severity
    title: str
    check: str
    here: str
    others: tuple[tuple[Place, str], ...]
    more: str
    spots: tuple[Spot, ...]
    text: Text

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, in a place where `here` can be seen."""
        said = (self.title, self.check, *(line for _, line in self.others), self.more)
        return tuple(line for line in said if line)


def render(reports: Sequence[Report], view: View = PLAIN) -> bytes:
    """The original of the one report, marked. Errors: AuditError for kinds that take no marks, and for an original
    that is not there any more."""
    report = reports[0]
    kind = report.document.kind
    if kind not in _KINDS:
        raise AuditError(*_CANNOT[kind])
    return annotate(report, original(report), view.lang)


def render_word(reports: Sequence[Report], view: View = PLAIN) -> bytes:
    """`--format docx`: the same, for Word files only."""
    if (kind := reports[0].document.kind) != "docx":
        if kind in ("xlsx", "pdf"):
            raise AuditError(
                f"--format docx 只用于 Word 文件：这是 {kind}，请用 --format annotated",
                f"--format docx is for Word files: this is {kind}, use --format annotated",
            )
        raise AuditError(*_CANNOT[kind])
    return render(reports, view)


def annotate(report: Report, data: bytes, lang: str = "zh") -> bytes:
    """`data`, the file that was audited, with a note at every side of every finding."""
    mark = import_module(f"auditor.report.annotate.{_KINDS[report.document.kind]}").mark
    marked: bytes = mark(data, list(notes(report, lang)), pick(lang, *AUTHOR))
    return marked


def original(report: Report) -> bytes:
    """The bytes of the file that was audited. Errors: AuditError when it is gone or another one by now."""
    path = report.document.path
    if path == "-":
        raise AuditError(
            "标准输入没有可以批注的原件：请给出文件名", "standard input has no original to mark: give the file's name"
        )
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise AuditError(f"{path}: 原件无法打开：{why}", f"{path}: the original cannot be opened: {why}") from None
    if sha256(data).hexdigest() != report.document.sha256:
        raise AuditError(
            f"{path}: 原件在审计之后改动过：请重新审计", f"{path}: the original has changed since: audit it again"
        )
    return data


def notes(report: Report, lang: str = "zh") -> Iterator[Note]:
    """A note for every side of every finding, the severe first. The baseline is left out; what is waived says so."""
    shown = [f for f in report.findings if f.suppressed != "baseline"]
    for finding in sorted(shown, key=lambda f: (bool(f.suppressed), SEVERITIES.index(f.severity))):
        sides = list({(s.span.text.place, *figure_of(s)): s for s in finding.evidence}.values())
        check = pick(lang, "核算：", "Check: ") + finding.arithmetic if finding.arithmetic else ""
        for one in sides:
            others = [other for other in sides if other is not one]
            rest = len(others) - OTHERS
            yield Note(
                "info" if finding.suppressed else finding.severity,
                safe(inert(_title(finding, lang))),
                safe(inert(check)),
                safe(pick(lang, "此处：", "Here: ") + _quote(one, lang)),
                tuple((other.span.place, safe(inert(_see(other, lang)))) for other in others[:OTHERS]),
                pick(lang, f"……另有 {rest} 处", f"… and {rest} more") if rest > 0 else "",
                tuple(_spots(one)),
                one.span.text,
            )


def _title(finding: Finding, lang: str) -> str:
    level = settled(finding, lang) or name(SEVERITY, finding.severity, lang)
    message = finding.message(lang)
    return pick(lang, f"【{level}】{message}（{finding.rule.code}）", f"[{level}] {message} ({finding.rule.code})")


def _see(other: Evidence, lang: str) -> str:
    place, quote = side(other, lang), _quote(other, lang)
    return pick(lang, f"另见 {place}：{quote}", f"See {place}: {quote}")


def _quote(one: Evidence, lang: str) -> str:
    return window(one, QUOTE).plain or pick(lang, "（空白）", "(blank)")


def _spots(one: Evidence) -> Iterator[Spot]:
    """Where the figure stands in the file, piece by piece."""
    text = one.span.text
    begin, stop = figure_of(one)
    ends = [piece.at for piece in text.pieces[1:]] + [len(text.raw)]
    found = False
    for piece, end in zip(text.pieces, ends, strict=True):
        low, high = max(begin, piece.at), min(stop, end)
        if low < high:
            yield Spot(piece.place, piece.start + low - piece.at, piece.start + high - piece.at)
            found = True
    if not found:
        piece = text.piece(begin)
        yield Spot(piece.place, piece.start + begin - piece.at, piece.start + begin - piece.at)
