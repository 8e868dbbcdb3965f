"""The batch: find the reports, cut them into shards, have those made that are missing, write each when it is whole."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from auditor.batch.files import Entry, Found, find, remote, since
from auditor.batch.progress import Progress, span
from auditor.batch.rows import TABLES, unpack
from auditor.batch.shards import Chunk, Shard, basis, chunks, shards
from auditor.batch.store import SCHEMA, Store, locked
from auditor.batch.work import Job, Result
from auditor.model import SEVERITIES, AuditError
from auditor.report.quote import inert
from auditor.report.words import SEVERITY, name, pick

CHUNK = 20  # reports that a worker does in one go
NAMED = 20  # failed reports that are named on stderr; all are in OUT
FAILURE = "RUN201"  # the rule of a report that could not be audited (rules/crs.toml)

Engine = Callable[[Iterator[Chunk], Job], Generator[tuple[Chunk, Result], None, None]]


@dataclass(frozen=True)
class Options:
    """What `audit batch` was told. memory in bytes; engine: pool | dask."""

    folders: tuple[str, ...]
    out: Path
    rules: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    jobs: int = 0
    size: int = 500
    limit: int | None = None
    since: str = ""
    seconds: float = 120.0
    memory: int = 2_000_000_000
    retry: bool = False
    engine: str = "pool"
    scheduler: str = ""
    lang: str = "zh"


@dataclass
class Done:
    """What a batch came to. kept: reports whose shards were there already. failed: path and reason. others: files that
    are no reports, by suffix."""

    reports: int = 0
    kept: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def run(arguments: list[str]) -> int:
    """`audit batch …`: the exit code."""
    _needs("pyarrow", "batch")
    from auditor.batch.options import batch_options

    options = batch_options(arguments)
    if options is None:
        return 0
    try:
        done = batch(options)
    except KeyboardInterrupt:
        _say(options.lang, "已中断；再次运行同一命令即从中断处继续", "interrupted: the same command goes on from here")
        raise
    _told(done, options)
    if done.closed:
        return 2
    return 1 if done.failed else 0


def batch(options: Options, engine: Engine | None = None) -> Done:
    """Everything in `options.folders` that is not in `options.out` yet. Raises AuditError."""
    from auditor.rules import load_rules
    from auditor.select import choose

    started = time.monotonic()
    if engine is None and options.engine == "pool":
        from auditor.batch.pool import prepare

        prepare()
    every = load_rules(options.rules)
    failure = next((rule for rule in every if rule.code == FAILURE), None)
    if failure is None:
        raise AuditError(f"没有规则 {FAILURE}", f"there is no rule {FAILURE}")
    rules = choose(every, options.select, options.ignore)
    job = Job(rules, failure, options.seconds, options.memory, options.lang)
    with locked(options.out) as store:
        found = find(options.folders, apart=options.out)
        chosen = _chosen(found, options)
        parts = shards(chosen, options.size, basis(rules, options.rules))
        todo = _prepare(store, parts, found, options)
        done = Done(
            len(chosen),
            len(chosen) - sum(len(parts[n].entries) for n in todo),
            closed=found.closed,
            others=found.others,
        )
        engine = engine or _engine(options, store)
        results = engine(chunks(parts, todo, CHUNK), job)
        with closing(results), Progress(done.reports, done.kept, options.lang) as progress:
            _gather(store, parts, results, progress)
        _count(store, done)
    done.seconds = time.monotonic() - started
    return done


def _chosen(found: Found, options: Options) -> list[Entry]:
    """The reports that are meant. Raises AuditError when there are none."""
    chosen = since(found.entries, options.since) if options.since else found.entries
    chosen = chosen[: options.limit] if options.limit is not None else chosen
    if not chosen:
        where = "、".join(options.folders)
        raise AuditError(f"{where}: 没有要审计的报告", f"{where}: no reports to audit")
    return chosen


def _prepare(store: Store, parts: Sequence[Shard], found: Found, options: Options) -> list[int]:
    """The shards that are still to be made; what belongs to no shard is taken out of OUT. Raises AuditError before
    anything is lost that was not asked for."""
    folders = sorted(f if remote(f) else os.path.abspath(f) for f in options.folders)
    before = store.plan()
    if before and before["folders"] != folders:
        told = "、".join(before["folders"])
        raise AuditError(
            f"{options.out}: 里面是 {told} 的结果；请换一个 --out",
            f"{options.out}: holds the results of {told}: choose another --out",
        )
    keys = {shard.key for shard in parts}
    whole = store.whole()
    if options.since or options.limit is not None:
        _guard(store, whole - keys, parts, found, options.out)
    if options.retry:
        whole -= {k for k in whole & keys if any(r["status"] == "failed" for r in store.documents(k, ["status"]))}
    plan = {
        "schema": SCHEMA, "folders": folders, "since": options.since, "limit": options.limit,
        "shard_size": options.size, "reports": sum(len(s.entries) for s in parts), "shards": len(parts),
    }  # fmt: skip
    store.begin(plan, keys & whole)
    return [number for number, shard in enumerate(parts) if shard.key not in whole]


def _guard(store: Store, outside: set[str], parts: Sequence[Shard], found: Found, out: Path) -> None:
    """A smaller choice must not throw away results of reports that are still there."""
    inside = {entry.path for shard in parts for entry in shard.entries}
    there = {entry.path for entry in found.entries} - inside
    lost = sum(row["path"] in there for key in outside for row in store.documents(key, ["path"]))
    if lost:
        raise AuditError(
            f"{out}: 已有 {lost:,} 份报告的结果不在 --limit/--since 的范围内，会被删去；请换一个 --out",
            f"{out}: --limit/--since leave out {lost:,} reports whose results are there: choose another --out",
        )


def _gather(store: Store, parts: Sequence[Shard], results: Iterator[tuple[Chunk, Result]], progress: Progress) -> None:
    """Results as they come → shards, each written when its last report is in."""
    import pyarrow as pa

    waiting: dict[int, dict[int, Result]] = {}
    for chunk, result in results:
        mine = waiting.setdefault(chunk.shard, {})
        mine[chunk.first] = result
        if sum(one.reports for one in mine.values()) == len(parts[chunk.shard].entries):
            ordered = [mine[first] for first in sorted(mine)]
            tables = {name_: pa.concat_tables([unpack(one.tables[name_]) for one in ordered]) for name_ in TABLES}
            store.put(parts[chunk.shard].key, tables)
            del waiting[chunk.shard]
        progress.add(result.reports, len(result.failed))


def _count(store: Store, done: Done) -> None:
    """Findings by severity and failures, over all of OUT."""
    import pyarrow.compute as pc

    for key in sorted(store.whole()):
        table = store.table("documents", key, ["path", "status", "reason", *SEVERITIES])
        for severity in SEVERITIES:
            done.counts[severity] = done.counts.get(severity, 0) + (pc.sum(table[severity]).as_py() or 0)
        bad = table.filter(pc.equal(table["status"], "failed"))
        done.failed += zip(bad["path"].to_pylist(), bad["reason"].to_pylist(), strict=True)
    done.failed.sort()


def _engine(options: Options, store: Store) -> Engine:
    if options.engine == "dask":
        from auditor.batch import cluster

        return lambda chunks, job: cluster.run(chunks, job, options.scheduler)
    from auditor.batch import pool

    jobs = options.jobs or _processors()

    def here(chunks: Iterator[Chunk], job: Job) -> Generator[tuple[Chunk, Result], None, None]:
        with store.scratch() as marks:
            yield from pool.run(chunks, job, jobs, marks)

    return here


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _needs(module: str, extra: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise AuditError(
            f"audit {extra} 需要 {module}：pip install 'gouji[{extra}]'",
            f"audit {extra} needs {module}: pip install 'gouji[{extra}]'",
        )


# --- what is said -------------------------------------------------------------------------------------------------


def _say(lang: str, zh: str, en: str) -> None:
    sys.stderr.write(f"audit batch: {inert(pick(lang, zh, en))}\n")


def _told(done: Done, options: Options) -> None:
    lang = options.lang
    for folder, why in done.closed:
        _say(
            lang,
            f"{folder}: 文件夹读不了，其中的报告未审计：{why}",
            f"{folder}: cannot be read, nothing in it was audited: {why}",
        )
    for path, why in done.failed[:NAMED]:
        _say(lang, f"{path}: {why}", f"{path}: {why}")
    if len(done.failed) > NAMED:
        rest = len(done.failed) - NAMED
        _say(lang, f"另有 {rest:,} 份未能审计，见 audit summary", f"{rest:,} more failed: see audit summary")
    if done.others:
        each = " ".join(f"{suffix or '?'} {count:,}" for suffix, count in done.others.most_common())
        number = f"{done.others.total():,}"
        _say(
            lang, f"另有 {number} 个文件不是报告的格式，未审计：{each}", f"{number} other files are no reports: {each}"
        )
    made = done.reports - done.kept
    found = " ".join(f"{name(SEVERITY, s, lang)} {done.counts.get(s, 0):,}" for s in SEVERITIES)
    reports, kept, failed = f"{done.reports:,}", f"{done.kept:,}", f"{len(done.failed):,}"
    time_, rate = span(done.seconds), f"{made / max(done.seconds, 1e-9):.1f}"
    sys.stdout.write(
        pick(
            lang,
            f"{reports} 份报告：新审计 {made:,}，沿用 {kept}，未能审计 {failed}；问题：{found}\n"
            f"用时 {time_}，{rate} 份/秒；汇总：audit summary {options.out}\n",
            f"{reports} reports: {made:,} audited, {kept} kept, {failed} failed; findings: {found}\n"
            f"{time_}, {rate} a second; now: audit summary {options.out}\n",
        )
    )
