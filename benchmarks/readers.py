"""What reading costs beside the bare library: rows or pages a second, and the ratio of our time to the library's.

    python benchmarks/readers.py [ROUNDS=15]

Bare library: docx python-docx, the text of every cell of every table; xlsx openpyxl, values, number formats and merged
ranges of every sheet (what a reader must know to print 0.9523 as 95.23%: no other library tells the formats);
pdf pdfplumber, every table; html lxml, every cell; text str.split. "values only" is python-calamine, which we call and
which tells no number formats. Times are the best of interleaved rounds, in CPU seconds. Two sizes: a form, and a table of
a thousand rows, where starting costs nothing.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from mutants import FORM, old_workbook  # noqa: E402
from render import render  # noqa: E402

from auditor.model import Document, Table  # noqa: E402
from auditor.read import read  # noqa: E402


def bare_docx(data: bytes) -> Any:
    from docx import Document as Word

    return [[[cell.text for cell in row.cells] for row in table.rows] for table in Word(BytesIO(data)).tables]


def bare_docx_tc(data: bytes) -> Any:
    from docx import Document as Word
    from docx.table import _Cell

    return [[_Cell(tc, table).text for tc in table._tbl.iter_tcs()] for table in Word(BytesIO(data)).tables]


def bare_sheet(data: bytes) -> Any:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    return [(sheet.to_python(), sheet.merged_cell_ranges) for sheet in sheets]


def bare_openpyxl(data: bytes) -> Any:
    from openpyxl import load_workbook

    return [
        ([[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()], sheet.merged_cells.ranges)
        for sheet in load_workbook(BytesIO(data)).worksheets
    ]


def bare_pdf(data: bytes) -> Any:
    import pdfplumber

    with pdfplumber.open(BytesIO(data)) as book:
        return [(page.extract_tables(), page.extract_text()) for page in book.pages]


def bare_html(data: bytes) -> Any:
    from lxml import html

    return [cell.text_content() for cell in html.document_fromstring(data).iter("td")]


def bare_text(data: bytes) -> Any:
    return [line.split("\t") for line in data.decode().split("\n")]


BARE: tuple[tuple[str, str, Callable[[bytes], Any]], ...] = (
    ("docx", "python-docx row.cells", bare_docx),
    ("docx", "python-docx w:tc", bare_docx_tc),
    ("xlsx", "openpyxl", bare_openpyxl),
    ("xlsx", "calamine, values only", bare_sheet),
    ("xls", "calamine, values only", bare_sheet),
    ("pdf", "pdfplumber", bare_pdf),
    ("html", "lxml", bare_html),
    ("text", "str.split", bare_text),
)


def files() -> dict[str, Document]:
    corpus = sorted(ROOT.glob("corpus/dev/gd_*.txt"))
    form = read(corpus[0]) if corpus else read("form", FORM.encode())
    rows = (f"指标{n}\t数量指标\t≥{n}场\t{n}场\t{n % 20}.50\t{n % 100}.5%\t完成情况说明第{n}条" for n in range(1_000))
    return {"form": form, "1000 rows": read("long", "\n".join(rows).encode())}


def made(document: Document, kind: str) -> bytes:
    if kind == "text":
        return document.source.encode()
    return old_workbook(document) if kind == "xls" else render(document, kind)


def best(calls: list[Callable[[], Any]], rounds: int) -> list[float]:
    """The least CPU time of each, the calls taking turns."""
    times = [float("inf")] * len(calls)
    for _ in range(rounds):
        for i, call in enumerate(calls):
            gc.collect()
            began = time.process_time()
            call()
            times[i] = min(times[i], time.process_time() - began)
    return times


def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] else 15
    heads = ("library ms", "ours ms", "ratio", "rows/s", "pages/s")
    print(f"{'file':10} {'format':6} {'library':22}" + "".join(f"{head:>11}" for head in heads))
    for name, document in files().items():
        rows = sum(len(block.rows) for block in document.blocks if isinstance(block, Table))
        for kind, library, bare in BARE:
            data = made(document, kind)
            turns = min(rounds, 3) if kind == "pdf" else rounds
            theirs, ours = best([lambda b=bare, d=data: b(d), lambda d=data: read("x", d)], turns)
            pages = f"{data.count(b'/Type /Page') / ours:8.1f}" if kind == "pdf" else ""
            print(
                f"{name:10} {kind:6} {library:22} {theirs * 1e3:10.2f} {ours * 1e3:10.2f} {ours / theirs:10.2f} "
                f"{rows / ours:10.0f} {pages:>10}"
            )


if __name__ == "__main__":
    main()
