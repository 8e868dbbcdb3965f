"""Is a labelled form sound? What the answers say is held against the text, and the sums of the form are done again.

    python corpus/check.py [FORM.toml | FOLDER]...        (default: this folder)

Prints one line a problem and exits 1 where there is one; a figure that no answer covers is a problem, so it also tells
what is left to label. The checks know nothing of the program: labels and program must not share their mistakes. The
format is described in README.md beside this file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from labelled import FIGURE, Labelled, figures, meet
from sums import guangdong, reach, scores

from auditor.model import CATEGORIES, SECTIONS, SEVERITIES

HERE = Path(__file__).parent
ROLES = ("budget", "target", "result", "plan")
SIGNS = ("=", "≥", ">", "≤", "<", "≈")

_UNIT = (
    "个|项|场|次|家|户|人|名|处|宗|件|条|辆|台|套|期|批|篇|份|册|亩|公里|米|吨|座|栋|起|天|村|所|支|只|头|棵|株|幅|部|"
    "块|组|轮|卷|面|间|张|倍|万|亿|%"
)
# Digits that count nothing: years and dates, document numbers, ordinals, markers of a list, names.
NOT_COUNTED = re.compile(
    r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|(?<!\d)(?:19|20)\d\d(?:\s*[-—至~]\s*(?:(?:19|20)\d\d|\d\d))?\s*年?(?:度|底|末|初|中)?(?:\d{1,2}月(?:\d{1,2}日)?)?"
    r"|\d{1,2}月\d{1,2}日|\d{1,2}(?:\s*[-—至]\s*\d{1,2})?月(?:底|末|初|中旬|上旬|下旬|份)?(?!龄)"
    r"|[〔\[【(（](?:19|20)\d\d[〕\]】)）]\s*第?\d*号?|第\s*[\d一二三四五六七八九十]+|\d+号|附件\s*\d+"
    r"|(?:(?<=^)|(?<=[\s。；，：:;>|]))(?:[(（]?\d{1,2}(?:[)）、]|[.．](?!\d))|[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|指标\s*\d+|目标\s*\d+)"
    r"|[（(]\s*\d{1,3}\s*分\s*[）)]|[（(][一二三四]期[）)]"
)
_NAMES = re.compile(r"“[^”]{1,16}”|十四五|百千万")  # mottos
HAN_COUNT = re.compile(rf"[两二三四五六七八九十百千]+(?:{_UNIT})")


def shape(form: Labelled) -> Iterator[str]:
    """Keys, vocabulary, line ends."""
    for key in ("layout", "department", "year", "kind", "clean", "quantities"):
        if key not in form.answers:
            yield f"no key {key!r}"
    if "\r" in form.text or "\ufeff" in form.text or not form.text.endswith("\n"):
        yield "the text must be UTF-8 without BOM, with \\n at the end of every line"
    if form.answers.get("department", "") not in form.text:
        yield "the department's name is not in the text"
    if form.answers.get("clean") and form.answers.get("finding"):
        yield "a clean form has no findings"
    for group, _ in form.groups("finding", "allowed"):
        for category in group.get("categories", ["?"]):
            if category not in CATEGORIES:
                yield f"unknown category {category!r}"
        if group.get("severity") not in SEVERITIES:
            yield f"unknown severity {group.get('severity')!r}"
        if not group.get("why"):
            yield f"a finding without a why: {group['sides']}"
    for fact in form.answers.get("fact", ()):
        if fact.get("role") not in ROLES:
            yield f"fact {fact.get('name')!r}: unknown role {fact.get('role')!r}"


def quotes(form: Labelled) -> Iterator[str]:
    """Every quote occurs, on one line, with its marks in order; every quantity has one value."""
    kinds = ("fact", "finding", "allowed", "agreement", "trap")
    sides = [raw for kind in kinds for group in form.answers.get(kind, ()) for raw in group["sides"]]
    sides += [*form.answers.get("either", ()), *form.answers.get("not_quantities", ())]
    for raw in sides + [q[0] for q in form.answers.get("quantities", ())]:
        side = form.side(raw)
        if not side.places:
            yield f"not in the text: {side.quote!r}"
        if "\n" in side.quote or side.quote.count("⟦") != side.quote.count("⟧") or side.quote.count("⟦") > 1:
            yield f"a quote stands on one line and has one mark at most: {side.quote!r}"
        if side.section is not None and side.section not in SECTIONS:
            yield f"unknown section {side.section!r}"
    seen: dict[tuple[int, int], tuple[str, str, str]] = {}
    for quote, value, unit, sign in form.answers.get("quantities", ()):
        if "⟦" not in quote:
            yield f"a quantity without marks: {quote!r}"
            continue
        mark = quote[quote.index("⟦") + 1 : quote.index("⟧")]
        if [Decimal(v) for v in value.split("..")] != figures(mark):
            yield f"{quote!r} prints {figures(mark)}, labelled {value}"
        if sign not in SIGNS:
            yield f"{quote!r}: unknown comparator {sign!r}"
        for place in form.side(quote).places:
            if seen.setdefault(place, (value, unit, sign)) != (value, unit, sign):
                yield f"line {form.line(place[0])}: {quote!r} labelled as {seen[place]} and as {(value, unit, sign)}"
    ordered = sorted(seen)
    for (s, e), (t, _) in pairwise(ordered):
        if t < e:
            yield f"line {form.line(s)}: {form.text[s:e]!r} overlaps the next quantity"


def uncovered(form: Labelled) -> Iterator[tuple[int, str]]:
    """Figures of the text that no answer covers and that are not plainly a date, a document's number, an ordinal …"""
    taken = set()
    for raw in [*form.answers.get("either", ()), *form.answers.get("not_quantities", ())]:
        taken.update(i for s, e in form.side(raw).places for i in range(s, e))
    taken.update(i for s, e in form.quantities for i in range(s, e))
    plain = {i for m in NOT_COUNTED.finditer(form.text) for i in range(*m.span())}
    names = {i for m in _NAMES.finditer(form.text) for i in range(*m.span())}
    for found in FIGURE.finditer(form.text):
        if not taken & set(range(*found.span())) and found.start() not in plain | names:
            yield found.start(), found.group()
    for found in HAN_COUNT.finditer(form.text):
        if not taken & set(range(*found.span())) and found.start() not in plain | names:
            yield found.start(), found.group()


def coverage(form: Labelled) -> Iterator[str]:
    for at, figure in uncovered(form):
        yield f"line {form.line(at)}: {form.text[max(0, at - 8) : at + len(figure) + 6]!r} is in no answer"


def facts(form: Labelled) -> Iterator[str]:
    """A fact stands in two places or more; its figures agree, or a finding says that they do not."""
    for fact, places in form.groups("fact"):
        labels = {p: form.quantities[p] for p in places if p in form.quantities}
        for place in set(places) - set(labels):
            where = f"{form.text[slice(*place)]!r} (line {form.line(place[0])})"
            yield f"fact {fact['name']!r}: {where} is no labelled quantity"
        if len(labels) < 2:
            yield f"fact {fact['name']!r} stands in {len(labels)} place"
        values = list(labels.values())
        if not all(meet(a, b) for i, a in enumerate(values) for b in values[i + 1 :]) and not form.reported(*labels):
            yield f"fact {fact['name']!r} ({fact['role']}) has different figures and no finding: {values}"


CHECKS = (shape, quotes, coverage, facts, guangdong, scores, reach)


def problems(path: Path) -> list[str]:
    """Everything that is wrong with one labelled form (`path` is its .toml)."""
    form = Labelled.load(path)
    return [f"{check.__name__}: {problem}" for check in CHECKS for problem in check(form)]


def forms(folder: Path = HERE) -> list[Path]:
    return sorted(p for p in folder.rglob("*.toml") if p.with_suffix(".txt").exists())


def main(arguments: list[str]) -> int:
    paths = [Path(a) for a in arguments] or [HERE]
    bad = quantities = groups = found = 0
    every = [t for p in paths for t in (forms(p) if p.is_dir() else [p])]
    for path in every:
        form = Labelled.load(path)
        quantities += len(form.quantities)
        groups += len(form.answers.get("fact", ()))
        found += len(form.answers.get("finding", ()))
        for problem in problems(path):
            bad += 1
            print(f"{path}: {problem}")
    print(f"{len(every)} forms, {quantities} quantities, {groups} facts, {found} findings, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
