"""`audit score CORPUS`: precision and recall of every rule on forms with known answers, and of single changes to them."""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.corpus import Gold, Score, Tally, files, load, score, wilson
from auditor.model import AuditError, Report


@dataclass
class Changes:
    """Single changes by kind and by section: how many were found (harmful) or disturbed nothing (harmless)."""

    seen: Tally = field(default_factory=Tally)  # all that can be seen in principle
    recurs: Tally = field(default_factory=Tally)  # of them: in two places or in an identity
    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    sections: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    unseen: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # not detectable in principle, by kind
    harmless: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))  # wrong: it changed a finding
    notes: list[str] = field(default_factory=list)

    @property
    def disturbed(self) -> int:
        return sum(t.wrong for t in self.harmless.values())


def try_changes(report: Report, gold: Gold, count: int, rng: random.Random, into: Changes) -> None:
    """Apply `count` harmful and half as many harmless changes to one form, each alone, and audit each again."""
    from auditor import audit_text
    from auditor.mutation import disturbed, found, harmful, harmless

    source, name = report.document.source, gold.path.stem

    def told(start: int, stop: int, text: str) -> str:
        before = source[max(0, start - 16) : start].replace("\n", "⏎").replace("\t", "⇥")
        return f"{before}【{source[start:stop][:30]} → {text[:30]}】"

    done = 0
    for change in harmful(report, gold, rng):
        if done >= count:
            break
        if not change.seen:
            into.unseen[change.kind] += 1
            continue
        done += 1
        hit = bool(found(report, audit_text(change.apply(source), name=str(gold.path)), change))
        tally = Tally(right=int(hit), missed=int(not hit))
        into.seen += tally
        into.kinds[change.kind] += tally
        into.sections[change.section] += tally
        if change.recurs:
            into.recurs += tally
        if not hit:
            into.notes.append(f"{name}: {change.kind} not found: {told(change.start, change.stop, change.text)}")
    for number, change in enumerate(harmless(report, gold, rng)):
        if number >= max(3, count // 2):
            break
        codes = disturbed(report, audit_text(change.apply(source), name=str(gold.path)))
        into.harmless[change.kind] += Tally(right=int(not codes), wrong=int(bool(codes)))
        if codes:
            into.notes.append(
                f"{name}: {change.kind} changed {', '.join(codes)}: {told(change.start, change.stop, change.text)}"
            )


def measure(folder: Path, changes: int = 0, seed: int = 0) -> tuple[Score, Changes | None, dict[str, int]]:
    """The whole corpus: its score, `changes` single changes spread evenly over the forms, and forms by layout."""
    from auditor import audit

    paths = files(folder)
    total, tried, layouts = Score(), Changes() if changes else None, defaultdict[str, int](int)
    rng = random.Random(seed)
    for number, path in enumerate(paths):
        report = audit(path)
        gold = load(path, report)
        layouts[gold.layout] += 1
        total.add(score(report, gold))
        if tried is not None and report.document.source:
            share = changes * (number + 1) // len(paths) - changes * number // len(paths)
            try_changes(report, gold, share, rng, tried)
    return total, tried, dict(layouts)


# --- telling ------------------------------------------------------------------------------------------------------


def _row(tally: Tally) -> dict[str, Any]:
    low, high = wilson(tally.right, tally.right + tally.missed)
    return {
        "right": tally.right, "wrong": tally.wrong, "missed": tally.missed, "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4), "f1": round(tally.f1, 4), "recall_95": [round(low, 4), round(high, 4)],
        "precision_95": [round(x, 4) for x in wilson(tally.right, tally.right + tally.wrong)],
    }  # fmt: skip


def as_dict(total: Score, tried: Changes | None, layouts: dict[str, int]) -> dict[str, Any]:
    """All figures, ready for JSON."""
    result: dict[str, Any] = {
        "forms": total.forms, "clean": total.clean, "false_alarms_on_clean_forms": total.false_alarms, "layouts": layouts,
        "findings": _row(total.total), "quantities": _row(total.quantities), "same_fact_pairs": _row(total.pairs),
        "agreements": _row(total.agreements),
        "categories": {key: _row(total.findings[key]) for key in sorted(total.findings)},
        "rules": {key: _row(total.rules[key]) for key in sorted(total.rules)},
        "notes": total.notes,
    }  # fmt: skip
    if tried is not None:
        result["changes"] = {
            "all": _row(tried.seen), "recurring": _row(tried.recurs),
            "kinds": {key: _row(tried.kinds[key]) for key in sorted(tried.kinds)},
            "sections": {key: _row(tried.sections[key]) for key in sorted(tried.sections)},
            "not_detectable": dict(sorted(tried.unseen.items())),
            "harmless": {key: {"tried": t.right + t.wrong, "disturbed": t.wrong} for key, t in sorted(tried.harmless.items())},
            "notes": tried.notes,
        }  # fmt: skip
    return result


def _print(data: dict[str, Any], notes: bool) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(markup=False, emoji=False, highlight=False)

    def table(title: str, rows: dict[str, dict[str, Any]]) -> None:
        if not rows:
            return
        view = Table(title=title, box=SIMPLE_HEAD, title_justify="left")
        for head in ("", "right", "wrong", "missed", "precision", "recall", "95 %", "F1"):
            view.add_column(head, justify="left" if not head else "right")
        for name, row in rows.items():
            low, high = row["recall_95"]
            view.add_row(
                Text(name), str(row["right"]), str(row["wrong"]), str(row["missed"]), f"{row['precision']:.3f}",
                f"{row['recall']:.3f}", f"{low:.2f}-{high:.2f}", f"{row['f1']:.3f}",
            )  # fmt: skip
        console.print(view)

    console.print(
        f"{data['forms']} forms, {data['clean']} of them clean; "
        f"findings of moderate or more on clean forms: {data['false_alarms_on_clean_forms']}"
    )
    keys = ("findings", "quantities", "same_fact_pairs", "agreements")
    table("All", {key: data[key] for key in keys})
    table("Findings by category (moderate and more)", data["categories"])
    table("Findings by rule (all severities)", data["rules"])
    if "changes" in data:
        changes = data["changes"]
        table("Single changes", {"all detectable": changes["all"], "recurring or in an identity": changes["recurring"]})
        table("by kind", changes["kinds"])
        table("by section", changes["sections"])
        tried = sum(row["tried"] for row in changes["harmless"].values())
        bad = {key: row["disturbed"] for key, row in changes["harmless"].items() if row["disturbed"]}
        console.print(
            f"harmless changes: {tried}; that changed a finding of moderate or more: {sum(bad.values())} {bad or ''}"
        )
        console.print(f"not detectable in principle, left out: {changes['not_detectable']}")
    if notes:
        for note in (*data["notes"], *data.get("changes", {}).get("notes", ())):
            console.print(Text(note), soft_wrap=True)


def score_command(arguments: Sequence[str]) -> int:
    """The verb; exit 1 when something is under --fail-under."""
    parser = argparse.ArgumentParser(prog="audit score", description=__doc__)
    parser.add_argument(
        "corpus", type=Path, metavar="CORPUS", help="folder of NAME.txt with NAME.toml (corpus/README.md)"
    )
    parser.add_argument("--mutate", type=int, default=0, metavar="N", help="try N single changes too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--notes", action="store_true", help="name every miss and every false alarm")
    parser.add_argument(
        "--fail-under", type=float, metavar="X", help="exit 1 when precision or recall of findings is under X"
    )
    options = parser.parse_args(arguments)
    if not options.corpus.is_dir():
        raise AuditError(
            f"{options.corpus}: 没有这个文件夹；请给出有答案的语料文件夹", f"{options.corpus}: no such folder"
        )
    total, tried, layouts = measure(options.corpus, options.mutate, options.seed)
    data = as_dict(total, tried, layouts)
    if options.format == "json":
        print(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        _print(data, options.notes)
    worst = min(total.total.precision, total.total.recall)
    return int(options.fail_under is not None and worst < options.fail_under)
