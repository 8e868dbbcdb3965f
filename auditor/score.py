"""`audit score CORPUS`: precision and recall of every rule on forms with known answers, and of single changes to them."""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.corpus import Gold, Score, Tally, files, flat, load, score, wilson
from auditor.model import AuditError, Report

if TYPE_CHECKING:
    from auditor.mutation import Mutation


@dataclass
class Changes:
    """Single changes by kind, section and role: how many were found (harmful) or disturbed nothing (harmless)."""

    seen: Tally = field(default_factory=Tally)  # all that can be seen in principle
    recurs: Tally = field(default_factory=Tally)  # of them: in two places or in an identity
    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    sections: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    roles: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    offered: dict[str, list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )  # kind: [can be seen, cannot]
    harmless: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))  # wrong: it changed a finding
    notes: list[str] = field(default_factory=list)

    @property
    def disturbed(self) -> int:
        return sum(t.wrong for t in self.harmless.values())


@lru_cache(maxsize=4)
def _unchanged(path: Path) -> tuple[Report, Gold]:
    """A form as it is, audited once in each process."""
    from auditor import audit_document
    from auditor.read import read

    report = audit_document(flat(read(path)))
    return report, load(path, report)


def _first(path: Path, seed: int | None) -> tuple[Score, str, list[Mutation], list[Mutation]]:
    """The score of one form, its layout, and (with a seed) the changes that it offers: harmful, harmless."""
    from auditor.harmless import harmless
    from auditor.mutation import harmful

    report, gold = _unchanged(path)
    if seed is None or report.document.kind != "text":  # a change is one of the text file
        return score(report, gold), gold.layout, [], []
    rng = random.Random(f"{seed} {path.stem}")  # the same changes whatever the other forms and the number of processes
    return score(report, gold), gold.layout, harmful(report, gold, rng), harmless(report, gold, rng)


def _try(path: Path, change: Mutation) -> tuple[bool, str]:
    """(as it should be, a note where not): the change is made, the form audited again."""
    from auditor import audit_text
    from auditor.mutation import disturbed, found

    report, _ = _unchanged(path)
    source = report.document.source
    after = audit_text(change.apply(source), name=str(path))
    head = source[max(0, change.start - 16) : change.start].replace("\n", "⏎").replace("\t", "⇥")
    told = f"{head}【{source[change.start : change.stop][:30]} → {change.text[:30]}】".replace("\n", "⏎")
    if change.harmless:
        codes = disturbed(report, after)
        return not codes, f"{path.stem}: {change.kind} changed {', '.join(codes)}: {told}" if codes else ""
    hit = bool(found(report, after, change))
    return hit, "" if hit else f"{path.stem}: {change.kind} not found: {told}"


def _share(total: int, offers: Sequence[int]) -> list[int]:
    """`total` spread evenly; what a form cannot offer goes to the others."""
    given = [0] * len(offers)
    while (left := total - sum(given)) > 0 and (open_ := [i for i, offer in enumerate(offers) if given[i] < offer]):
        for n, i in enumerate(open_):
            given[i] = min(offers[i], given[i] + left // len(open_) + (n < left % len(open_)))
    return given


def measure(
    folder: Path, changes: int = 0, seed: int = 0, jobs: int = 1
) -> tuple[Score, Changes | None, dict[str, int]]:
    """The whole corpus: its score, `changes` single changes spread evenly over the forms and half as many harmless ones,
    and forms by layout. jobs: processes; the figures do not depend on it."""
    paths = files(folder)
    total, layouts = Score(), defaultdict[str, int](int)
    with _pool(jobs) as run:
        firsts = list(run(_first, paths, [seed if changes else None] * len(paths)))
        for one, layout, *_ in firsts:
            layouts[layout] += 1
            total.add(one)
        if not changes:
            return total, None, dict(layouts)
        tried = Changes()
        work: list[tuple[Path, Mutation]] = []
        for harm in (True, False):
            offers = [[c for c in first[2 if harm else 3] if c.seen] for first in firsts]
            shares = _share(changes if harm else changes // 2, list(map(len, offers)))
            work += [(p, c) for p, offer, n in zip(paths, offers, shares, strict=True) for c in offer[:n]]
        for change in (c for first in firsts for c in first[2]):
            tried.offered[change.kind][not change.seen] += 1
        for (_, change), (right, note) in zip(work, run(_try, *zip(*work, strict=True)), strict=True):
            _count(tried, change, right)
            tried.notes += [note] if note else []
    return total, tried, dict(layouts)


def _count(tried: Changes, change: Mutation, right: bool) -> None:
    if change.harmless:
        tried.harmless[change.kind] += Tally(right=int(right), wrong=int(not right))
        return
    tally = Tally(right=int(right), missed=int(not right))
    tried.seen += tally
    tried.kinds[change.kind] += tally
    tried.sections[change.section] += tally
    tried.roles[change.role] += tally
    if change.recurs:
        tried.recurs += tally


@contextmanager
def _pool(jobs: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """`map`, in this process or over several; neighbours in the list stay together, so that a form is read once."""
    if jobs < 2:
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        yield partial(pool.map, chunksize=16)


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
            "roles": {key: _row(tried.roles[key]) for key in sorted(tried.roles)},
            "offered": {key: {"detectable": n[0], "not": n[1]} for key, n in sorted(tried.offered.items())},
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
    width = max(console.width, 100)
    console = Console(markup=False, emoji=False, highlight=False, width=width)

    def table(title: str, rows: dict[str, dict[str, Any]]) -> None:
        if not rows:
            return
        view = Table(title=title, box=SIMPLE_HEAD, title_justify="left")
        for head in ("", "right", "wrong", "missed", "prec.", "recall", "95 %", "F1"):
            view.add_column(head, justify="left" if not head else "right", no_wrap=True)
        for name, row in rows.items():
            low, high = row["recall_95"]
            view.add_row(
                Text(name, no_wrap=True), str(row["right"]), str(row["wrong"]), str(row["missed"]), f"{row['precision']:.3f}",
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
        table("by role", changes["roles"])
        tried = sum(row["tried"] for row in changes["harmless"].values())
        bad = {key: row["disturbed"] for key, row in changes["harmless"].items() if row["disturbed"]}
        console.print(
            f"harmless changes: {tried}; that changed a finding of moderate or more: {sum(bad.values())} {bad or ''}"
        )
        hidden = {k: row["not"] for k, row in changes["offered"].items() if row["not"]}
        console.print(f"left out, because nothing in the form speaks against the change: {hidden or 'none'}")
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
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes; the figures do not depend on it")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--notes", action="store_true", help="name every miss and every false alarm")
    parser.add_argument(
        "--fail-under", type=float, metavar="X", help="exit 1 when precision or recall of findings is under X"
    )
    parser.add_argument(
        "--text", action="store_true", help="CORPUS is one file: print the text that its quotes are taken from"
    )
    options = parser.parse_args(arguments)
    if options.text:
        from auditor.read import read

        print(flat(read(options.corpus)).source, end="")
        return 0
    if not options.corpus.is_dir():
        raise AuditError(
            f"{options.corpus}: 没有这个文件夹；请给出有答案的语料文件夹", f"{options.corpus}: no such folder"
        )
    total, tried, layouts = measure(options.corpus, options.mutate, options.seed, options.jobs)
    data = as_dict(total, tried, layouts)
    if options.format == "json":
        print(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        _print(data, options.notes)
    worst = min(total.total.precision, total.total.recall)
    return int(options.fail_under is not None and worst < options.fail_under)
