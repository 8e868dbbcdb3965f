"""Broken files: seeds in every format, and endless changes of them, the same for the same number."""

from __future__ import annotations

import random
import re
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from render import KINDS, render

from auditor.model import Document
from auditor.read import read

FORM = """安平县部门整体支出绩效自评表

单位：万元

部门名称\t\t安平县图书馆\t\t
部门资金情况\t整体支出年度预算数\t320.50\t整体支出年初预算数\t300.00
\t实际支出数\t312.40\t年度调整额\t20.50
\t预算完成率\t97.5%\t预算调整率\t6.8%
年度整体目标\t年度整体目标\t\t整体目标完成情况\t
\t举办读书活动不少于20场；新增图书1.2万册。\t\t举办读书活动24场，新增图书1.25万册（含电子书0.3万册）。\t
\t关键指标\t预期实现值\t指标完成情况\t
\t读书活动场次\t≥20场\t24场\t

\t新增图书\t1.2万册\t1.25万册\t
主要任务\t预期目标\t目标完成情况\t关键指标\t指标完成情况\t任务涉及资金
全民阅读\t办好读书活动\t举办读书活动24场\t\t\t45.20
\t\t\t读书活动场次\t24场\t
存在问题\t无
"""

_TOKENS = (
    *"\t\n|\r\0\ufeff（）“%-/0.，；\u3000²\U0001f600\u202e", "万元", "≥", "其中：", "共", "合计", "1e999", "<p>",
    "2023年", "9" * 40, "１２", "一、", "1.", "|---|",
)  # fmt: skip
_MARKUP = (
    *b'< > /> & " &amp; &#0; &x; </w:tc> <w:tc> <tr> </td> <table> </table> -1 0 99999999 4294967296 <![CDATA['.split(),
    *(b"\0", b"\xff\xfe", b"XFD1048576", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<td rowspan=0>"),
)
_NUMBER = re.compile(rb"\d+")


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """(kind, bytes) of one small form in every format."""
    form: Document = read("form", FORM.encode())
    return (("text", FORM.encode()), *((kind, render(form, kind)) for kind in KINDS), ("xls", old_workbook(form)))


def old_workbook(form: Document) -> bytes:
    """The form as an .xls: values only, percents as numbers with a format."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("自评表")
    percent = xlwt.easyxf(num_format_str="0.0%")
    top = 0
    for block in form.blocks:
        rows = getattr(block, "rows", None)
        for row in rows or ():
            for cell in row:
                text = cell.text.raw
                if text.endswith("%") and text[:-1].replace(".", "").isdigit():
                    sheet.write(top, cell.column, float(text[:-1]) / 100, percent)
                elif text:
                    sheet.write(top, cell.column, text)
            top += 1
        if rows is None:
            sheet.write_merge(top, top, 0, 5, block.text.raw)
            top += 1
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def mutant(number: int) -> tuple[str, bytes]:
    """(kind of its seed, bytes) of the mutant of that number."""
    rng = random.Random(number)
    kind, data = rng.choice(seeds())
    if kind in ("docx", "xlsx") and rng.random() < 0.8:
        return kind, _repacked(data, rng)
    if kind in ("text", "pipes", "crlf") and rng.random() < 0.7:
        return kind, _retyped(data.decode("utf-8-sig"), rng).encode("utf-8", "surrogatepass")
    return kind, _broken(data, rng, _MARKUP if kind == "html" else ())


def _repacked(data: bytes, rng: random.Random) -> bytes:
    """A package with one broken part: broken bytes outside would only fail the checksum."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        names = [n for n in old.namelist() if n.endswith((".xml", ".rels")) and "theme" not in n]
        likely = [n for n in names if re.search(r"document\.xml|sheet1|sharedStr|styles|workbook", n)]
        target = rng.choice(likely if likely and rng.random() < 0.8 else names)
        for name in old.namelist():
            if name == target and rng.random() < 0.03:
                continue
            body = old.read(name)
            new.writestr(name, _broken(body, rng, _MARKUP) if name == target else body)
    return out.getvalue()


def _retyped(text: str, rng: random.Random) -> str:
    for _ in range(rng.randint(1, 12)):
        at, size = rng.randrange(len(text) + 1), rng.choice((0, 0, 1, 2, 9, 40))
        match rng.randrange(4):
            case 0:
                text = text[:at] + rng.choice(_TOKENS) * rng.choice((1, 1, 2, 50)) + text[at + size :]
            case 1:
                text = text[:at] + text[at + size :]
            case 2:
                other = rng.randrange(len(text) + 1)
                text = text[:at] + text[other : other + 5 * size] * rng.choice((1, 2, 9)) + text[at:]
            case _:
                lines = text.split("\n")
                rng.shuffle(lines)
                text = "\n".join(lines)
    return text


def _broken(data: bytes, rng: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not data:
            return data
        at, size = rng.randrange(len(data)), rng.choice((1, 1, 2, 8, 64, 512))
        match rng.randrange(8 if tokens else 6):
            case 0:
                data = data[:at] + rng.randbytes(size) + data[at + size :]
            case 1:
                data = data[:at] + data[at + size :]
            case 2:
                data = data[:at] + data[at : at + size] * rng.choice((2, 3, 60)) + data[at + size :]
            case 3 if rng.random() < 0.2:
                data = data[:at]
            case 4:
                found = list(_NUMBER.finditer(data))
                if found:
                    spot = rng.choice(found)
                    value = rng.choice((b"0", b"-1", b"1", b"99", b"65536", b"2147483647", b"99999999999"))
                    data = data[: spot.start()] + value + data[spot.end() :]
            case 5:
                data = data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
            case _ if tokens:
                data = (
                    data[:at] + rng.choice(tokens) * rng.choice((1, 1, 3, 400)) + data[at + rng.choice((0, 0, size)) :]
                )
    return data
