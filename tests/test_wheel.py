"""The wheel is the whole program: it holds the rules, needs no checkout, and runs from any directory."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORM = ROOT / "corpus" / "dev" / "gd_zone.txt"
pytest.importorskip("hatchling", reason="hatchling is not installed: pip install 'gouji[test]'")


def pip(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT))
    return next(folder.glob("gouji-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the unpacked wheel and nothing else of ours."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", str(folder), str(wheel))
    return folder


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python …` in the folder, where no checkout is in sight; what is installed there comes before the checkout's."""
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=installed, env=environment, capture_output=True, text=True, encoding="utf-8"
    )


def test_the_wheel_holds_what_the_program_reads_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {p.name for p in (ROOT / "rules").glob("*.toml")}
    assert {n.removeprefix("auditor/_rules/") for n in names if n.startswith("auditor/_rules/")} == data
    files = {p.relative_to(ROOT).as_posix() for p in (ROOT / "auditor").rglob("*") if p.is_file()}
    assert {f for f in files if "__pycache__" not in f} <= names
    assert {n.split("/")[0].split("-")[0] for n in names} == {"auditor", "gouji"}


def test_an_installed_audit_audits(installed: Path) -> None:
    done = run(installed, "-m", "auditor", str(FORM), "--format", "concise")
    here = subprocess.run(
        [sys.executable, "-m", "auditor", str(FORM), "--format", "concise"], cwd=ROOT, capture_output=True, text=True,
        encoding="utf-8", env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stdout == here.stdout


def test_an_installed_audit_knows_its_rules(installed: Path) -> None:
    where = run(installed, "-c", "import auditor.rules as r; print(r.rules_dir())").stdout.strip()
    assert Path(where) == installed / "auditor" / "_rules"
    assert "AGR101" in run(installed, "-m", "auditor", "rule").stdout
