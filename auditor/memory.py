"""What was settled before: a baseline of known findings, and waivers with a reason and a name.

Nothing is dropped: a settled finding keeps its place in every output and says why it does not count. Both go by
fingerprint, which moved lines, re-wrapping and another file format do not change.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from auditor.model import SECTIONS, AuditError, Finding, Report

SCHEMA = "gouji-baseline/1"
KEYS = ("fingerprint", "rule", "section", "reason", "by", "until")


@dataclass(frozen=True)
class Waiver:
    """One accepted finding (fingerprint), or what one rule (code or name) says of one section.

    where: file:line, for messages. until: the last day on which it holds; None: no end.
    """

    reason: str
    by: str
    where: str = ""
    fingerprint: str = ""
    rule: str = ""
    section: str = ""
    until: date | None = None

    def covers(self, finding: Finding) -> bool:
        if self.fingerprint:
            return finding.fingerprint == self.fingerprint
        if self.rule not in (finding.rule.code, finding.rule.name):
            return False
        return any(side.span.section == self.section for side in finding.evidence)

    def __str__(self) -> str:
        until = f"，至 {self.until.isoformat()}" if self.until else ""
        return f"{self.reason}（{self.by}{until}）"


@dataclass(frozen=True)
class Memory:
    """What is settled. `settle` takes a report and hands back the report and what is left of the memory.

    baseline: how often each (rule, fingerprint) may still occur: a finding that comes once more is new.
    used: waivers that covered something. today: for waivers with an end.
    """

    waivers: tuple[Waiver, ...] = ()
    baseline: Mapping[tuple[str, str], int] = field(default_factory=dict)
    used: frozenset[Waiver] = frozenset()
    today: date = field(default_factory=date.today)

    def settle(self, report: Report) -> tuple[Report, Memory]:
        """The report with its settled findings marked: `suppressed` is "waived: …" or "baseline"."""
        if not self.waivers and not self.baseline:
            return report, self
        left = Counter(dict(self.baseline))
        index: dict[str, list[Waiver]] = {}  # by what names the finding: its fingerprint, or its rule's code or name
        for waiver in self.waivers:
            if waiver.until is None or self.today <= waiver.until:
                index.setdefault(waiver.fingerprint or waiver.rule, []).append(waiver)
        used = set(self.used)
        findings = []
        for finding in report.findings:
            names = (finding.fingerprint, finding.rule.code, finding.rule.name)
            covering = [w for name in names for w in index.get(name, ()) if w.covers(finding)]
            key = (finding.rule.code, finding.fingerprint)
            if covering:
                used.update(covering)
                finding = replace(finding, suppressed=f"waived: {covering[0]}")
            elif left[key] > 0:
                left[key] -= 1
                finding = replace(finding, suppressed="baseline")
            findings.append(finding)
        return replace(report, findings=tuple(findings)), replace(self, baseline=+left, used=frozenset(used))

    @property
    def unused(self) -> tuple[Waiver, ...]:
        """Waivers that covered nothing, in the order of their file."""
        return tuple(waiver for waiver in self.waivers if waiver not in self.used)


# --- the baseline -------------------------------------------------------------------------------------------------


def baseline_text(reports: Iterable[Report]) -> str:
    """The findings of the reports that are not waived, as a baseline: sorted, one a line, made for version control."""
    counts: dict[str, Counter[str]] = {}
    for report in reports:
        for finding in report.findings:
            if not (finding.suppressed or "").startswith("waived"):
                counts.setdefault(finding.rule.code, Counter())[finding.fingerprint] += 1
    rules = {code: dict(sorted(counts[code].items())) for code in sorted(counts)}
    return json.dumps({"schema": SCHEMA, "rules": rules}, indent=1) + "\n"


def load_baseline(path: Path) -> dict[tuple[str, str], int]:
    """(rule, fingerprint) → how often. Raises AuditError."""
    try:
        data = json.loads(_read(path))
    except ValueError as error:
        raise AuditError(f"{path}: 不是 JSON：{error}", f"{path}: not JSON: {error}") from None
    rules = data.get("rules") if isinstance(data, dict) else None
    if not isinstance(rules, dict) or data.get("schema") != SCHEMA:
        raise AuditError(
            f"{path}: 不是基线文件；请用 --write-baseline 生成",
            f"{path}: not a baseline; make one with --write-baseline",
        )
    counts: dict[tuple[str, str], int] = {}
    for code, found in rules.items():
        for fingerprint, count in found.items() if isinstance(found, dict) else ((str(found), None),):
            if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                at = f"{path}: {code} {fingerprint}"
                raise AuditError(f"{at}: 次数应为正整数", f"{at}: the count is not a positive number")
            counts[code, fingerprint] = count
    return counts


# --- waivers ------------------------------------------------------------------------------------------------------


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """The [[waiver]] tables of a TOML file. A waiver without a reason or a name is refused.

    Raises AuditError with file and line.
    """
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        at = f"{path}:{found[1]}" if found else f"{path}:{text.count(chr(10)) + 1}"
        raise AuditError(f"{at}: 不是 TOML：{error}", f"{at}: not TOML: {error}") from None
    tables = data.get("waiver", [])
    others = sorted(data.keys() - {"waiver"})
    if others or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise AuditError(
            f"{path}:1: 豁免文件只含 [[waiver]]" + (f"，不认识 {others[0]}" if others else ""),
            f"{path}:1: a waiver file holds [[waiver]] tables" + (f", not {others[0]}" if others else ""),
        )
    lines = [n for n, line in enumerate(text.split("\n"), 1) if re.match(r"\s*\[\[\s*[\"']?waiver[\"']?\s*\]\]", line)]
    lines += [1] * (len(tables) - len(lines))  # waiver = [{…}, …]
    return tuple(_waiver(table, f"{path}:{line}") for table, line in zip(tables, lines, strict=False))


def _waiver(table: dict[str, Any], where: str) -> Waiver:
    def wrong(zh: str, en: str) -> AuditError:
        return AuditError(f"{where}: {zh}", f"{where}: {en}")

    for key in table:
        if key not in KEYS:
            raise wrong(f"不认识 {key}；可用 {'、'.join(KEYS)}", f"unknown key {key}; there are {', '.join(KEYS)}")
    for key in ("fingerprint", "rule", "section", "reason", "by"):
        if key in table and not isinstance(table[key], str):
            raise wrong(f"{key} 应为文字", f"{key} is not a text")
    if not table.get("reason", "").strip():
        raise wrong("豁免没有理由：请写明 reason", "the waiver has no reason: write why (reason)")
    if not table.get("by", "").strip():
        raise wrong("豁免没有署名：请写明 by", "the waiver has no name: write who decided (by)")
    if bool(table.get("fingerprint")) == bool(table.get("rule")):
        raise wrong("豁免应写 fingerprint 或 rule 之一", "a waiver names a fingerprint or a rule, one of them")
    section = table.get("section", "")
    if bool(section) != bool(table.get("rule")) or (section and section not in SECTIONS):
        listed = ", ".join(SECTIONS)
        raise wrong(
            f"rule 须与 section 同用；section 取 {listed} 之一",
            f"rule and section go together; section is one of {listed}",
        )
    until = table.get("until")
    if isinstance(until, str):
        with suppress(ValueError):
            until = date.fromisoformat(until)
    if until is not None and type(until) is not date:
        raise wrong("until 应为日期，如 2026-12-31", "until is not a date such as 2026-12-31")
    texts = {key: table.get(key, "").strip() for key in ("reason", "by", "fingerprint", "rule")}
    return Waiver(**texts, section=section, until=until, where=where)


def waivers_text(waivers: Iterable[Waiver]) -> str:
    """Waivers as TOML, to be added to a file."""
    return "\n".join(_toml(waiver) for waiver in waivers)


def _toml(waiver: Waiver) -> str:
    lines = ["[[waiver]]"]
    for key in ("fingerprint", "rule", "section", "reason", "by"):
        if value := getattr(waiver, key):
            escaped = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # a TOML basic string
            lines.append(f"{key} = {escaped}")
    if waiver.until:
        lines.append(f"until = {waiver.until.isoformat()}")
    return "\n".join(lines) + "\n"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise AuditError(f"{path}: 不是 UTF-8 文本", f"{path}: not UTF-8 text") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise AuditError(f"{path}: 无法打开：{why}", f"{path}: cannot be opened: {why}") from None
