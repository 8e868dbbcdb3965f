"""The kinds of check: code that rules (data) name. One module a kind; each has

    OPTIONS: dict[str, Option]                              the keys a rule of this kind may have
    FACTS: frozenset[str]                                   the placeholders its messages may have
    run(rule: Rule, case: Case) -> Iterator[Finding | Pass]  what it found and what held

`judged` and `parts` are no kinds: what the kinds on targets, rates and scores say alike of a row, and the arithmetic of
parts and totals.
A kind sees the whole case and decides nothing about wording: that stands in the rule. Kinds are imported to list
rules, so they import jieba, spaCy or pandas inside functions only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, TypeAlias

from auditor.clause import readable
from auditor.model import Amount, Claim, Evidence, Field, Finding, Form, Match, Pass, Place, Rule, Span

Kind: TypeAlias = type


@dataclass(frozen=True)
class Option:
    """A key that rules of a kind may have.

    type: bool, int, float (whole numbers too), str, list (of str, or of `items`) or dict. allowed: the values, for a
    list its items, for a dict its keys; () allows any. default: what a rule has that does not name the key.
    """

    type: Kind
    required: bool = False
    allowed: tuple[str, ...] = ()
    default: Any = None
    items: Kind = str


@dataclass(frozen=True)
class Case:
    """One form with its claims and matches: all that a check may look at. words: rules/words.toml."""

    form: Form
    claims: tuple[Claim, ...]
    matches: tuple[Match, ...]
    words: dict[str, Any]
    findings: tuple[Finding, ...] = ()  # of the rules before, for checks about the report itself (存在问题 无)
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # what the rules of a kind share

    def of(self, field: Field | None) -> tuple[Claim, ...]:
        """The claims of a field, in order; () for no field."""
        if "by_field" not in self.memo:
            index: dict[int, list[Claim]] = {}
            for claim in self.claims:
                index.setdefault(id(claim.field), []).append(claim)
            self.memo["by_field"] = index
        return tuple(self.memo["by_field"].get(id(field), ())) if field is not None else ()

    def stated(self) -> tuple[tuple[Field, str], ...]:
        """Texts that state goals or results, once each, with their readable form."""
        if "stated" not in self.memo:
            once: dict[int, Field] = {}
            for one in self.form.said:
                if one.section not in ("header", "budget"):
                    once.setdefault(id(one.text), one)
            self.memo["stated"] = tuple([(f, readable(f.text)) for f in once.values()])
        known: tuple[tuple[Field, str], ...] = self.memo["stated"]
        return known

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern is anywhere in the stated texts: most rules that look for words end here."""
        if "all" not in self.memo:
            self.memo["all"] = "\n".join([text for _, text in self.stated()])
        return pattern.search(self.memo["all"]) is not None

    def figure(self, field: Field | None) -> Claim | None:
        """The one plain figure of a field; None where there is none, several, or a range."""
        found = self.of(field)
        return found[0] if len(found) == 1 and found[0].quantity.value is not None else None

    def amounts(self, terms: Iterable[str], row: str = "total") -> list[tuple[Amount, Claim]]:
        """Figures of the funds block under any of the terms (canonical, or the label as printed) in a row."""
        wanted = set(terms)
        if "by_row" not in self.memo:
            index: dict[str, list[Amount]] = {}
            for amount in self.form.amounts:
                index.setdefault(amount.row, []).append(amount)
            self.memo["by_row"] = index
        return [
            (amount, claim)
            for amount in self.memo["by_row"].get(row, ())
            if (amount.term in wanted or amount.label in wanted) and (claim := self.figure(amount.field)) is not None
        ]


KINDS = (
    "agree", "add", "ratio", "reach", "score", "criterion", "tally", "complete", "numbering", "listing", "wording", "status", "standing",
    "plausible", "prose", "change", "identity", "difference", "twin", "broken", "proportion", "unread",
    "across", "columns", "within", "paired", "noted", "against", "lead", "mark",
)  # fmt: skip


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """What `rule` says of `case`, by the kind it names."""
    return _run_of(rule.kind)(rule, case)


@cache
def _run_of(kind: str) -> Callable[[Rule, Case], Iterator[Finding | Pass]]:
    found: Callable[[Rule, Case], Iterator[Finding | Pass]] = import_module(f"auditor.check.{kind}").run
    return found


_AFTER = 8  # lines below a figure that its row may have come apart into


def rows_lost(case: Case, places: Sequence[Place] = ()) -> bool:
    """Whether rows stood where they could be read two ways, so that a sum may lack one: anywhere, or among and right
    below the lines of these places."""
    lost = (f.text for f, why in case.form.unread if why in ("ambiguous", "flattened"))
    lines = [p.line for p in places if p.line is not None]
    if not lines or len(lines) < len(places):
        return any(any(c.isdigit() for c in text.clean) for text in lost)
    first, last = min(lines), max(lines) + _AFTER
    return any(first <= (t.place.line or 0) <= last and any(c.isdigit() for c in t.clean) for t in lost)


# --- words as patterns ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern that is made of words of the rules, compiled once."""
    return re.compile(pattern)


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return _any_of(tuple(words))


@cache
def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# --- what the kinds say alike -------------------------------------------------------------------------------------


def found(rule: Rule, facts: Mapping[str, str], arithmetic: str, sides: Iterable[Evidence]) -> Finding:
    """A finding at the rule's severity."""
    return Finding(rule, facts, arithmetic, tuple(sides), rule.severity)


def held(rule: Rule, facts: Mapping[str, str], arithmetic: str, sides: Iterable[Evidence]) -> Pass:
    """A pass; its message is the rule's `held`."""
    return Pass(rule, facts, arithmetic, tuple(sides), rule.options.get("held") or {})


HELD = Option(dict, allowed=("zh", "en"))  # the message of what held; a rule without it says its name


def evidence(claim: Claim, label: str = "") -> Evidence:
    """A claim as one side of a finding."""
    quantity = claim.quantity
    value = None if quantity.value is None else f"{quantity.value:f}"
    return Evidence(claim.span, claim.role, label or claim.measure, value, quantity.unit)


def place(field: Field, label: str = "", quote: tuple[int, int] | None = None) -> Evidence:
    """A text, or characters of it, as one side of a finding; an empty span where it is blank."""
    raw = field.text.raw
    lead = len(raw) - len(raw.lstrip())
    begin, stop = quote or (lead, lead + len(raw.strip()))
    return Evidence(Span(field.text, begin, stop, field.section), field.role, label)


def plain(value: Decimal) -> str:
    """A computed figure without exponent and idle zeros: 688.89, 0, 1200."""
    if not value:
        return "0"
    text = f"{value:f}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


def printed(claim: Claim) -> str:
    """The figure alone, with its digits as printed: 2208.90, −17.53; "" for a range."""
    value = claim.quantity.value
    return "" if value is None else f"{value:f}".replace("-", "−")


def fixed(value: Decimal, places: int) -> str:
    """Rounded half up, as auditors do: 75.625 → 75.63."""
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}".replace("-", "−")


def percent(rate: Decimal, places: int = 1) -> str:
    """0.31187 → 31.2%."""
    return f"{fixed(rate * 100, places)}%"


def shown(claim: Claim) -> str:
    """The figure as printed, without blanks, with the unit that applies to it: ≥6场, 95.0%, 2208.99万元."""
    text = "".join(claim.span.quote.split())
    unit = claim.quantity.unit
    return text if not unit or unit[-1] in text or claim.quantity.form == "date" else text + unit
