"""Chunks → results on a dask cluster that exists (`--engine dask --scheduler ADDRESS`): the same work, other hands.

Workers read the reports where they are and hand over tables; OUT is written here, by one process, as ever. dask gives a
dead worker's chunks to the others. A chunk that kills whoever has it is taken apart into single reports, and one that
does it alone is recorded. Every worker must have the same version of this package.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from importlib import import_module
from typing import Any

import auditor
from auditor.batch.shards import Chunk
from auditor.batch.work import Job, Result, audit_chunk, failure, warm
from auditor.model import AuditError

AHEAD = 3  # chunks in hand for each thread of the cluster
WAIT = 30  # seconds until a cluster without workers is given up


def run(chunks: Iterator[Chunk], job: Job, scheduler: str) -> Generator[tuple[Chunk, Result], None, None]:
    """The result of every chunk, in the order in which they are done; a chunk may come back in parts."""
    client = _connect(scheduler)
    try:
        _same_version(client)
        yield from _run(client, chunks, job)
    finally:
        client.close()


def _connect(scheduler: str) -> Any:
    if not scheduler:
        raise AuditError(
            "--engine dask 需要 --scheduler 地址，如 tcp://10.0.0.1:8786",
            "--engine dask needs --scheduler ADDRESS, such as tcp://10.0.0.1:8786",
        )
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise AuditError(
            "--engine dask 需要 distributed：pip install 'gouji[cluster]'",
            "--engine dask needs distributed: pip install 'gouji[cluster]'",
        ) from None
    try:
        client = distributed.Client(scheduler, timeout=WAIT, set_as_default=False)
        client.wait_for_workers(1, timeout=WAIT)
    except (OSError, ValueError, TimeoutError) as error:
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise AuditError(f"{scheduler}: 连不上 dask 集群：{why}", f"{scheduler}: no dask cluster: {why}") from None
    return client


def version() -> str:
    """Of this package, where it runs."""
    return auditor.__version__


def _same_version(client: Any) -> None:
    try:
        found: dict[str, str] = client.run(version)
    except Exception as error:  # a worker without this package cannot even say so
        why = " ".join(str(error).split())[:200]
        raise AuditError(
            f"集群的工作节点上没有 gouji：{why}", f"the workers of the cluster have no gouji: {why}"
        ) from None
    others = {where: v for where, v in found.items() if v != version()}
    if others:
        where, other = next(iter(others.items()))
        raise AuditError(
            f"工作节点 {where} 上是 gouji {other}，本机是 {version()}；请装同一版本",
            f"worker {where} has gouji {other}, here is {version()}: install the same version",
        )


def _run(client: Any, chunks: Iterator[Chunk], job: Job) -> Generator[tuple[Chunk, Result], None, None]:
    distributed: Any = import_module("distributed")
    done = distributed.as_completed(loop=client.loop)
    flying: dict[Any, Chunk] = {}
    suspects: deque[Chunk] = (
        deque()
    )  # reports in the hands of a worker that ended: each is tried with nothing beside it
    tried: set[tuple[int, int]] = set()

    def submit(chunk: Chunk) -> None:
        future = client.submit(audit, chunk, job, pure=False)  # scattered, it would go with the workers that hold it
        flying[future.key] = chunk
        done.add(future)

    for _ in range(AHEAD * max(sum(client.nthreads().values()), 1)):
        if (chunk := next(chunks, None)) is not None:
            submit(chunk)
    while flying or suspects:
        if not flying:
            submit(suspects.popleft())
        future = next(done)
        chunk = flying.pop(future.key)
        error = future.exception() if future.status != "finished" else None
        if error is None:
            result: Result = future.result()
            yield chunk, result
        elif not isinstance(error, (distributed.KilledWorker, MemoryError)):
            why = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            raise AuditError(f"集群出错：{why}", f"the cluster failed: {why}")
        elif len(chunk.entries) == 1 and (chunk.shard, chunk.first) not in tried:
            tried.add((chunk.shard, chunk.first))
            suspects.append(chunk)
        elif len(chunk.entries) == 1:
            zh, en = (
                "每次审计它的工作进程都被终止（时间或内存超限）",
                "ended each worker that audited it (time or memory)",
            )
            yield chunk, failure(chunk.entries[0], job, en if job.lang == "en" else zh)
        else:
            for at, entry in enumerate(chunk.entries):
                submit(Chunk(chunk.shard, chunk.first + at, (entry,)))
        future.release()
        if (chunk_ := next(chunks, None)) is not None:
            submit(chunk_)


_warm = False


def audit(chunk: Chunk, job: Job) -> Result:
    """`audit_chunk` on a worker of the cluster; its limits are those of the job, its memory dask's own."""
    global _warm
    if not _warm:
        warm(job.rules)
        _warm = True
    return audit_chunk(chunk, job)
