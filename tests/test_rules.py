"""Rules are data: loading checks them and tells where they are wrong; every example fires, no clean twin does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from auditor import audit_text
from auditor.check import KINDS
from auditor.model import CATEGORIES, SEVERITIES, AuditError, Report, Rule
from auditor.rules import load_rules, rules_dir, words

RULES = load_rules()
# what one form can show; the rest is in tests/test_batch_across.py
ALONE = [rule for rule in RULES if rule.kind != "across"]

GOOD = '''
[[rule]]
code = "XYZ101"
name = "a-name"
kind = "ratio"
terms = { rate = "执行率", part = "spent", whole = "year_budget" }
category = "rate_mismatch"
severity = "major"
message.zh = "{rate} {stated}"
message.en = "{rate} {stated}"
why = "why"
authority = "practice"
example = """
a
"""
clean = """
b
"""
'''


def given(rule: Rule, what: str) -> Report:
    return audit_text(getattr(rule, what).lstrip("\n"), rules=RULES)


def wrong(folder: Path, old: str, new: str, extra: str = "") -> str:
    """The answer to GOOD with `old` replaced, its path cut off."""
    assert old in GOOD
    (folder / "user.toml").write_text(GOOD.replace(old, new) + extra, encoding="utf-8")
    with pytest.raises(AuditError) as caught:
        load_rules(folder)
    message = caught.value.en
    assert "\n" not in message
    return message.partition("user.toml:")[2]


@pytest.mark.parametrize("rule", ALONE, ids=lambda r: f"{r.code}-{r.name}")
class TestEveryRule:
    def test_example_fires_this_rule_and_no_other_of_its_family(self, rule: Rule) -> None:
        """A rule's example is what the rule is for."""
        codes = {f.rule.code for f in given(rule, "example").findings}
        assert rule.code in codes
        if rule.kind in ("add", "ratio", "reach", "score", "tally"):
            assert {c for c in codes if c.startswith(rule.family)} == {rule.code}

    def test_clean_twin_does_not_fire(self, rule: Rule) -> None:
        """The clean twin of the example is like it and in order."""
        assert rule.code not in {f.rule.code for f in given(rule, "clean").findings}

    def test_why_is_said_in_both_languages(self, rule: Rule) -> None:
        assert rule.reason("zh") == rule.why
        assert rule.why_en
        assert rule.reason("en") == rule.why_en

    def test_finding_says_what_where_and_why(self, rule: Rule) -> None:
        """Messages are filled in both languages and every side stands in the text."""
        source = rule.example.lstrip("\n")
        for finding in given(rule, "example").findings:
            if finding.rule.code == rule.code:
                for lang in ("zh", "en"):
                    assert finding.message(lang).strip()
                    assert "{" not in finding.message(lang)
                assert all(isinstance(value, str) for value in finding.facts.values())
                for side in finding.evidence:
                    assert source[side.span.start : side.span.end].strip() == side.span.quote.strip()

    def test_is_documented(self, rule: Rule) -> None:
        """A rule explains itself and cites no article number that nobody has read."""
        assert rule.kind in KINDS
        assert rule.category in CATEGORIES
        assert rule.severity in SEVERITIES
        assert len(rule.why) >= 10
        assert "条" not in rule.authority or "第" not in rule.authority
        assert rule.example != rule.clean


class TestPasses:
    def test_messages_of_passes_are_filled(self) -> None:
        """What held is said in both languages too."""
        for rule in RULES:
            for one in given(rule, "clean").passes:
                for lang in ("zh", "en"):
                    assert one.message(lang).strip()
                    assert "{" not in one.message(lang)


class TestLoading:
    def test_rules_are_ordered_by_code_and_know_their_place(self) -> None:
        """Each rule tells the file and line that it came from."""
        assert [r.code for r in RULES] == sorted(r.code for r in RULES)
        for rule in RULES:
            line = (rules_dir() / Path(rule.file).name).read_text("utf-8").split("\n")[rule.line - 1]
            assert line.strip() == "[[rule]]"

    def test_loading_imports_nothing_heavy(self) -> None:
        """Listing rules stays light: no jieba, spaCy, pandas or rich."""
        heavy = "{'jieba', 'rjieba', 'spacy', 'pandas', 'numpy', 'rich', 'rapidfuzz', 'docx', 'pdfplumber'}"
        code = f"import sys; from auditor.rules import load_rules; load_rules(); print({heavy} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "set()"

    def test_words_are_shared_vocabulary(self) -> None:
        """rules/words.toml is read once."""
        assert words()
        assert words() is words()

    def test_a_folder_adds_rules(self, tmp_path: Path) -> None:
        """--rules DIR: a new code is a new rule."""
        (tmp_path / "user.toml").write_text(GOOD, encoding="utf-8")
        assert {r.code for r in load_rules(tmp_path)} - {r.code for r in RULES} == {"XYZ101"}
        assert load_rules([tmp_path]) == load_rules(tmp_path)

    def test_a_folder_overrides_by_code_naming_only_what_changes(self, tmp_path: Path) -> None:
        """A threshold is changed in two lines."""
        (tmp_path / "mine.toml").write_text('[[rule]]\ncode = "TGT103"\ntimes = 1.5\n', encoding="utf-8")
        before = next(r for r in RULES if r.code == "TGT103")
        after = next(r for r in load_rules(tmp_path) if r.code == "TGT103")
        assert (before.options["times"], after.options["times"]) == (1.3, 1.5)
        assert after.message == before.message
        assert after.file.endswith("mine.toml")

    def test_overridden_threshold_is_used(self, tmp_path: Path) -> None:
        """225 % is over 130 % and under 300 %."""
        (tmp_path / "mine.toml").write_text('[[rule]]\ncode = "TGT103"\ntimes = 3\n', encoding="utf-8")
        example = next(r for r in RULES if r.code == "TGT103").example.lstrip("\n")
        assert "TGT103" not in {f.rule.code for f in audit_text(example, rules=load_rules(tmp_path)).findings}


class TestBrokenRules:
    @pytest.mark.parametrize(
        ("old", "new", "line", "says"),
        [
            ('severity = "major"', 'severity = "erorr"', 8, '"erorr" is not one of major, moderate, minor, info'),
            ('kind = "ratio"', 'kind = "ration"', 5, '"ration" is not one of agree, add, ratio'),
            ('category = "rate_mismatch"', 'category = "rates"', 7, '"rates" is not one of blank, bound_vs_exact'),
            ('code = "XYZ101"', 'code = "XY1"', 3, "three capitals and three digits"),
            ('code = "XYZ101"', "code = 101", 3, "three capitals and three digits"),
            ('code = "XYZ101"\n', "", 2, 'no "code"'),
            ('name = "a-name"', 'name = "A Name"', 4, "lower-case"),
            ('name = "a-name"\n', "", 2, 'XYZ101 has no "name"'),
            ('why = "why"', 'why = ""', 11, "why is empty"),
            ('why = "why"', 'why = "why"\nwhy_en = ""', 12, "why_en is empty"),
            ('why = "why"', "why = 3", 11, "why is not a text"),
            ('message.zh = "{rate} {stated}"', 'message.zh = "{rat}"', 9, "kind ratio knows no {rat}, only computed"),
            ('message.en = "{rate} {stated}"', 'message.en = "{rate"', 10, "message.en"),
            ('message.en = "{rate} {stated}"\n', "", 9, "message.en is missing"),
            ('message.en = "{rate} {stated}"', 'message.fr = "{rate}"', 9, "message.en is missing"),
            ('why = "why"', 'why = "why"\nunkown = 3', 12, 'unknown key "unkown"; kind ratio allows among, either'),
            ('why = "why"', 'why = "why"\neither = "no"', 12, "either is not true or false"),
            ('why = "why"', 'why = "why"\namong = "nowhere"', 12, '"nowhere" is not one of funds, indicators, text'),
            ('why = "why"', 'why = "why"\nheld.zh = "{rat}"\nheld.en = "x"', 12, "knows no {rat}"),
            ("rate = ", "rte = ", 6, '"rte" is not one of rate, part, whole'),
            ('terms = { rate = "执行率", part = "spent", whole = "year_budget" }\n', "", 2, 'needs "terms"'),
            ('why = "why"', 'why = "why', 11, "not TOML"),
        ],
    )  # fmt: skip
    def test_answer_names_line_and_what_is_allowed(
        self, tmp_path: Path, old: str, new: str, line: int, says: str
    ) -> None:
        """file:line: what is wrong and what would be right."""
        answer = wrong(tmp_path, old, new)
        assert answer.startswith(f"{line}: ")
        assert says in answer

    def test_second_rule_of_a_code(self, tmp_path: Path) -> None:
        """The answer names both places."""
        answer = wrong(tmp_path, "why", "why", extra=GOOD)
        assert answer.startswith("21: code XYZ101 is already used at ")
        assert answer.endswith("user.toml:3")

    def test_second_rule_of_a_name(self, tmp_path: Path) -> None:
        """A name stands for one rule."""
        answer = wrong(tmp_path, "why", "why", extra=GOOD.replace("XYZ101", "XYZ102"))
        assert answer == '22: name "a-name" is already used by XYZ101'

    def test_lines_are_right_after_texts_of_several_lines(self, tmp_path: Path) -> None:
        """A [[rule]] or a key inside an example is text."""
        text = GOOD.replace("\na\n", '\n[[rule]]\nseverity = "x"\n')
        (tmp_path / "user.toml").write_text(text + GOOD.replace("XYZ101", "XYZ102").replace("major", "big"), "utf-8")
        with pytest.raises(AuditError, match=r"user\.toml:27: severity “big” 不在允许值之内"):
            load_rules(tmp_path)

    def test_subtables_have_lines_too(self, tmp_path: Path) -> None:
        """[rule.terms] is as good as terms = { … }."""
        text = GOOD.replace('terms = { rate = "执行率", part = "spent", whole = "year_budget" }\n', "")
        (tmp_path / "user.toml").write_text(text + '[rule.terms]\nrate = "执行率"\nprt = "spent"\n', "utf-8")
        with pytest.raises(AuditError, match=r"user\.toml:18: terms “prt” 不在允许值之内"):
            load_rules(tmp_path)

    def test_one_bracket_only(self, tmp_path: Path) -> None:
        """[rule] is no list of rules."""
        (tmp_path / "user.toml").write_text(GOOD.replace("[[rule]]", "[rule]"), "utf-8")
        with pytest.raises(AuditError, match=r"\[\[rule\]\]"):
            load_rules(tmp_path)

    def test_folder_without_rule_files(self, tmp_path: Path) -> None:
        """A folder with nothing in it, or no folder at all, is a mistake."""
        for folder in (tmp_path, tmp_path / "missing"):
            with pytest.raises(AuditError, match="没有规则文件"):
                load_rules(folder)

    def test_file_that_is_no_text(self, tmp_path: Path) -> None:
        """A GBK rule file is answered, not guessed."""
        (tmp_path / "user.toml").write_bytes(GOOD.encode("gb18030"))
        with pytest.raises(AuditError, match="UTF-8"):
            load_rules(tmp_path)
