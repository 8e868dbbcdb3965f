"""The kinds of check: code that rules (data) name. One module a kind; each has

    OPTIONS: dict[str, Option]                              the keys a rule of this kind may have
    FACTS: frozenset[str]                                   the placeholders its messages may have
    run(rule: Rule, case: Case) -> Iterator[Finding | Pass]  what it found and what held

A kind sees the whole case and decides nothing about wording: that stands in the rule. Kinds are imported to list
rules, so they import jieba, spaCy or pandas inside functions only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from auditor.model import Claim, Finding, Form, Match, Pass, Rule


@dataclass(frozen=True)
class Option:
    """A key that rules of a kind may have.

    type: bool, int, float (whole numbers too), str, list (of str, or of `items`) or dict. allowed: the values, for a
    list its items, for a dict its keys; () allows any. default: what a rule has that does not name the key.
    """

    type: type
    required: bool = False
    allowed: tuple[str, ...] = ()
    default: Any = None
    items: type = str


@dataclass(frozen=True)
class Case:
    """One form with its claims and matches: all that a check may look at. words: rules/words.toml."""

    form: Form
    claims: tuple[Claim, ...]
    matches: tuple[Match, ...]
    words: dict[str, Any]
    findings: tuple[Finding, ...] = ()  # of the rules before, for checks about the report itself (存在问题 无)


KINDS = ("agree", "add", "ratio", "reach", "score", "complete", "wording", "plausible", "run")


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """What `rule` says of `case`, by the kind it names."""
    yield from import_module(f"auditor.check.{rule.kind}").run(rule, case)
