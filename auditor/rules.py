"""rules/*.toml -> rules. A rule that is wrong is answered with its file, its line and what is allowed.

Loading parses TOML and imports the kinds' option tables, nothing heavy: `audit rule` stays light.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import auditor
from auditor.check import KINDS, Option
from auditor.model import CATEGORIES, SEVERITIES, AuditError, Rule

_Answer = Callable[[str, str, str], AuditError]  # (key, what is wrong, the same in English) -> the error at its line
TEXTS = ("code", "name", "kind", "category", "severity", "why", "authority", "example", "clean")
MORE = ("why_en",)  # texts that a rule may do without
LANGUAGES = ("zh", "en")
_CODE = re.compile(r"[A-Z]{3}\d{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HAS_RULES = re.compile(r"^\s*\[+\s*rule\s*\]", re.M)


def rules_dir() -> Path:
    """Where the rule files are: inside the wheel, else in the checkout."""
    package = Path(auditor.__file__).parent
    packed = package / "_rules"
    return packed if packed.is_dir() else package.parent / "rules"


def load_rules(directories: Path | Iterable[Path] = ()) -> tuple[Rule, ...]:
    """The rules that ship, then those of `directories`, ordered by code.

    A rule whose code is known overrides: it may name only the keys that change. A new code adds a rule.
    Raises AuditError with file and line.
    """
    extra = (directories,) if isinstance(directories, Path) else tuple(directories)
    return _load((rules_dir(), *extra))


@cache
def _load(directories: tuple[Path, ...]) -> tuple[Rule, ...]:
    tables: dict[str, tuple[dict[str, Any], _Source, int]] = {}
    for directory in directories:
        files = sorted(directory.glob("*.toml")) if directory.is_dir() else []
        if not files:
            raise AuditError(f"{directory}: 没有规则文件（*.toml）", f"{directory}: no rule files (*.toml) there")
        seen: dict[str, str] = {}
        for file in files:
            source = _Source(file, only_rules=True)
            for number, table in enumerate(source.tables):
                code = source.code(number, table)
                if code in seen:
                    raise source.error(
                        number,
                        "code",
                        f"代码 {code} 已在 {seen[code]} 用过",
                        f"code {code} is already used at {seen[code]}",
                    )
                seen[code] = source.at(number, "code")
                known = tables.get(code)
                tables[code] = ({**known[0], **table} if known else table, source, number)
    rules: list[Rule] = []
    names: dict[str, str] = {}
    for code in sorted(tables):
        table, source, number = tables[code]
        rule = _rule(table, source, number)
        if rule.name in names:
            raise source.error(
                number, "name", f"名称 {rule.name} 已被 {names[rule.name]} 使用",
                f'name "{rule.name}" is already used by {names[rule.name]}',
            )  # fmt: skip
        names[rule.name] = code
        rules.append(rule)
    return tuple(rules)


@cache
def words() -> dict[str, Any]:
    """The vocabulary that the stages share (rules/words.toml); {} where there is none."""
    file = rules_dir() / "words.toml"
    return _Source(file).document if file.is_file() else {}


# --- one file -----------------------------------------------------------------------------------------------------


class _Source:
    """A rule file: its tables, and the lines that tomllib does not tell."""

    def __init__(self, file: Path, only_rules: bool = False) -> None:
        """only_rules: a file without rules (words, layouts) is not parsed."""
        self.file = file
        self.document: dict[str, Any] = {}
        self.tables: list[dict[str, Any]] = []
        try:
            self.text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise AuditError(
                f"{self.name}: 不能按 UTF-8 文本读取：{error}", f"{self.name}: cannot be read as UTF-8 text: {error}"
            ) from None
        if only_rules and not _HAS_RULES.search(self.text):
            return
        try:
            self.document = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r" \(at line (\d+), column \d+\)", str(error))
            line = int(found[1]) if found else self.text.count("\n") + 1
            what = str(error).replace(found[0], "") if found else str(error)
            raise AuditError(
                f"{self.name}:{line}: 不是 TOML：{what}", f"{self.name}:{line}: not TOML: {what}"
            ) from None
        tables = self.document.get("rule", [])
        if not isinstance(tables, list):
            raise AuditError(
                f"{self.name}:1: 规则以 [[rule]] 开头，不是 [rule]",
                f"{self.name}:1: a rule begins with [[rule]], not [rule]",
            )
        self.tables = tables

    @property
    def name(self) -> str:
        try:
            return str(self.file.relative_to(Path.cwd()))
        except ValueError:
            return str(self.file)

    def line(self, number: int, key: str = "") -> int:
        """1-based line of a key of the n-th rule, else of its [[rule]]."""
        lines = _key_lines(self.text)
        return lines.get((number, key)) or lines.get((number, "")) or 1

    def at(self, number: int, key: str = "") -> str:
        return f"{self.name}:{self.line(number, key)}"

    def error(self, number: int, key: str, zh: str, en: str) -> AuditError:
        at = self.at(number, key)
        return AuditError(f"{at}: {zh}", f"{at}: {en}")

    def code(self, number: int, table: dict[str, Any]) -> str:
        code = table.get("code")
        if code is None:
            raise self.error(number, "", "规则没有 code", 'the rule has no "code"')
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise self.error(
                number, "code", f"代码 {code} 应为三个大写字母加三位数字，如 SUM201",
                f'code "{code}" is not three capitals and three digits, such as SUM201',
            )  # fmt: skip
        return code


@cache
def _key_lines(text: str) -> dict[tuple[int, str], int]:
    """Line of each key of each [[rule]], by its number in the file; key "" is the [[rule]] line itself."""
    lines: dict[tuple[int, str], int] = {}
    number, prefix, quote = -1, "", ""
    for at, line in enumerate(text.split("\n"), 1):
        if quote:  # inside a text of several lines
            quote = "" if line.count(quote) % 2 else quote
            continue
        if re.match(r"\s*\[\[\s*rule\s*\]\]", line):
            number, prefix = number + 1, ""
            lines[number, ""] = at
        elif found := re.match(r"\s*\[\s*rule\s*\.\s*([\w.\"-]+)\s*\]", line):
            prefix = found[1] + "."
            lines.setdefault((number, found[1]), at)
        elif found := re.match(r"\s*([\w.\"-]+(?:\s*\.\s*[\w\"-]+)*)\s*=", line):
            key = prefix + re.sub(r"[\s\"]", "", found[1])
            while key:  # message.zh also places message
                lines.setdefault((number, key), at)
                key = key.rpartition(".")[0]
        quote = next((q for q in ("'''", '"""') if line.count(q) % 2), "")
    return lines


# --- one rule -----------------------------------------------------------------------------------------------------


def _kind(name: str) -> ModuleType:
    return import_module(f"auditor.check.{name}")


def _choice(key: str, value: str, allowed: Iterable[str], joint: str = " ") -> tuple[str, str]:
    """That a value is none of those allowed, in both languages."""
    known = ", ".join(allowed)
    return f"{key} “{value}” 不在允许值之内：{known}", f'{key}{joint}"{value}" is not one of {known}'


def _rule(table: dict[str, Any], source: _Source, number: int) -> Rule:
    """A checked rule. Raises AuditError at its line."""

    def error(key: str, zh: str, en: str) -> AuditError:
        return source.error(number, key, zh, en)

    for key in (*TEXTS, "message"):
        if key not in table:
            raise error("", f"规则 {table['code']} 缺少 {key}", f'rule {table["code"]} has no "{key}"')
    for key in (*TEXTS, *(k for k in MORE if k in table)):
        if not isinstance(table[key], str) or not table[key].strip():
            empty = (f"{key} 应为文字", f"{key} is not a text") if table[key] else (f"{key} 为空", f"{key} is empty")
            raise error(key, *empty)
    if not _NAME.fullmatch(table["name"]):
        what = f'name "{table["name"]}" is not words-in-lower-case joined by hyphens'
        raise error("name", f"名称 {table['name']} 应为小写单词，以连字符相连", what)
    for key, allowed in (("kind", KINDS), ("category", sorted(CATEGORIES)), ("severity", SEVERITIES)):
        if table[key] not in allowed:
            raise error(key, *_choice(key, table[key], allowed))
    kind = _kind(table["kind"])
    messages = ["message", *(k for k, o in kind.OPTIONS.items() if o.allowed == LANGUAGES and k in table)]
    for key in messages:
        _check_message(key, table[key], kind.FACTS, table["kind"], error)
    return Rule(
        **{key: table[key] for key in (*TEXTS, *MORE) if key in table},
        message=dict(table["message"]),
        options=_options(table, kind.OPTIONS, table["kind"], error),
        file=source.name,
        line=source.line(number),
    )


def _check_message(key: str, message: Any, facts: frozenset[str], kind: str, error: _Answer) -> None:
    """A template in each language (message, held), with placeholders that the kind fills."""
    if not isinstance(message, dict):
        raise error(key, f"{key} 须有 {key}.zh 和 {key}.en", f"{key} needs {key}.zh and {key}.en")
    for language in LANGUAGES:
        text = message.get(language)
        if not isinstance(text, str) or not text.strip():
            raise error(key, f"缺少 {key}.{language}", f"{key}.{language} is missing")
        try:
            parts = list(Formatter().parse(text))
        except ValueError as problem:
            at = f"{key}.{language}"
            raise error(at, f"{at}：{problem}", f"{at}: {problem}") from None
        for _, placeholder, _, _ in parts:
            if placeholder is not None and placeholder not in facts:
                known = ", ".join(sorted(facts))
                what = f"{key}.{language}: kind {kind} knows no {{{placeholder}}}, only {known}"
                said = f"{key}.{language}：{kind} 类没有 {{{placeholder}}}，只有 {known}"
                raise error(f"{key}.{language}", said, what)
    for language in message.keys() - set(LANGUAGES):
        raise error(f"{key}.{language}", *_choice(f"{key}.", language, LANGUAGES, ""))


_TYPES: dict[type, str] = {
    bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list", dict: "a table",
}  # fmt: skip


_TYPES_ZH: dict[type, str] = {
    bool: " true 或 false", int: "整数", float: "数字", str: "文字", list: "列表", dict: "表",
}  # fmt: skip


def _is(value: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _options(table: dict[str, Any], known: dict[str, Option], kind: str, error: _Answer) -> dict[str, Any]:
    """The rule's own keys, checked, with the defaults of its kind."""
    options: dict[str, Any] = {}
    for key in table.keys() - {*TEXTS, *MORE, "message"}:
        if key not in known:
            may = ", ".join(sorted(known))
            what = f'unknown key "{key}"; kind {kind} allows {may or "none"}'
            raise error(key, f"没有 {key} 这个键；{kind} 类可用：{may or '无'}", what)
    for key, option in known.items():
        value = table.get(key)
        if value is None:
            if option.required:
                raise error(
                    "", f"规则 {table['code']}：{kind} 类须有 {key}", f'rule {table["code"]}: kind {kind} needs "{key}"'
                )
            options[key] = option.default
            continue
        if not _is(value, option.type):
            raise error(key, f"{key} 应为{_TYPES_ZH[option.type]}", f"{key} is not {_TYPES[option.type]}")
        if option.type is list and not all(_is(item, option.items) for item in value):
            what = f"{key} is not a list of which each item is {_TYPES[option.items]}"
            raise error(key, f"{key} 应为列表，每项为{_TYPES_ZH[option.items]}", what)
        given = list(value) if option.type in (list, dict) else [value]
        for item in given:
            if option.allowed and item not in option.allowed:
                raise error(key, *_choice(key, item, option.allowed))
        options[key] = value
    return options
