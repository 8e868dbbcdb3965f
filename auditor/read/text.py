"""Text: decoded, kept whole, and cut into tables and paragraphs by its tabs and pipes. Offsets are the file's own."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from auditor.model import AuditError, Paragraph, Piece, Place, Table, Text
from auditor.read.comma import comma_table
from auditor.read.guard import Limits, too_many_cells
from auditor.read.rows import BAR, Line, table_of

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x9f]")
_HAN = re.compile("[\u4e00-\u9fff]+")
FURNITURE = re.compile(  # page numbers: — 3 —, 第 3 页 共 9 页, 3/9
    r"[—–－-]+\s*\d{1,4}\s*[—–－-]+|第\s*\d{1,4}\s*页.{0,12}|(?:-\s*)?\d{1,4}\s*/\s*\d{1,4}(?:\s*-)?"
)

_QUOTED = re.compile(  # a cell that a program copied, with line ends and, doubled, quotes of its own
    r"""(?:(?<=\t)"(?:[^"\t]|""){1,5000}+"(?=[\t\r\n]|\Z)|^"(?:[^"\t]|""){1,5000}+"(?=\t))""", re.M
)
_PAGE = re.compile(r"\d{1,3}")  # alone on a line within a table
_HEADING = re.compile(r"\s*#{1,6}\s+(?=\S)")  # of markdown

Block = Table | Paragraph


def decode(data: bytes) -> str:
    """The text of `data`, without its byte order mark: by BOM, else strict utf-8, else strict gb18030.

    Errors: AuditError for bytes that are none of these, and for text that is mostly not text.
    """
    text = _decoded(data)
    if text is None and b"\0" not in data:
        raise AuditError(
            "编码无法识别：请另存为 UTF-8 或 GB18030 编码的文本",
            "unknown encoding: save the text as UTF-8 or GB18030",
        )
    if text is None or "\0" in text or len(_CONTROL.findall(text)) * 50 > len(text):
        raise AuditError(
            "不是文本文件（含二进制内容）：请交 .txt、.docx、.xlsx、.pdf 或 .html 文件",
            "not a text file (binary content): give a .txt, .docx, .xlsx, .pdf or .html file",
        )
    return text


_COMMON = bytes(range(0xB0, 0xD8))  # first bytes of level 1


def garbled(text: str) -> bool:
    """Was the text once decoded by the wrong table? Of the Chinese characters of a real text over 95 % are among the
    3,755 common ones (level 1 of GB 2312), of a garbled one some 15-20 %, of one in traditional characters 60 %."""
    found = "".join(_HAN.findall(text[:20_000]))[:500]
    if len(found) < 40:
        return False
    leads = found.encode("gb2312", "ignore")[::2]
    rare = leads.translate(None, _COMMON)
    return len(leads) - len(rare) < 0.4 * len(found)


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    return next((text for encoding in ("utf-8", "gb18030") if (text := _strictly(data, encoding)) is not None), None)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def read_text(source: str, limits: Limits) -> tuple[Block, ...]:
    """Tables (runs of lines with tabs, or with pipes) and paragraphs (every other line), in order; or one table with
    commas.

    Blank lines and page numbers inside a table are page breaks and do not end it; what they cut is stitched only where
    it certainly goes on (see `auditor.read.rows`). Texts are exact slices of
    `source`: raw is stripped, `Piece.start` is absolute; blank cells stay, empty, at their own offset.
    """
    if (whole := comma_table(source, limits)) is not None:
        return (whole,)
    blocks: list[Block] = []
    rows: list[Line] = []
    furniture: list[Paragraph] = []
    open_kind, broken, cells, tables = "", False, 0, 0

    def close() -> None:
        nonlocal rows, furniture, open_kind, broken, tables
        if rows:
            blocks.append(table_of(rows, open_kind, tables))
            tables += 1
        blocks.extend(furniture)
        rows, furniture, open_kind, broken = [], [], "", False

    for number, start, line in _lines(source):
        kind = _kind(line, open_kind)
        if kind != "tab" and not line.strip():
            broken = bool(rows)
            continue
        cells += 1 + (line.count("\t") if kind == "tab" else len(BAR.findall(line)) if kind else 0)
        if cells > limits.cells:
            raise too_many_cells(limits)
        if not kind:
            paragraph = _paragraph(source, number, start, line)
            if rows and (FURNITURE.fullmatch(line.strip()) or _PAGE.fullmatch(line.strip())):
                furniture.append(paragraph)
                broken = True
            else:
                close()
                blocks.append(paragraph)
            continue
        if kind != open_kind:
            close()
            open_kind = kind
        rows.append(Line(line, number, start, broken))
        broken = False
    close()
    return tuple(blocks)


def _lines(source: str) -> Iterator[tuple[int, int, str]]:
    """(number, offset, text) of every line; line ends in the quotes of a cell between tabs end no line."""
    inside = _QUOTED.finditer(source) if '\t' in source and '"' in source else iter(())
    cell = next(inside, None)
    at, number = 0, 1
    while at <= len(source):
        end = source.find("\n", at)
        while cell is not None and end >= cell.start():
            end = source.find("\n", cell.end()) if end < cell.end() else end
            cell = next(inside, None)
        end = len(source) if end < 0 else end
        line = source[at:end]
        yield number, at, line
        number += 1 + line.count("\n")
        at = end + 1


def _kind(line: str, open_kind: str) -> str:
    """Which separator makes the line a row: "tab", "bar", or "" for a paragraph."""
    if "\t" in line:
        # tabs before a paragraph are an indent; in a table they are blank cells
        if open_kind == "tab" or "\t" in line.strip():
            return "tab"
        return "" if not BAR.search(line) else "bar"
    return "bar" if BAR.search(line) else ""


def _paragraph(source: str, number: int, start: int, line: str) -> Paragraph:
    mark = _HEADING.match(line)
    begin = start + (mark.end() if mark else len(line) - len(line.lstrip()))
    return Paragraph(Text(source[begin : start + len(line.rstrip())], (Piece(0, begin, Place(line=number, column=0)),)))
