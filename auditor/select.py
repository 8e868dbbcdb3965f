"""Which rules run: --select and --ignore name codes, the beginnings of codes, or names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from auditor.model import AuditError, Rule


def choose(rules: Sequence[Rule], select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Rule, ...]:
    """`rules` that `select` names (all, if it names none) without those that `ignore` names.

    "AGR" is a family, "AGR3" its three hundreds, "AGR301" and "sum-only" one rule. Raises AuditError for a selector
    that names no rule.
    """
    wanted = _codes(rules, select)
    unwanted = _codes(rules, ignore)
    return tuple(r for r in rules if (wanted is None or r.code in wanted) and r.code not in (unwanted or ()))


def _codes(rules: Sequence[Rule], selectors: Iterable[str]) -> set[str] | None:
    codes: set[str] | None = None
    for selector in selectors:
        codes = (codes or set()) | _named(rules, selector)
    return codes


def _named(rules: Sequence[Rule], selector: str) -> set[str]:
    upper, lower = selector.upper(), selector.lower()
    if upper == "ALL":
        return {rule.code for rule in rules}
    found = {rule.code for rule in rules if (upper and rule.code.startswith(upper)) or rule.name == lower}
    if not found:
        families = " ".join(sorted({rule.family for rule in rules}))
        names = [*(rule.code for rule in rules), *(rule.name for rule in rules)]
        close = get_close_matches(upper, names, 1, 0.7) or get_close_matches(lower, names, 1, 0.7)
        hint = (f"（是否指 {close[0]}？）", f" (did you mean {close[0]}?)") if close else ("", "")
        raise AuditError(
            f"没有规则“{selector}”{hint[0]}；可用代码、名称或代码开头（{families}），audit rule 列出全部",
            f"no rule “{selector}”{hint[1]}; use a code, a name or the beginning of codes ({families}): see audit rule",
        )
    return found
