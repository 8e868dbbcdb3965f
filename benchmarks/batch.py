"""Thousands of reports: what `audit batch` costs and what it stands.

    python benchmarks/batch.py WHAT [--reports N] [--rounds N]

scaling   two processes against one, in turn: × as fast
cluster   dask on a local cluster of two workers against two processes, in turn; then a worker is killed (SIGKILL)
memory    peak at 20 × N reports against N: the parent, the largest worker, all together
hostile   N hostile files (fuzzed, cut off, bombs, wrongly named) among N good ones
kills     the batch itself killed (kill -9) at twenty random moments, gone on with, against an undisturbed run
cost      processor time, memory and disk of a report, and of a million

Forms of corpus/ with other figures each time (cost, scaling, cluster), or small ones of few lines (the others). Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
MARK = "GOUJI_BENCHMARK"
SMALL = """项目支出绩效自评表
（{year}年度）
项目名称	{name}
主管部门	{name}局
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分
	产出指标	数量指标	{what}次数	{target}次	{result}次	50	50
"""
_PLACES, _THINGS = "东西南北中上下前后左右新老大小高低长短平", "河湖江海山林田园路桥街巷村镇港站馆校院所"


# --- reports ------------------------------------------------------------------------------------------------------


def small(folder: Path, count: int, first: int = 0) -> Path:
    """Forms of six lines, each with a name and figures of its own; every third misses its target."""
    folder.mkdir(exist_ok=True)
    for n in range(first, first + count):
        name = "".join(_PLACES[n // 20**k % 20] + _THINGS[n // 20**k % 20] for k in range(3))
        target = 20 + n
        text = SMALL.format(
            year=2020 + n % 4, name=name, what=name[:2] + "巡查", target=target, result=target - (n % 3 == 0)
        )
        (folder / f"good{n:06}.txt").write_text(text, encoding="utf-8")
    return folder


def corpus(folder: Path, count: int) -> Path:
    """The forms of corpus/dev again and again, their figures changed: words come back, as in a bureau's forms, but no
    figure does. (What is found in them means nothing.)"""
    folder.mkdir()
    texts = [file.read_text("utf-8") for file in sorted((ROOT / "corpus" / "dev").glob("*.txt"))]
    dice = random.Random(1)
    for n in range(count):
        text = re.sub(r"(?<=\d)\d", lambda _: str(dice.randrange(10)), texts[n % len(texts)])
        (folder / f"form{n:06}.txt").write_text(text, encoding="utf-8")
    return folder


def hostile(folder: Path, count: int) -> list[str]:
    """Files that no reader should have to see; their names."""
    from mutants import mutant, seeds

    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<a>" + bytes(300_000_000))
    own = ("docx", "xlsx", "xls", "pdf", "html")  # the other kinds are texts
    kinds = [(kind if kind in own else "txt", data) for kind, data in seeds()]
    dice = random.Random(5)
    names = []
    for n in range(count):
        kind, data = kinds[n % len(kinds)]
        way = n % 8
        if way < 4:
            kind, data = mutant(n)
            kind = kind if kind in own else "txt"
        elif way == 4:
            data = data[: dice.randrange(len(data))]
        elif way == 5:
            kind = dice.choice([k for k, _ in kinds if k != kind])
        elif way == 6:
            data = dice.randbytes(dice.randrange(5000))
        else:
            kind, data = ("docx", bomb.getvalue()) if n % 16 == 7 else ("doc", b"\xd0\xcf\x11\xe0" + bytes(n))
        names.append(f"bad{n:05}.{kind}")
        (folder / names[-1]).write_bytes(data)
    return names


# --- batches ------------------------------------------------------------------------------------------------------


def start(source: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "auditor", "batch", str(source), "--out", str(out), *more],
        env=os.environ | {MARK: str(out), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(running: subprocess.Popen[str], may: tuple[int, ...] = (0,)) -> str:
    """What it said on stderr. Ends this program when it failed."""
    _, said = running.communicate()
    if running.returncode not in may:
        raise SystemExit(f"audit batch ended with {running.returncode}:\n{said}")
    return said


def seconds(source: Path, out: Path, *more: str) -> float:
    began = time.perf_counter()
    finish(start(source, out, *more))
    return time.perf_counter() - began


def documents(out: Path) -> list[dict[str, Any]]:
    return rows(out, "documents")


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    from auditor.batch.store import Store

    return [row for file in Store(out).files(table) for row in pq.read_table(file).to_pylist()]


def content(out: Path) -> dict[str, Counter[str]]:
    """All rows of OUT, how often each is there; without the seconds, which are never the same."""
    return {
        table: Counter(json.dumps(row | {"seconds": 0}, sort_keys=True) for row in rows(out, table))
        for table in ("findings", "claims", "documents")
    }


def workers(out: Path) -> Iterator[int]:
    """Processes of the batch that writes there."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={out}".encode() in (place / "environ").read_bytes().split(b"\0"):
                yield int(place.name)
        except OSError:
            continue


# --- what is measured ---------------------------------------------------------------------------------------------


def scaling(base: Path, reports: int, rounds: int) -> dict[str, Any]:
    """Wall time of whole commands, interpreter and start of the workers included: true on a quiet machine. And, whatever
    else the machine does, the processor time of the longest way through: the command, the start, the busiest worker."""
    source = corpus(base / "in", reports)
    walls, ways, sums = [], [], []
    for number in range(rounds):
        found = []
        for jobs in ("1", "2"):
            began = time.perf_counter()
            times = watched(source, base / f"{jobs}-{number}", "--jobs", jobs)[1]
            busiest = sorted(times.values())[-int(jobs) :]
            found.append((time.perf_counter() - began, sum(times.values()) - sum(busiest[:-1]), sum(times.values())))
        walls.append(found[0][0] / found[1][0])
        ways.append(found[0][1] / found[1][1])
        sums.append(found[1][2] / found[0][2])
    return {
        "reports": reports, "two_against_one": spread(walls), "longest_way_one_against_two": spread(ways),
        "processor_two_against_one": spread(sums),
    }  # fmt: skip


def cluster(base: Path, reports: int, rounds: int) -> dict[str, Any]:
    """The cluster exists already; the command's own start counts for both."""
    from distributed import LocalCluster

    source = corpus(base / "in", reports)
    os.environ["PYTHONPATH"] = str(ROOT)
    ratios = []
    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as local:
        dask = ("--engine", "dask", "--scheduler", local.scheduler_address)
        for number in range(rounds):
            pool = seconds(source, base / f"pool{number}", "--jobs", "2")
            ratios.append(seconds(source, base / f"dask{number}", *dask) / pool)
        running = start(source, base / "killed", *dask, "--shard-size", str(max(reports // 10, 1)))
        while running.poll() is None and not list((base / "killed").glob("documents/*.parquet")):
            time.sleep(0.05)
        in_mid_run = running.poll() is None
        os.kill(next(iter(local.workers.values())).process.process.pid, signal.SIGKILL)
        finish(running)
    same = all(content(base / name) == content(base / "pool0") for name in ("dask0", "killed"))
    return {
        "reports": reports, "dask_against_pool": spread(ratios), "killed_in_mid_run": in_mid_run,
        "all_accounted_none_twice": same,
    }  # fmt: skip


def memory(base: Path, reports: int, rounds: int) -> dict[str, Any]:
    """Peaks in MB: of the parent, of its largest worker, and of all of the batch's processes at one time."""
    few, many = small(base / "few", reports), small(base / "many", 20 * reports)
    peaks = [watched(of, base / f"out-{of.name}", "--jobs", "2")[0] for of in (few, many)]
    ratios = {name: round(peaks[1][name] / peaks[0][name], 2) for name in peaks[0]}
    return {"reports": [reports, 20 * reports], "peaks": peaks, "ratio": ratios}


def watched(source: Path, out: Path, *more: str) -> tuple[dict[str, float], dict[int, float]]:
    """Peaks in MB, and processor seconds of each of the batch's processes."""
    running = start(source, out, *more)
    most = {"parent": 0.0, "worker": 0.0, "together": 0.0}
    times: dict[int, float] = {}
    while running.poll() is None:
        sizes = {pid: _resident(pid) for pid in workers(out)}
        times |= {pid: max(times.get(pid, 0.0), _processor(pid)) for pid in sizes}
        most["together"] = max(most["together"], sum(sizes.values()))
        most["parent"] = max(most["parent"], sizes.pop(running.pid, 0.0))
        most["worker"] = max(most["worker"], *sizes.values(), 0.0)
        time.sleep(0.3)
    finish(running)
    return {name: round(size, 1) for name, size in most.items()}, times


def _processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """MB of a process's memory, what it shares with others counted in part (Linux)."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1000 if text else 0.0  # type: ignore[index]


def among_hostile(base: Path, reports: int, rounds: int) -> dict[str, Any]:
    source = small(base / "in", reports)
    names = hostile(source, reports)
    began = time.perf_counter()
    finish(start(source, base / "out", "--timeout", "20", "--memory", "1000"), (0, 1))
    found = documents(base / "out")
    by_name = {os.path.basename(row["path"]): row for row in found}
    bad = [by_name.get(name, {}) for name in names]
    refused = [row for row in bad if row.get("status") == "failed"]
    return {
        "good": reports, "hostile": len(names), "documents": len(found), "once_each": len(by_name) == len(found),
        "good_audited": sum(row["status"] == "ok" for name, row in by_name.items() if name.startswith("good")),
        "hostile_refused_with_a_reason": sum(bool(row["reason"]) for row in refused),
        "hostile_read_all_the_same": sum(row.get("status") == "ok" for row in bad),
        "internal_errors": sum("内部错误" in row["reason"] for row in refused),
        "seconds": round(time.perf_counter() - began, 1),
        "reasons": Counter(re.sub(r"[\d.]+|[:：（].*", "", row["reason"])[:24] for row in refused).most_common(12),
    }  # fmt: skip


def kills(base: Path, reports: int, rounds: int) -> dict[str, Any]:
    """Moments are even over the time that an undisturbed run takes; a run that comes to its end is compared, and the
    next one begins with nothing."""
    source = small(base / "in", reports)
    size = ("--shard-size", "10", "--jobs", "2")
    whole = seconds(source, base / "whole", *size)
    expected = content(base / "whole")
    dice = random.Random(3)
    killed, ends, equal, number = 0, 0, 0, 0
    while killed < 20:
        number += 1
        out = base / f"out{number}"
        while True:
            running = start(source, out, *size)
            if killed < 20:
                time.sleep(dice.random() * whole)
            if killed < 20 and running.poll() is None:
                running.kill()
                running.communicate()
                killed += 1
                continue
            finish(running)
            break
        ends += 1
        equal += content(out) == expected and not list(out.glob("**/*.part")) + list(out.glob(".*"))
    return {"reports": reports, "killed_in_mid_run": killed, "runs_to_the_end": ends, "equal_to_undisturbed": equal}


def cost(base: Path, reports: int, rounds: int) -> dict[str, Any]:
    """Of forms as long as those of the corpus, figures differing: processor time of all processes from start to end (caches
    as they fill in a batch), characters, bytes in OUT; and all that for a million."""
    source = corpus(base / "in", reports)
    peak, times = watched(source, base / "out", "--jobs", "2")
    processor = sum(times.values())
    done = len(documents(base / "out"))
    characters = sum(len(file.read_text("utf-8")) for file in source.iterdir())
    size = sum(file.stat().st_size for file in (base / "out").rglob("*.parquet"))
    return {
        "reports": done, "characters_each": round(characters / done), "processor_seconds_each": round(processor / done, 4),
        "bytes_each": round(size / done), "peak_megabytes": peak,
        "a_million": {"processor_hours": round(processor / done * 1e6 / 3600, 1), "gigabytes": round(size / done / 1e3, 2)},
    }  # fmt: skip


def spread(ratios: list[float]) -> dict[str, float]:
    return {
        "ratio": round(statistics.median(ratios), 2), "low": round(min(ratios), 2), "high": round(max(ratios), 2)
    }  # fmt: skip


WHAT: dict[str, tuple[Callable[[Path, int, int], dict[str, Any]], int]] = {
    "scaling": (scaling, 2000), "cluster": (cluster, 1000), "memory": (memory, 1000), "hostile": (among_hostile, 1000),
    "kills": (kills, 600), "cost": (cost, 1000),
}  # fmt: skip


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gouji-benchmark-") as name:
        yield Path(name)


def measure(what: str, reports: int = 0, rounds: int = 3) -> dict[str, Any]:
    function, usual = WHAT[what]
    with folder() as base:
        return function(base, reports or usual, rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--reports", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(json.dumps(measure(options.what, options.reports, options.rounds), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
