"""`audit batch`: what it writes, which reports it takes, what it says when it cannot."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="audit batch needs the extra [batch]")
from batches import command, documents, done, folder, form, here, left_over, tables

from auditor.batch.files import Entry, find, since
from auditor.batch.rows import COLUMNS, TABLES, Rows, arrow, pack, schema, unpack
from auditor.batch.run import CHUNK
from auditor.batch.shards import Chunk, chunks, shards
from auditor.batch.store import locked
from auditor.batch.work import Job, Result, audit_chunk
from auditor.model import AuditError

# --- what is written ----------------------------------------------------------------------------------------------


class TestTables:
    def test_every_report_is_in_the_documents_with_its_counts(self, tmp_path: Path) -> None:
        """A row a report: who, when, what was found, what was not checked."""
        done(folder(tmp_path / "in", 10), tmp_path / "out")
        rows = documents(tmp_path / "out")
        assert sorted(rows) == [f"form{n:03}.txt" for n in range(10)]
        row = rows["form003.txt"]
        assert (row["status"], row["department"], row["project"], row["year"]) == ("ok", "河道3段局", "河道3段", 2023)
        assert (row["major"], row["kind"], row["forms"], len(row["sha256"])) == (1, "text", 1, 64)
        assert rows["form001.txt"]["major"] == 0

    def test_findings_and_claims_are_what_the_audit_says(self, tmp_path: Path) -> None:
        """The same findings, quotes and figures as `auditor.audit` gives for each report alone."""
        from auditor import audit

        source = folder(tmp_path / "in", 6)
        done(source, tmp_path / "out")
        found = [json.loads(row) for row in tables(tmp_path / "out")["findings"]]
        claims = [json.loads(row) for row in tables(tmp_path / "out")["claims"]]
        for path in sorted(source.iterdir()):
            report = audit(path)
            mine = [row for row in found if row["path"] == str(path)]
            assert sorted(row["fingerprint"] for row in mine) == sorted(f.fingerprint for f in report.findings)
            assert {row["message"] for row in mine} == {f.message() for f in report.findings}
            text = path.read_text("utf-8")
            for row in mine:
                for side in row["evidence"]:
                    assert text[side["start"] : side["end"]] == side["quote"]
            said = [(row["quote"], row["value"], row["role"]) for row in claims if row["path"] == str(path)]
            assert sorted(said) == sorted((c.span.quote, float(c.quantity.value or 0), c.role) for c in report.claims)

    def test_a_report_that_cannot_be_read_is_a_document_and_a_finding(self, tmp_path: Path) -> None:
        """Status failed, the reason, and RUN201 that says so; the others are audited."""
        source = folder(tmp_path / "in", 3)
        (source / "empty.txt").write_bytes(b"")
        (source / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        result = done(source, tmp_path / "out")
        rows = documents(tmp_path / "out")
        assert {name for name, row in rows.items() if row["status"] == "failed"} == {"empty.txt", "old.doc"}
        assert [os.path.basename(path) for path, _ in result.failed] == ["empty.txt", "old.doc"]
        assert "空" in rows["empty.txt"]["reason"]
        told = [row for row in map(json.loads, tables(tmp_path / "out")["findings"]) if row["rule"] == "RUN201"]
        assert {(os.path.basename(row["path"]), row["category"]) for row in told} == {
            ("empty.txt", "not_read"), ("old.doc", "not_read"),
        }  # fmt: skip
        assert all(rows[os.path.basename(row["path"])]["reason"] in row["message"] for row in told)

    def test_columns_are_the_same_without_rows(self) -> None:
        """An empty table has the columns and types of a full one: tables can always be read together."""
        for table in TABLES:
            assert arrow(table, []).schema == schema(table)
            assert schema(table).names == list(COLUMNS[table])
        assert unpack(pack(Rows())["documents"]).num_rows == 0

    def test_half_a_letter_does_not_lose_the_row(self) -> None:
        """A lone surrogate, which UTF-8 cannot hold, becomes a mark."""
        row = ["x"] * len(COLUMNS["documents"])
        for at, kind in enumerate(COLUMNS["documents"].values()):
            row[at] = {"str": "河\ud800道", "int": 1, "float": 1.0}.get(kind if isinstance(kind, str) else "", [])  # type: ignore[call-overload]
        assert arrow("documents", [tuple(row)]).to_pylist()[0]["path"] == "河?道"

    def test_a_name_that_is_no_utf8_is_kept_apart(self, tmp_path: Path) -> None:
        """Bytes of a file's name that are no text are spelled out."""
        source = folder(tmp_path / "in", 1)
        name = os.fsencode(source) + b"/\xba\xd3.txt"
        try:
            Path(os.fsdecode(name)).write_text(form(1), encoding="utf-8")
        except OSError:
            pytest.skip("this file system has only UTF-8 names")
        done(source, tmp_path / "out")
        assert sorted(documents(tmp_path / "out")) == ["\\xba\\xd3.txt", "form000.txt"]


# --- shards -------------------------------------------------------------------------------------------------------


def entries(count: int) -> list[Entry]:
    return [Entry(f"/in/{n:05}.txt", 100 + n, str(n)) for n in range(count)]


class TestShards:
    @pytest.mark.parametrize("size", [1, 2, 10, 500])
    def test_every_report_is_in_exactly_one_shard(self, size: int) -> None:
        """In order, none lost, none twice; sizes are about what was asked for."""
        some = entries(2600)
        parts = shards(some, size, "")
        assert [e for part in parts for e in part.entries] == some
        assert len({part.key for part in parts}) == len(parts)
        assert all(max(size // 2, 1) <= len(part.entries) <= size + size // 2 for part in parts[:-1])

    def test_one_new_report_changes_one_shard_or_two(self) -> None:
        """Borders are told by the names near them, so what comes before and after keeps its shards."""
        some = entries(5000)
        before = {part.key for part in shards(some, 100, "")}
        new = Entry("/in/02500a.txt", 1, "1")
        after = {part.key for part in shards(sorted([*some, new], key=lambda e: e.path), 100, "")}
        assert 1 <= len(after - before) <= 4
        assert len(before & after) >= 40

    def test_a_changed_report_changes_its_shard(self) -> None:
        """By size or time, and so do the rules."""
        some = entries(50)
        first = [part.key for part in shards(some, 10, "a")]
        touched = [*some[:20], Entry(some[20].path, some[20].size, "now"), *some[21:]]
        assert sum(a != b.key for a, b in zip(first, shards(touched, 10, "a"), strict=True)) == 1
        assert not set(first) & {part.key for part in shards(some, 10, "b")}

    def test_chunks_are_the_shards(self) -> None:
        """Cut small for the workers; a chunk taken apart is still all of it."""
        parts = shards(entries(100), 30, "")
        cut = list(chunks(parts, range(len(parts)), 7))
        assert [e for chunk in cut for e in chunk.entries] == entries(100)
        three = cut[0].split(3)
        assert [e for chunk in three for e in chunk.entries] == list(cut[0].entries)
        assert [chunk.first for chunk in three] == [0, 3, 4]


class TestWhichReports:
    def test_reports_are_found_at_any_depth_by_suffix(self, tmp_path: Path) -> None:
        """Sorted, without hidden files, lock files of Word, and files that are no reports."""
        source = folder(tmp_path / "in", 2)
        (source / "a" / "b").mkdir(parents=True)
        (source / ".hidden").mkdir()
        for name in ("a/b/x.docx", "a/~$x.docx", "a/y.png", ".hidden/z.txt", "a/.z.txt"):
            (source / name).write_bytes(b"x")
        assert [os.path.relpath(e.path, source) for e in find([str(source)]).entries] == [
            "a/b/x.docx", "form000.txt", "form001.txt",
        ]  # fmt: skip

    def test_files_that_are_no_reports_are_counted(self, tmp_path: Path) -> None:
        """By suffix, in one line: what was left out is never left unsaid."""
        source = folder(tmp_path / "in", 2)
        for name in ("a.png", "b.PNG", "README", ".hidden", "~$form.docx"):
            (source / name).write_bytes(b"x")
        ran = command(source, tmp_path / "out")
        assert "另有 3 个文件不是报告的格式，未审计：.png 2 ? 1" in ran.stderr
        assert (ran.returncode, len(documents(tmp_path / "out"))) == (0, 2)

    def test_a_file_named_twice_is_one_report(self, tmp_path: Path) -> None:
        """A folder and a folder in it."""
        source = folder(tmp_path / "in", 2)
        assert len(find([str(source), str(source / "form000.txt"), str(tmp_path)]).entries) == 2

    def test_results_beside_the_reports_are_no_reports(self, tmp_path: Path) -> None:
        """OUT may be inside the folder, with a summary in it."""
        source = folder(tmp_path / "in", 2)
        out = source / "out"
        done(source, out)
        (out / "summary.html").write_text("<html>", encoding="utf-8")
        assert done(source, out).reports == 2

    def test_since_takes_what_changed(self, tmp_path: Path) -> None:
        """By the day it was changed; what is no date is said so."""
        source = folder(tmp_path / "in", 3)
        os.utime(source / "form001.txt", (1_000_000_000, 1_000_000_000))
        assert done(source, tmp_path / "out", since="2020-01-01").reports == 2
        with pytest.raises(AuditError, match="--since yesterday"):
            since([], "yesterday")

    def test_limit_takes_the_first(self, tmp_path: Path) -> None:
        """In order of path; with more of them later, what is done is kept."""
        source = folder(tmp_path / "in", 30)
        assert done(source, tmp_path / "out", limit=12).reports == 12
        more = done(source, tmp_path / "out")
        assert (more.reports, more.kept > 0) == (30, True)
        assert len(documents(tmp_path / "out")) == 30

    def test_limit_and_since_throw_nothing_away(self, tmp_path: Path) -> None:
        """Fewer reports into the same OUT is refused, and OUT is as it was."""
        source = folder(tmp_path / "in", 30)
        done(source, tmp_path / "out")
        before = tables(tmp_path / "out")
        with pytest.raises(AuditError, match="--limit"):
            done(source, tmp_path / "out", limit=3)
        assert tables(tmp_path / "out") == before

    def test_no_reports_and_no_folder_are_said(self, tmp_path: Path) -> None:
        """One line each, and nothing is written."""
        (tmp_path / "in").mkdir()
        with pytest.raises(AuditError, match="没有要审计的报告"):
            done(tmp_path / "in", tmp_path / "out")
        with pytest.raises(AuditError, match="找不到文件夹"):
            done(tmp_path / "not", tmp_path / "out")
        assert not list((tmp_path / "out").rglob("*.parquet"))

    def test_paths_may_be_anything_fsspec_opens(self) -> None:
        """Listed, read and told apart by what the store says of them."""
        fsspec = pytest.importorskip("fsspec", reason="URLs need the extra [cluster]")
        store = fsspec.filesystem("memory")
        store.pipe("/bucket/a/form.txt", form(3).encode())
        store.pipe("/bucket/note.png", b"x")
        found = find(["memory://bucket"]).entries
        assert [entry.path for entry in found] == ["memory:///bucket/a/form.txt"]
        from auditor.rules import load_rules

        failure = next(rule for rule in load_rules() if rule.code == "RUN201")
        result = audit_chunk(Chunk(0, 0, tuple(found)), Job(load_rules(), failure, 0, 0))
        (row,) = unpack(result.tables["documents"]).to_pylist()
        assert (row["status"], row["major"], row["path"]) == ("ok", 1, "memory:///bucket/a/form.txt")
        with pytest.raises(AuditError, match="找不到"):
            find(["memory://nothing/there"])


# --- again --------------------------------------------------------------------------------------------------------


class TestAgain:
    def test_nothing_is_done_twice(self, tmp_path: Path) -> None:
        """The same reports, rules and version: every shard is kept, no file is touched."""
        source = folder(tmp_path / "in", 20)
        done(source, tmp_path / "out")
        stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.parquet")}
        again = done(source, tmp_path / "out")
        assert (again.reports, again.kept) == (20, 20)
        assert {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.parquet")} == stamps

    def test_what_changed_is_done_again_and_what_went_is_gone(self, tmp_path: Path) -> None:
        """OUT is what a first run over the reports as they are would have made."""
        source = folder(tmp_path / "in", 30)
        done(source, tmp_path / "out")
        (source / "form004.txt").write_text(form(6), encoding="utf-8")
        (source / "form020.txt").unlink()
        (source / "form031.txt").write_text(form(31), encoding="utf-8")
        again = done(source, tmp_path / "out")
        assert 0 < again.kept < 30
        done(source, tmp_path / "fresh")
        assert tables(tmp_path / "out") == tables(tmp_path / "fresh")
        assert left_over(tmp_path / "out") == []

    def test_other_rules_are_another_audit(self, tmp_path: Path) -> None:
        """A threshold of one's own makes every shard again, in its place."""
        source = folder(tmp_path / "in", 9)
        done(source, tmp_path / "out")
        (tmp_path / "rules").mkdir()
        (tmp_path / "rules" / "mine.toml").write_text('[[rule]]\ncode = "TGT103"\ntimes = 1.5\n', encoding="utf-8")
        again = done(source, tmp_path / "out", rules=(tmp_path / "rules",))
        assert again.kept == 0
        assert len(documents(tmp_path / "out")) == 9

    def test_results_of_another_folder_are_not_mixed_in(self, tmp_path: Path) -> None:
        """One OUT holds one batch; the word says whose it is."""
        done(folder(tmp_path / "in", 3), tmp_path / "out")
        with pytest.raises(AuditError, match=r"里面是 .*/in 的结果"):
            done(folder(tmp_path / "other", 3), tmp_path / "out")

    def test_failures_are_tried_again_when_asked(self, tmp_path: Path) -> None:
        """--retry makes the shards again that hold them, and only those."""
        source = folder(tmp_path / "in", 30)
        (source / "form003.txt").write_bytes(b"")
        done(source, tmp_path / "out")
        assert done(source, tmp_path / "out").kept == 30
        again = done(source, tmp_path / "out", retry=True)
        assert 0 < again.kept < 30

    def test_a_plan_of_something_else_is_not_touched(self, tmp_path: Path) -> None:
        """A folder with a batch.json that is not ours."""
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "batch.json").write_text("{}", encoding="utf-8")
        with pytest.raises(AuditError, match=r"batch\.json"):
            done(folder(tmp_path / "in", 1), tmp_path / "out")
        assert (tmp_path / "out" / "batch.json").read_text("utf-8") == "{}"


# --- what it says -------------------------------------------------------------------------------------------------


class TestClearWords:
    def test_a_report_that_vanishes_is_said_so(self, tmp_path: Path) -> None:
        """Gone between the listing and its turn: a failure like any other, and done right the next time."""
        source = folder(tmp_path / "in", 12)

        def engine(chunks: Iterator[Chunk], job: Job) -> Iterator[tuple[Chunk, Result]]:
            (source / "form005.txt").unlink()
            yield from here(chunks, job)

        result = done(source, tmp_path / "out", engine)
        assert [(os.path.basename(path), why) for path, why in result.failed] == [
            ("form005.txt", "找不到文件：请检查路径")
        ]
        assert (done(source, tmp_path / "out").reports, len(documents(tmp_path / "out"))) == (11, 11)

    def test_two_batches_into_one_out(self, tmp_path: Path) -> None:
        """The second says who has it and touches nothing; after the first it may."""
        source = folder(tmp_path / "in", 3)
        with locked(tmp_path / "out"):
            ran = command(source, tmp_path / "out")
            assert ran.returncode == 2
            assert f"进程 {os.getpid()}" in ran.stderr
            assert ran.stderr.count("\n") == 1
        assert done(source, tmp_path / "out").reports == 3

    def test_a_lock_of_a_dead_batch_does_not_hold(self, tmp_path: Path) -> None:
        """The file may be left behind; the lock is not."""
        import socket

        (tmp_path / "out").mkdir()
        (tmp_path / "out" / ".lock").write_text(f"999999 {socket.gethostname()}\n", encoding="utf-8")
        assert done(folder(tmp_path / "in", 3), tmp_path / "out").reports == 3
        assert not (tmp_path / "out" / ".lock").exists()

    def test_a_lock_of_another_machine_is_believed(self, tmp_path: Path) -> None:
        """Its lock cannot be felt from here: the word says what to remove if that batch is gone."""
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / ".lock").write_text("12 elsewhere\n", encoding="utf-8")
        with pytest.raises(AuditError, match=r"主机 elsewhere .*\.lock"):
            done(folder(tmp_path / "in", 3), tmp_path / "out")

    def test_a_full_disk(self, tmp_path: Path) -> None:
        """One line that says so, exit code 2, no half file; with room, the same command goes on."""
        resource = pytest.importorskip("resource", reason="needs limits on file size")
        source = folder(tmp_path / "in", 20)
        small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))  # noqa: E731
        ran = command(source, tmp_path / "out", preexec_fn=small)
        assert ran.returncode == 2
        assert "磁盘已满" in ran.stderr
        assert "Traceback" not in ran.stderr
        assert [p for p in left_over(tmp_path / "out") if p.endswith((".part", ".lock"))] == []
        done(source, tmp_path / "out")
        assert len(documents(tmp_path / "out")) == 20

    def test_a_folder_that_cannot_be_searched(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is named, the rest is audited."""
        source = folder(tmp_path / "in", 3)
        (source / "closed").mkdir()
        scan = os.scandir

        def closed(path: Any) -> Any:
            if str(path).endswith("closed"):
                raise PermissionError(13, "Permission denied", path)
            return scan(path)

        monkeypatch.setattr("auditor.batch.files.os.scandir", closed)
        result = done(source, tmp_path / "out")
        assert (result.reports, result.closed) == (3, [(str(source / "closed"), "Permission denied")])

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ([], "没有给出文件夹"),
            (["in"], "没有给出 --out"),
            (["in", "--out", "out", "--jobs", "0"], "--jobs 不能是"),
            (["in", "--out", "out", "--timeout", "soon"], "--timeout 不能是"),
            (["in", "--out", "out", "--engine", "spark"], "--engine 不能是"),
            (["in", "--out", "out", "--scheduler", "tcp://x:1"], "--scheduler"),
            (["in", "--out", "out", "--shards", "3"], "不认识的选项 --shards"),
        ],
    )
    def test_options_are_answered_in_a_line(self, arguments: list[str], says: str) -> None:
        """What is wrong, in one line, before anything is read."""
        from auditor.batch import batch_command

        with pytest.raises(AuditError, match=says):
            batch_command(arguments)

    def test_help_names_every_option(self, capsys: pytest.CaptureFixture[str]) -> None:
        """In both languages, for both verbs."""
        from auditor.batch import batch_command, summary_command
        from auditor.batch.options import batch_parser, summary_parser

        for call, parser in ((batch_command, batch_parser()), (summary_command, summary_parser())):
            for lang in ("zh", "en"):
                assert call(["--help", "--lang", lang]) == 0
                said = capsys.readouterr().out
                for action in parser._actions:
                    names = [name for name in action.option_strings if name not in ("-h", "--help")]
                    assert not names or any(name in said for name in names), names


def test_progress_tells_rate_and_time_left(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal: lines now and then, with what failed."""
    from auditor.batch import progress

    monkeypatch.setattr(progress, "EVERY", 0)
    with progress.Progress(40, 10, "zh") as bar:
        bar.add(CHUNK, 2)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "audit batch: 10/40 (25%)"
    assert lines[1].startswith("audit batch: 30/40 (75%) · ")
    assert "失败 2" in lines[1]
    assert "还需" in lines[1]
    assert [progress.span(s) for s in (4.4, 65, 3723)] == ["0:04", "1:05", "1:02:03"]
