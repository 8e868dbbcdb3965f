"""The rules, for reading: all of them by family, or the page of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from auditor.model import Rule
from auditor.report import PLAIN, View
from auditor.report.json import dump
from auditor.report.lines import QUIET, block, printed, title, wrap
from auditor.report.quote import cells, inert
from auditor.report.terminal import STYLE, WIDEST
from auditor.report.words import FAMILY, SEVERITY, name, pick


def catalogue(rules: Sequence[Rule], view: View = PLAIN) -> str:
    """Every rule on a line or two: code, severity, what it says."""
    return printed(_catalogue(rules, view), view)


def page(rule: Rule, view: View = PLAIN) -> str:
    """What one rule means: message, why, authority, an example that fires and its twin that does not."""
    return printed(_page(rule, view), view)


def as_json(rules: Rule | Sequence[Rule]) -> str:
    """The same as JSON: an object for one rule, else a list."""
    return dump(_plain(rules) if isinstance(rules, Rule) else [_plain(rule) for rule in rules], indent=1) + "\n"


def _plain(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code, "name": rule.name, "family": rule.family, "kind": rule.kind, "category": rule.category,
        "severity": rule.severity, "message": dict(rule.message), "why": rule.why, "why_en": rule.why_en,
        "authority": rule.authority,
        "example": rule.example, "clean": rule.clean, "options": dict(rule.options), "file": rule.file,
        "line": rule.line,
    }  # fmt: skip


def _what(rule: Rule, lang: str) -> str:
    """The message with its gaps: “…”的完成数各处不一致：… 与 …"""
    return re.sub(r"(\{[^{}]*\})+", "…", rule.message[lang])


def _catalogue(rules: Sequence[Rule], view: View) -> Iterator[Text]:
    width = min(view.width, WIDEST)
    column = max((cells(name(SEVERITY, rule.severity, view.lang)) for rule in rules), default=0)
    order = {family: number for number, family in enumerate(FAMILY)}
    rules = sorted(rules, key=lambda rule: (order.get(rule.family, len(order)), rule.code))
    for family, group in groupby(rules, key=lambda rule: rule.family):
        yield title(name(FAMILY, family, view.lang)).append(f"  {family}", QUIET)
        for rule in group:
            label = name(SEVERITY, rule.severity, view.lang)
            head = Text("  ").append(rule.code, "bold").append("  ")
            head.append(label + " " * (column - cells(label)), STYLE[rule.severity])
            text = Text(inert(_what(rule, view.lang))).append(f"  {rule.name}", QUIET)
            yield from block(text, width, head)
        yield Text()
    count = len(rules)
    line = Text().append(
        pick(view.lang, f"{count} 条规则。说明、依据与示例：", f"{count} rules. What one means: "), QUIET
    )
    yield from wrap(line.append("audit rule " + (rules[0].code if rules else "CODE")), width)


def _page(rule: Rule, view: View) -> Iterator[Text]:
    lang, width = view.lang, min(view.width, 100)
    head = Text().append(rule.code, "bold").append(f"  {rule.name}")
    yield from wrap(head, width)
    facts = Text().append(name(SEVERITY, rule.severity, lang), STYLE[rule.severity])
    facts.append(f"   {name(FAMILY, rule.family, lang)}   {rule.category}", QUIET)
    yield from wrap(facts, width)
    for label, text in (
        (pick(lang, "报告什么", "What it says"), rule.message[lang]),
        (pick(lang, "为什么", "Why"), rule.reason(lang)),
        (pick(lang, "依据", "Authority"), rule.authority),
    ):
        yield Text()
        yield title(label)
        for line in text.strip().split("\n"):
            yield from block(Text(inert(line)), width, indent=2)
    for label, form in (
        (pick(lang, "会报告", "Fires on"), rule.example),
        (pick(lang, "不会报告", "Silent on"), rule.clean),
    ):
        yield Text()
        yield title(label)
        for line in form.strip("\n").split("\n"):
            row = Text()
            for number, cell in enumerate(line.split("\t")):
                row.append(" | " if number else "", QUIET).append(inert(cell).strip())
            yield from block(row, width, indent=2, hang=2)
    yield Text()
    options = pick(lang, f"定义于 {rule.file}:{rule.line}", f"defined in {rule.file}:{rule.line}")
    yield from wrap(Text().append(inert(options), QUIET), width)
