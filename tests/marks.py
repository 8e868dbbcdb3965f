"""Reports on files made on the spot: a finding wherever a test wants one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import samples

from auditor.model import Document, Evidence, Finding, Form, Report, Severity, Span, Table, Text
from auditor.read import read

Side = tuple[Text, int, int]  # a text and characters of it


def texts(document: Document) -> Iterator[Text]:
    """Every cell and paragraph in reading order, blank cells included."""
    for block in document.blocks:
        if isinstance(block, Table):
            yield from (cell.text for row in block.rows for cell in row)
        else:
            yield block.text


def side(document: Document, quote: str, nth: int = 0) -> Side:
    """The nth place where `quote` stands."""
    found = [(text, at) for text in texts(document) for at in _all(text.raw, quote)]
    text, at = found[nth]
    return text, at, at + len(quote)


def _all(raw: str, quote: str) -> Iterator[int]:
    at = raw.find(quote)
    while at >= 0:
        yield at
        at = raw.find(quote, at + 1)


def finding(*sides: Side, severity: Severity = "major", **facts: str) -> Finding:
    evidence = tuple(Evidence(Span(text, begin, stop, "prose"), "result") for text, begin, stop in sides)
    facts = {"measure": "走访企业", "one": "20家", "two": "21家"} | facts
    return Finding(samples.RULES["AGR101"], facts, "21 − 20 = 1", evidence, severity)


def report(path: str, data: bytes, *findings: Finding) -> Report:
    """What would be said of the file: its findings are made by `finding`."""
    document = replace(read(path, data), path=path)
    return Report(document, (Form(document),), (), findings, (), ())
