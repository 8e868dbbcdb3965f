"""What may stand on the command line, and the one line that answers what may not."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NoReturn

from auditor.model import SEVERITIES, AuditError
from auditor.report import FORMATS

LEVELS = (*SEVERITIES, "never")


class Parser(argparse.ArgumentParser):
    """Answers what it cannot parse with an AuditError, in both languages, instead of ending the program."""

    def error(self, message: str) -> NoReturn:
        raise AuditError(message + "；audit --help 列出用法", f"{message}; audit --help shows the usage")


def one_of(*allowed: str) -> Callable[[str], str]:
    """The type of an option that takes one of these words."""

    def check(value: str) -> str:
        if value not in allowed:
            raise argparse.ArgumentTypeError(f"{value} ({' | '.join(allowed)})")
        return value

    return check


def selectors(value: str) -> list[str]:
    """Codes or families of rules, parted by commas of either width."""
    return [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]


def _parser(*formats: str) -> Parser:
    parser = Parser(prog="audit", add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--lang", type=one_of("zh", "en"), default="zh")
    parser.add_argument("--format", type=one_of(*formats))
    parser.add_argument("--rules", action="append", default=[], metavar="DIR")
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--no-color", action="store_true")
    return parser


def audit_parser() -> Parser:
    """The options of `audit`; auditor/usage.py says what they mean."""
    parser = _parser(*FORMATS)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("-o", "--output", metavar="FILE")
    parser.add_argument("--select", type=selectors, action="extend", default=[])
    parser.add_argument("--ignore", type=selectors, action="extend", default=[])
    parser.add_argument("--fail-on", type=one_of(*LEVELS), default="moderate")
    parser.add_argument("--exit-zero", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--baseline", metavar="FILE")
    parser.add_argument("--write-baseline", metavar="FILE")
    parser.add_argument("--waivers", metavar="FILE")
    return parser


def rule_parser() -> Parser:
    """The options of `audit rule`."""
    parser = _parser("full", "json")
    parser.add_argument("codes", nargs="*")
    return parser


def parse(parser: Parser, arguments: list[str]) -> argparse.Namespace:
    """Parsed options. Raises AuditError that names the option and what it takes."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)  # argparse does not mix -- with the rest
    try:
        options, unknown = parser.parse_known_intermixed_args(arguments[:cut])
    except argparse.ArgumentError as error:
        name = error.argument_name or ""
        if error.message and error.message.startswith("expected"):
            raise AuditError(
                f"{name} 缺少取值；audit --help 列出用法", f"{name} needs a value; see audit --help"
            ) from None
        raise AuditError(f"{name} 不能是 {error.message}", f"{name} cannot be {error.message}") from None
    if unknown:
        from difflib import get_close_matches

        known = [option for action in parser._actions for option in action.option_strings]
        close = get_close_matches(unknown[0].partition("=")[0], known, 1, 0.6)
        hint = (f"（是否指 {close[0]}？）", f" (did you mean {close[0]}?)") if close else ("", "")
        raise AuditError(
            f"不认识的选项 {unknown[0]}{hint[0]}；audit --help 列出用法",
            f"unknown option {unknown[0]}{hint[1]}; audit --help lists them",
        )
    names: list[str] = getattr(options, "paths" if hasattr(options, "paths") else "codes")
    names += arguments[cut + 1 :]
    return options


def language(arguments: Sequence[str]) -> str:
    """The language of messages, before the options are parsed: an error in them has a language too."""
    for one, two in pairwise([*arguments, ""]):
        if one == "--lang=en" or (one == "--lang" and two == "en"):
            return "en"
    return "zh"
