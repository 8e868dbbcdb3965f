"""Writes docs/rules/: one page a rule and an index, from the rule files. `make docs`; tests/test_docs.py says when they are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor.model import Rule
from auditor.rules import load_rules

HERE = Path(__file__).parent
FAMILIES = {
    "AGR": "agreement · 一致", "SUM": "totals · 合计", "RAT": "rates · 比率", "TGT": "targets · 目标", "SCO": "scores · 得分",
    "OMI": "omissions · 缺漏", "TXT": "wording · 文字", "PLA": "plausibility · 合理性", "RUN": "what could not be checked · 未能核对",
    "CRS": "across reports · 跨表",
}  # fmt: skip


def page(rule: Rule) -> str:
    """One rule as a page: what it says, why, on what authority, a form that fires it and its twin that does not."""
    return (
        f"# {rule.code} {rule.name}\n\n"
        f"| kind | category | severity | authority |\n|---|---|---|---|\n"
        f"| `{rule.kind}` | `{rule.category}` | {rule.severity} | {rule.authority} |\n\n"
        f"{rule.message['zh']}\n\n{rule.message['en']}\n\n## 为什么\n\n{rule.why}\n\n{rule.why_en}\n\n"
        f"## Fires\n\n```text\n{rule.example.strip(chr(10))}\n```\n\n## Does not\n\n```text\n{rule.clean.strip(chr(10))}\n```\n"
    )


def index(rules: tuple[Rule, ...]) -> str:
    lines = ["# Rules\n", "Made from `rules/*.toml` by `make docs`. `audit rule CODE` shows the same page in a terminal. Terms: [glossary](../glossary.md).\n"]
    for family in dict.fromkeys(r.family for r in rules):
        lines += [f"\n## {family}: {FAMILIES.get(family, '')}\n", "| code | name | severity | what it says |", "|---|---|---|---|"]
        lines += [
            f"| [{r.code}]({r.code}.md) | {r.name} | {r.severity} | {r.message['zh'].replace('|', '／')} |"
            for r in rules
            if r.family == family
        ]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Name of the file -> its text."""
    rules = load_rules()
    return {f"{r.code}.md": page(r) for r in rules} | {"README.md": index(rules)}


def main() -> int:
    folder = HERE / "rules"
    folder.mkdir(exist_ok=True)
    wanted = pages()
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
