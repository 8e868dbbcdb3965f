"""The labelled forms are sound: what an answer says stands in the form, and a form that is called clean is clean."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).parent.parent / "corpus"
sys.path.insert(0, str(CORPUS))

import check  # noqa: E402  (corpus/check.py is a script beside the forms, no part of the package)

FORMS = check.forms()


@pytest.mark.parametrize("path", FORMS, ids=[f"{p.parent.name}/{p.stem}" for p in FORMS])
def test_answers_fit_the_form(path: Path) -> None:
    """Quotes occur, every figure is labelled, facts agree or are found to differ, sums and scores come out."""
    assert check.problems(path) == []


def test_every_form_has_answers() -> None:
    """A text without answers would silently not be measured."""
    assert {p.with_suffix("") for p in CORPUS.rglob("*.txt")} == {p.with_suffix("") for p in FORMS}


def test_no_form_stands_in_both_splits() -> None:
    """What is tuned on is never what is reported on."""
    assert not {p.name for p in (CORPUS / "dev").glob("*.toml")} & {p.name for p in (CORPUS / "test").glob("*.toml")}


SOUND = """某县部门整体支出绩效自评表
单位：万元
部门名称\t\t某县水务局
部门资金情况\t整体支出年度预算数\t200.00\t整体支出年初预算数\t180.00
\t实际支出数\t190.00\t年度调整额\t20.00
\t预算完成率\t95.0%\t预算调整率\t11.1%
\t关键指标\t预期实现值\t指标完成情况
\t巡河次数\t≥50次\t52次
"""
ANSWERS = """layout = "guangdong-department"
department = "某县水务局"
year = 2023
kind = "water"
clean = true
quantities = [
  ["年度预算数\\t⟦200.00⟧", "200.00", "万元", "="], ["年初预算数\\t⟦180.00⟧", "180.00", "万元", "="],
  ["实际支出数\\t⟦190.00⟧", "190.00", "万元", "="], ["年度调整额\\t⟦20.00⟧", "20.00", "万元", "="],
  ["⟦95.0%⟧", "95.0", "%", "="], ["⟦11.1%⟧", "11.1", "%", "="],
  ["⟦≥50次⟧", "50", "次", "≥"], ["\\t⟦52次⟧", "52", "次", "="],
]
"""


def problems_of(folder: Path, text: str, answers: str) -> list[str]:
    (folder / "form.txt").write_text(text, encoding="utf-8")
    (folder / "form.toml").write_text(answers, encoding="utf-8")
    return check.problems(folder / "form.toml")


def test_sound_answers_have_no_problems(tmp_path: Path) -> None:
    """The twin of all the broken ones below."""
    assert problems_of(tmp_path, SOUND, ANSWERS) == []


@pytest.mark.parametrize(
    ("text", "answers", "told"),
    [
        ((), ("⟦52次⟧", "⟦53次⟧"), "not in the text"),
        ((), ('"52", "次"', '"25", "次"'), "labelled 25"),
        (("\t52次\n", "\t52次，巡查3处\n"), (), "is in no answer"),
        (("95.0%", "59.0%"), ("95.0", "59.0"), "59.0% but"),
        (("11.1%", "1.1%"), ("11.1", "1.1"), "1.1% but"),
        (("\t20.00", "\t30.00"), ("20.00", "30.00"), "30.00 but"),
        (("52次", "42次"), ("52", "42"), "missed"),
        (("52次", "72次"), ("52", "72"), "130 %"),
        ((), ('"次", "="', '"次", "~"'), "unknown comparator"),
    ],
)
def test_broken_answers_are_told(tmp_path: Path, text: tuple[str, ...], answers: tuple[str, ...], told: str) -> None:
    """Each change of form or answers is answered with what is wrong."""
    form = SOUND.replace(*text) if text else SOUND
    found = problems_of(tmp_path, form, ANSWERS.replace(*answers) if answers else ANSWERS)
    assert any(told in problem for problem in found)
