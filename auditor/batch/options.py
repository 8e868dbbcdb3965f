"""What may stand after `audit batch` and `audit summary`, and what their --help says."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.model import AuditError
from auditor.options import Parser, one_of, parse, selectors

if TYPE_CHECKING:
    from auditor.batch.run import Options

_BATCH_ZH = """\
用法
  audit batch 文件夹… --out 结果   成批审计；中断后再次运行同一命令即从中断处继续

  文件夹也可以是 fsspec 能打开的地址（s3://桶/目录、hdfs://…）

  --out 文件夹        结果（Parquet）；一个文件夹只放一批报告的结果
  --jobs N            同时审计的进程数（默认：处理器数）
  --limit N           只审计前 N 份（按路径排序）
  --since 日期        只审计此日之后改动过的（2024-03-01）
  --select --ignore   规则的选用，同 audit
  --rules 文件夹      再加载一个规则文件夹，可多次
  --shard-size N      每个分片约多少份（默认 500）
  --timeout 秒        每份报告的时限（默认 120；0 不限）
  --memory MB         每份报告的内存上限（默认 2000；0 不限；仅 Linux）
  --retry             重做含有未能审计的报告的分片
  --engine pool|dask  本机进程池（默认），或 dask 集群
  --scheduler 地址    dask 调度器，如 tcp://10.0.0.1:8786
  --lang zh|en

退出码   0 全部审计完   1 完成，但有报告未能审计（已列出）   2 未能完成
"""
_BATCH_EN = """\
Usage
  audit batch DIR... --out OUT   audit them all; the same command again goes on
                                 where it was interrupted

  DIR may be whatever fsspec opens (s3://bucket/forms, hdfs://...)

  --out OUT           results (Parquet); one folder holds one batch
  --jobs N            processes (default: as many as processors)
  --limit N           only the first N, in order of path
  --since DATE        only what was changed since then (2024-03-01)
  --select --ignore   which rules, as for audit
  --rules DIR         load one more directory of rule files; repeatable
  --shard-size N      reports in a shard, about (default 500)
  --timeout SECONDS   for one report (default 120; 0: no limit)
  --memory MB         for one report (default 2000; 0: no limit; Linux only)
  --retry             make shards again that hold reports that failed
  --engine pool|dask  processes of this machine (default), or a dask cluster
  --scheduler ADDRESS of dask: tcp://10.0.0.1:8786
  --lang zh|en

Exit code   0 all were audited   1 done, but some could not be read (they are
            named)   2 could not do or finish the work
"""
_SUMMARY_ZH = """\
用法
  audit summary 结果…   汇总 audit batch 的结果

  --across              跨报告核对：同一部门各年度、部门之间、同一项目的几份文件
  --top N               列出多少（默认 15）
  --format full|json|xlsx|html   -o, --output 文件   --lang zh|en   --ascii   --no-color
"""
_SUMMARY_EN = """\
Usage
  audit summary OUT...  sum up what audit batch found

  --across              check across reports: a department's years, departments
                        with each other, the files of one project
  --top N               how many to list (default 15)
  --format full|json|xlsx|html   -o, --output FILE   --lang zh|en   --ascii   --no-color
"""
FORMATS = ("full", "json", "xlsx", "html")
_MB = 1_000_000


def _number(least: float) -> Callable[[str], float]:
    def check(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = least - 1
        if not least <= number < 1e12:
            raise argparse.ArgumentTypeError(value)
        return number

    return check


def _whole(least: int) -> Callable[[str], int]:
    def check(value: str) -> int:
        if not value.isdecimal() or int(value) < least:
            raise argparse.ArgumentTypeError(value)
        return int(value)

    return check


def _parser() -> Parser:
    parser = Parser(prog="audit", add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--lang", type=one_of("zh", "en"), default="zh")
    return parser


def batch_parser() -> Parser:
    """The options of `audit batch`."""
    parser = _parser()
    parser.add_argument("--out", metavar="OUT")
    parser.add_argument("--jobs", type=_whole(1), default=0)
    parser.add_argument("--limit", type=_whole(1))
    parser.add_argument("--since", default="")
    parser.add_argument("--select", type=selectors, action="extend", default=[])
    parser.add_argument("--ignore", type=selectors, action="extend", default=[])
    parser.add_argument("--rules", action="append", default=[])
    parser.add_argument("--shard-size", type=_whole(1), default=500)
    parser.add_argument("--timeout", type=_number(0), default=120.0)
    parser.add_argument("--memory", type=_number(0), default=2000.0)
    parser.add_argument("--retry", action="store_true")
    parser.add_argument("--engine", type=one_of("pool", "dask"), default="pool")
    parser.add_argument("--scheduler", default="")
    return parser


def batch_options(arguments: list[str]) -> Options | None:
    """The options of `audit batch`; None when help was asked for and given. Raises AuditError."""
    from auditor.batch.run import Options

    given = parse(batch_parser(), arguments)
    if given.help:
        sys.stdout.write(_BATCH_EN if given.lang == "en" else _BATCH_ZH)
        return None
    if not given.paths:
        raise AuditError(
            "没有给出文件夹；如 audit batch 自评表 --out 结果", "no directory given; try audit batch forms --out out"
        )
    if not given.out:
        raise AuditError(
            "没有给出 --out；如 audit batch 自评表 --out 结果", "no --out given; try audit batch forms --out out"
        )
    if given.scheduler and given.engine != "dask":
        raise AuditError("--scheduler 只用于 --engine dask", "--scheduler goes with --engine dask")
    return Options(
        folders=tuple(given.paths), out=Path(given.out), rules=tuple(Path(p) for p in given.rules),
        select=tuple(given.select), ignore=tuple(given.ignore), jobs=given.jobs, size=given.shard_size,
        limit=given.limit, since=given.since, seconds=given.timeout, memory=int(given.memory * _MB),
        retry=given.retry, engine=given.engine, scheduler=given.scheduler, lang=given.lang,
    )  # fmt: skip


def summary_parser() -> Parser:
    """The options of `audit summary`."""
    parser = _parser()
    parser.add_argument("--across", action="store_true")
    parser.add_argument("--top", type=_whole(1), default=15)
    parser.add_argument("--format", type=one_of(*FORMATS))
    parser.add_argument("-o", "--output", metavar="FILE")
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--no-color", action="store_true")
    return parser


def summary_options(arguments: list[str]) -> argparse.Namespace | None:
    """The options of `audit summary`; None when help was asked for and given. Raises AuditError."""
    given = parse(summary_parser(), arguments)
    if given.help:
        sys.stdout.write(_SUMMARY_EN if given.lang == "en" else _SUMMARY_ZH)
        return None
    if not given.paths:
        raise AuditError("没有给出结果文件夹；例如 audit summary 结果", "no results given; try audit summary results")
    return given
