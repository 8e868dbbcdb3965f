"""`audit batch`: every report accounted for, once, whatever happens in between."""

from __future__ import annotations

import json
import os
import pickle
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="audit batch needs the extra [batch]")
from batches import AUDIT, command, documents, done, folder, form, left_over, tables

from auditor.batch.files import find
from auditor.batch.shards import Chunk
from auditor.batch.store import Store
from auditor.batch.work import HOOK, Job, Result
from auditor.model import AuditError


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """A folder of reports and what a run over it says."""
    base = tmp_path_factory.mktemp("batch")
    source = folder(base / "in", 60)
    done(source, base / "out")
    return source, tables(base / "out")


class TestInterrupted:
    def test_killed_at_any_moment_and_run_again_is_an_undisturbed_run(
        self, tmp_path: Path, undisturbed: tuple[Path, dict[str, list[str]]]
    ) -> None:
        """kill -9, again and again; then once to the end. Nothing lost, nothing twice, nothing left lying about, and
        no worker outlives its batch. (Twenty moments: benchmarks/batch.py kills.)"""
        source, expected = undisturbed
        out = tmp_path / "out"
        moments = random.Random(7)
        for _ in range(2):
            running = start(source, out)
            before = len(list(out.glob("documents/*.parquet")))
            wait_for_more(running, out, before)
            time.sleep(moments.random() * 0.2)
            running.kill()
            running.communicate()
            wait_for(lambda: not workers(out))
        last = command(source, out)
        assert last.returncode == 0, last.stderr
        assert tables(out) == expected
        assert left_over(out) == []

    @pytest.mark.parametrize("step", range(7))
    def test_stopped_between_any_two_files(
        self, tmp_path: Path, undisturbed: tuple[Path, dict[str, list[str]]], step: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whichever file of a shard is the last that was written, the next run makes up for it."""
        source, expected = undisturbed
        out = tmp_path / "out"
        count = 0
        write = Store._write

        def stop(self: Store, path: Path, data: Any) -> None:
            nonlocal count
            count += 1
            if count > step:
                path.with_name(path.name + ".part").write_bytes(b"PAR1 half")
                raise KeyboardInterrupt
            write(self, path, data)

        with monkeypatch.context() as patched:
            patched.setattr(Store, "_write", stop)
            with pytest.raises(KeyboardInterrupt):
                done(source, out)
        done(source, out)
        assert tables(out) == expected
        assert left_over(out) == []


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def wait_for_more(running: subprocess.Popen[str], out: Path, before: int) -> None:
    """Until another shard is written, or the batch is at its end."""
    wait_for(lambda: running.poll() is not None or len(list(out.glob("documents/*.parquet"))) > before)


def start(source: Path, out: Path) -> subprocess.Popen[str]:
    """A batch with two workers that can be told by their environment."""
    return subprocess.Popen(
        [*AUDIT, str(source), "--out", str(out), "--jobs", "2", "--shard-size", "8"],
        env={**os.environ, "GOUJI_TEST_RUN": str(out)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def workers(out: Path) -> list[int]:
    """Processes of the batch that writes there; none where there is no /proc to look into."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"GOUJI_TEST_RUN={out}".encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            continue
    return found


class TestWorkers:
    def test_a_worker_killed_in_mid_run_costs_nothing(
        self, tmp_path: Path, undisturbed: tuple[Path, dict[str, list[str]]]
    ) -> None:
        """SIGKILL to a worker: the pool says what one process says, every report once, none failed."""
        source, expected = undisturbed
        out = tmp_path / "out"
        running = start(source, out)
        wait_for_more(running, out, 0)
        youngest = max((p for p in workers(out) if p != running.pid), default=0)
        if youngest and running.poll() is None:
            os.kill(youngest, signal.SIGKILL)
        said, progress = running.communicate(timeout=120)
        assert running.returncode == 0, progress
        assert "60 份报告：新审计 60，沿用 0，未能审计 0" in said
        assert "60/60 (100%)" in progress
        assert tables(out) == expected

    def test_reports_that_end_their_worker_are_recorded_and_the_rest_audited(self, tmp_path: Path) -> None:
        """Killed, hung or out of memory: tried alone, then named with the reason; exit code 1."""
        source = folder(tmp_path / "in", 20)
        expected = {
            "kill.poison.txt": "被终止（SIGKILL）", "sleep.poison.txt": "超过每份报告 3 秒的时限",
            "memory.poison.txt": "超过每份报告 300 MB 的内存上限",
        }  # fmt: skip
        if not os.path.exists("/proc/self/statm"):
            del expected["memory.poison.txt"]  # memory is limited on Linux only
        for name in expected:
            (source / name).write_text(form(10), encoding="utf-8")
        ran = command(source, tmp_path / "out", "--timeout", "3", "--memory", "300", env={**os.environ, HOOK: "1"})
        assert ran.returncode == 1, ran.stderr
        rows = documents(tmp_path / "out")
        assert len(rows) == 20 + len(expected)
        assert {name for name, row in rows.items() if row["status"] == "failed"} == set(expected)
        told = [row for row in map(json.loads, tables(tmp_path / "out")["findings"]) if row["rule"] == "RUN201"]
        assert sorted(os.path.basename(row["path"]) for row in told) == sorted(expected)
        for name, why in expected.items():
            assert why in rows[name]["reason"]
            assert name in ran.stderr

    @pytest.mark.parametrize("error", [None, OSError(28, "No space left"), RuntimeError("x" * 9999)])
    def test_what_a_worker_sends_is_sent_at_once_or_not_at_all(
        self, tmp_path: Path, error: Exception | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A pipe takes 512 bytes whole. A worker that ends in the middle of a longer message, because a disk is full and
        the batch puts its workers away, leaves the executor waiting for the rest."""
        from auditor.batch import work
        from auditor.rules import load_rules

        failure = next(rule for rule in load_rules() if rule.code == "RUN201")
        monkeypatch.setattr(work, "_job", Job(load_rules(), failure, 0, 0))
        monkeypatch.setattr(work, "_marks", str(tmp_path))
        chunk = Chunk(0, 0, tuple(find([str(folder(tmp_path / "in", 20))]).entries))
        if error is not None:
            monkeypatch.setattr(work.pickle, "dump", lambda *_: (_ for _ in ()).throw(error))
        said = work.work(chunk, 7)
        assert len(pickle.dumps(said)) < 512
        if error is None:
            assert (said, work.handed(str(tmp_path), 7).reports) == (None, 20)
            assert not (tmp_path / "7.done").exists()
        else:
            assert isinstance(said, work.Wrong)
            assert (said.errno, "No space" in said.why) == ((28, True) if error.args[0] == 28 else (0, False))

    def test_hostile_files_among_good_ones(self, tmp_path: Path) -> None:
        """Fuzzed, cut off, wrongly named: all good ones are audited, every bad one has its reason."""
        source = folder(tmp_path / "in", 20)
        dice = random.Random(3)
        good = form(1).encode()
        bad = {
            "bomb.docx": b"PK\x03\x04" + bytes(2000), "cut.pdf": b"%PDF-1.7\n%\xe2\xe3",
            "noise.xlsx": dice.randbytes(3000), "picture.txt": b"\x89PNG\r\n\x1a\n" + dice.randbytes(500),
            "empty.html": b"", "zeros.xls": bytes(4000),
            "sheet.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + dice.randbytes(5000),
        }  # fmt: skip
        for name, data in bad.items():
            (source / name).write_bytes(data)
        for number in range(5):
            fuzzed = bytearray(good)
            for _ in range(20):
                fuzzed[dice.randrange(len(fuzzed))] = dice.randrange(256)
            (source / f"fuzz{number}.txt").write_bytes(bytes(fuzzed))
        done(source, tmp_path / "out")
        rows = documents(tmp_path / "out")
        assert len(rows) == 20 + len(bad) + 5
        assert all(rows[f"form{n:03}.txt"]["status"] == "ok" for n in range(20))
        for name in bad:
            assert (rows[name]["status"], bool(rows[name]["reason"])) == ("failed", True), name
        assert "内部错误" not in "".join(row["reason"] for row in rows.values())


def test_dask_says_what_one_process_says(tmp_path: Path, undisturbed: tuple[Path, dict[str, list[str]]]) -> None:
    """A local cluster of two workers, one of which is killed: the same tables."""
    distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
    source, expected = undisturbed
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        victim = next(iter(cluster.workers.values())).process.process.pid

        def watched(chunks: Iterator[Chunk], job: Job) -> Iterator[tuple[Chunk, Result]]:
            from auditor.batch.cluster import run

            for number, (chunk, result) in enumerate(run(chunks, job, cluster.scheduler_address)):
                if number == 0:
                    os.kill(victim, signal.SIGKILL)
                yield chunk, result

        done(source, tmp_path / "out", watched)
    assert tables(tmp_path / "out") == expected


def test_a_report_that_ends_every_worker_of_a_cluster_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was in its chunk is done one by one; it alone fails, with the reason."""
    distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
    import dask

    from auditor.batch.cluster import run

    source = folder(tmp_path / "in", 10)
    (source / "kill.poison.txt").write_text(form(10), encoding="utf-8")
    monkeypatch.setenv(HOOK, "1")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        done(source, tmp_path / "out", lambda chunks, job: run(chunks, job, cluster.scheduler_address))
    rows = documents(tmp_path / "out")
    assert len(rows) == 11
    assert {name for name, row in rows.items() if row["status"] == "failed"} == {"kill.poison.txt"}
    assert "终止" in rows["kill.poison.txt"]["reason"]


def test_a_cluster_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the address."""
    pytest.importorskip("distributed", reason="needs the extra [cluster]")
    from auditor.batch import cluster

    monkeypatch.setattr(cluster, "WAIT", 1)
    with pytest.raises(AuditError, match=r"tcp://127\.0\.0\.1:1: 连不上"):
        done(folder(tmp_path / "in", 1), tmp_path / "out", None, engine="dask", scheduler="tcp://127.0.0.1:1")
