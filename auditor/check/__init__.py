"""The kinds of check: code that rules (data) name. One module a kind; each has

    OPTIONS: dict[str, Option]                              the keys a rule of this kind may have, for the rule loader
    run(rule: Rule, case: Case) -> Iterator[Finding | Pass]  what it found and what held

A kind sees the whole case and decides nothing about severity or wording: those stand in the rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from auditor.model import Claim, Finding, Form, Match, Pass, Rule


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
