"""The entries of the HTML report's lists: findings, what held, what was not checked, the rules.

Every entry is an <article class="item"> with a head, a body of sides, and data attributes to filter by; a side names
the pieces of the form it stands in: data-at="12-14".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from auditor.model import Evidence, Finding, Pass, Report, Rule, Unchecked
from auditor.report.paper import LEVELS, Paper, flat, level_of
from auditor.report.quote import window
from auditor.report.words import (
    FAMILY,
    ROLE,
    SECTION,
    SEVERITY,
    Names,
    figure,
    name,
    pick,
    reason,
    settled,
    where,
)  # fmt: skip

ROOM = 96  # cells of a quote
LEVEL: Names = {
    **SEVERITY,
    "settled": ("已处理", "settled"),
    "held": ("相符", "held"),
    "unchecked": ("未核对", "not checked"),
}


@dataclass(frozen=True, slots=True)
class Items:
    """The entries of one report, whose form is drawn by `paper`."""

    report: Report
    paper: Paper
    lang: str = "zh"

    def findings(self) -> Iterator[str]:
        """The gravest first, what is settled last; within a level as they stand in the report."""
        for finding in sorted(self.report.findings, key=lambda finding: LEVELS.index(level_of(finding))):
            yield self._finding(finding)

    def passes(self) -> Iterator[str]:
        order = {family: number for number, family in enumerate(FAMILY)}
        ordered = sorted(self.report.passes, key=lambda held: order.get(held.rule.family, len(order)))
        for family, group in groupby(ordered, key=lambda held: held.rule.family):
            yield f'<section class="group"><h3>{flat(name(FAMILY, family, self.lang))}</h3>\n'
            yield from (self._pass(held) for held in group)
            yield "</section>\n"

    def unchecked(self) -> Iterator[str]:
        groups: dict[str, list[Unchecked]] = {}
        for item in self.report.unchecked:
            groups.setdefault(item.reason, []).append(item)
        for key, group in sorted(groups.items(), key=lambda pair: -len(pair[1])):
            yield f'<section class="group"><h3>{flat(reason(key, self.lang))} <span>{len(group)}</span></h3>\n'
            yield from (self._unchecked(item) for item in group)
            yield "</section>\n"

    def refused(self) -> Iterator[str]:
        """The numbers that count nothing, a line a reason: each as it is printed once, with how often."""
        groups: dict[str, Counter[str]] = {}
        for item in self.report.refused:
            groups.setdefault(item.reason, Counter())[item.span.quote.strip()] += 1
        if not groups:
            return
        head = pick(self.lang, "不是数量的数字", "Numbers that count nothing")
        yield f'<section class="refused"><h3>{head} <span>{len(self.report.refused)}</span></h3>\n<dl>'
        for key, quotes in sorted(groups.items(), key=lambda pair: -pair[1].total()):
            yield f"<dt>{flat(reason(key, self.lang))} <span>{quotes.total()}</span></dt>\n<dd>"
            shown = (f"<q>{flat(_short(quote))}</q>{f'×{n}' if n > 1 else ''}" for quote, n in quotes.items())
            yield " ".join(shown) + "</dd>\n"
        yield "</dl></section>\n"

    def rules(self) -> Iterator[str]:
        """The rules that found something or held, by code."""
        rules = {finding.rule.code: finding.rule for finding in self.report.findings}
        rules |= {held.rule.code: held.rule for held in self.report.passes}
        yield from (self._rule(rules[code]) for code in sorted(rules))

    # --- one entry --------------------------------------------------------------------------------------------------

    def _finding(self, finding: Finding) -> str:
        level, rule, mark = level_of(finding), finding.rule, finding.fingerprint
        head = (
            f'<span class="sev">{name(LEVEL, level, self.lang)}</span> '
            f'<span class="msg">{flat(finding.message(self.lang))}</span> '
            f'<span class="rule"><b>{flat(rule.code)}</b> {flat(rule.name)}</span>'
        )
        note = settled(finding, self.lang)
        body = (
            self._sides(finding.evidence)
            + self._sum(finding.arithmetic)
            + (f'<p class="waived">{flat(note)}</p>' if note else "")
            + f'<p class="why" data-rule="{flat(rule.code)}"></p><a class="id" href="#{mark}">{mark}</a>'
        )
        return self._item(rule.family, level, finding.evidence, head, body, f' data-id="{mark}"')

    def _pass(self, held: Pass) -> str:
        head = f'<span class="msg">{flat(held.message(self.lang))}</span> '
        head += f'<span class="rule"><b>{flat(held.rule.code)}</b></span>'
        body = self._sides(held.evidence) + self._sum(held.arithmetic)
        return self._item(held.rule.family, "held", held.evidence, head, body)

    def _unchecked(self, item: Unchecked) -> str:
        side = Evidence(item.span, "")
        quote = _short(item.span.quote.strip() or pick(self.lang, "（空白）", "(blank)"))
        head = f'<span class="msg">{flat(quote)}</span> <span class="rule">{flat(self._place(side))}</span>'
        return self._item("", "unchecked", (side,), head, self._sides((side,)))

    def _item(self, family: str, level: str, sides: Sequence[Evidence], head: str, body: str, data: str = "") -> str:
        sections = " ".join(dict.fromkeys(side.span.section for side in sides))
        data += f' data-level="{level}" data-family="{family}" data-section="{sections}"'
        return (
            f'<article class="item {level}"{data}>'
            f'<h4><button type="button" class="head" aria-expanded="false">{head}</button></h4>\n'
            f'<div class="body">{body}</div></article>\n'
        )

    def _rule(self, rule: Rule) -> str:
        label = pick(self.lang, "依据", "Authority")
        said = "en" if self.lang == "en" and rule.why_en else "zh-CN"
        return (
            f'<article class="page" data-code="{flat(rule.code)}"><h4><b>{flat(rule.code)}</b> {flat(rule.name)} '
            f'<span class="sev {rule.severity}">{name(SEVERITY, rule.severity, self.lang)}</span></h4>'
            f'<p class="reason" lang="{said}">{flat(rule.reason(self.lang))}</p>'
            f'<p class="authority"><span>{label}</span> {flat(self._authority(rule))}</p></article>\n'
        )

    def _authority(self, rule: Rule) -> str:
        """The norm, or practice in the reader's language."""
        word, colon, what = rule.authority.partition(":")
        if word != "practice":
            return rule.authority
        return pick(self.lang, "惯例", "practice") + (pick(self.lang, "：", ": ") + what.strip() if colon else "")

    # --- its sides --------------------------------------------------------------------------------------------------

    def _sides(self, sides: Sequence[Evidence]) -> str:
        """The sides under each other: number, figure, label, place, quote."""
        listed = "".join(self._side(number, side) for number, side in enumerate(sides, 1))
        return f'<ol class="sides">{listed}</ol>' if listed else ""

    def _side(self, number: int, side: Evidence) -> str:
        label = f'<span class="label">{flat(side.label)}</span>' if side.label else ""
        return (
            f'<li><button type="button" class="go" data-at="{self.paper.at(side.span)}">'
            f"<i>{number}</i><b>{flat(figure(side))}</b>{label}"
            f'<span class="place">{flat(self._place(side))}</span></button>{self._quote(side)}</li>'
        )

    def _place(self, side: Evidence) -> str:
        """绩效指标 第27行第4格  目标."""
        parts = (name(SECTION, side.span.section, self.lang), where(side.span.place, self.lang))
        place = pick(self.lang, " ", ", ").join(part for part in parts if part)
        return f"{place}  {name(ROLE, side.role, self.lang)}" if side.role in ("target", "plan") else place

    def _quote(self, side: Evidence) -> str:
        quote = window(side, ROOM)
        if not quote.plain:
            return f'<q class="blank">{pick(self.lang, "（空白）", "(blank)")}</q>'
        before = ("…" + quote.before.lstrip()) if quote.left else quote.before
        after = quote.tail + quote.after + ("…" if quote.right else "")
        return f'<q lang="zh-CN">{flat(before + quote.lead)}<mark>{flat(quote.figure)}</mark>{flat(after)}</q>'

    def _sum(self, arithmetic: str) -> str:
        if not arithmetic:
            return ""
        return f'<p class="sum"><span>{pick(self.lang, "核算", "check")}</span> {flat(arithmetic)}</p>'


def _short(quote: str) -> str:
    return quote if len(quote) <= ROOM else quote[:ROOM] + "…"
