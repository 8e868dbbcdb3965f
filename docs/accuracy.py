"""Writes docs/accuracy.md: what `audit score` prints on the corpus, and single changes by kind. Anyone can re-run it.

python docs/accuracy.py [--changes 1000] [--seeds 1 2]     # about ten minutes on two cores
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from auditor.score import as_dict, measure

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"


def table(rows: dict[str, dict[str, Any]], first: str) -> str:
    lines = [
        f"| {first} | right | wrong | missed | precision | recall | 95 % of recall | F1 |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, row in rows.items():
        low, high = row["recall_95"]
        lines.append(
            f"| {name} | {row['right']} | {row['wrong']} | {row['missed']} | {row['precision']:.3f} | {row['recall']:.3f} "
            f"| {low:.2f}–{high:.2f} | {row['f1']:.3f} |"
        )
    return "\n".join(lines)


def section(split: str, data: dict[str, Any]) -> str:
    whole = {key.replace("_", " "): data[key] for key in ("findings", "quantities", "same_fact_pairs", "agreements")}
    return (
        f"## {split}: {data['forms']} forms, {data['clean']} of them clean\n\n"
        f"Findings of moderate or more on clean forms: **{data['false_alarms_on_clean_forms']}**. "
        f"Layouts: {', '.join(f'{k} {v}' for k, v in sorted(data['layouts'].items()))}.\n\n"
        f"{table(whole, 'what')}\n\n### Findings by category (moderate and more)\n\n{table(data['categories'], 'category')}\n"
    )


def changes(split: str, seed: int, data: dict[str, Any]) -> str:
    harmless = data["harmless"]
    tried = sum(row["tried"] for row in harmless.values())
    bad = {key: row["disturbed"] for key, row in harmless.items() if row["disturbed"]}
    whole = {"all that can be seen": data["all"], "in two places or in an identity": data["recurring"]}
    hidden = ", ".join(
        f"{k} {row['not']} of {row['not'] + row['detectable']}" for k, row in data["offered"].items() if row["not"]
    )
    return (
        f"### {split}, seed {seed}\n\n{table(whole, 'changes')}\n\n{table(data['kinds'], 'kind')}\n\n"
        f"{table(data['sections'], 'section')}\n\n{table(data['roles'], 'role')}\n\n"
        f"Harmless changes: {tried} tried ({', '.join(sorted(harmless))}); "
        f"that changed a finding of moderate or more: **{sum(bad.values())}** {bad or ''}\n\n"
        f"Left out, because nothing in the form speaks against the change (of all that the forms offer): {hidden or 'none'}.\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=1000, help="single changes for each seed, on the test split")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2])
    options = parser.parse_args()
    parts = [
        "# How good it is\n\nMade by `python docs/accuracy.py --changes "
        f"{options.changes} --seeds {' '.join(map(str, options.seeds))}` (which is `audit score corpus/test --mutate "
        f"{options.changes} --seed N` and `audit score corpus/dev`). Thresholds and words are chosen on `dev`; `test` is for reporting.\n"
    ]
    for split in ("test", "dev"):
        parts.append(section(split, as_dict(*measure(CORPUS / split))))
    parts.append("## Single changes to the forms of test\n")
    for seed in options.seeds:
        print(f"seed {seed} …", file=sys.stderr)
        parts.append(changes("test", seed, as_dict(*measure(CORPUS / "test", options.changes, seed))["changes"]))
    parts.append((HERE / "accuracy.notes.md").read_text("utf-8"))
    (HERE / "accuracy.md").write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    main()
