"""Stage 6: Report → people. One file an output; `render` is the last stage and decides nothing.

Every output module has `render(reports, view) -> str` (or bytes, where the format is binary), pure: no file is written,
nothing is printed. `words` names things in two languages, `quote` cuts the window around a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from auditor.model import AuditError, Report


@dataclass(frozen=True, slots=True)
class View:
    """How to show it. lang: "zh" | "en". several: the input was more than one file (json: a list). The rest is the
    terminal's: ascii: plain ASCII marks; color; width in cells; everything: no list is cut short."""

    lang: str = "zh"
    several: bool = False
    ascii: bool = False
    color: bool = False
    width: int = 100
    everything: bool = False


PLAIN = View()


@dataclass(frozen=True, slots=True)
class Format:
    """module.function makes it. streams: report after report may be rendered and joined. binary: bytes, which need a
    file. single: one report an output (the original with comments). extra: what has to be installed."""

    module: str
    function: str = "render"
    streams: bool = False
    binary: bool = False
    single: bool = False
    extra: str = ""


FORMATS: dict[str, Format] = {
    "full": Format("terminal", streams=True),
    "concise": Format("concise", streams=True),
    "json": Format("json"),
    "jsonl": Format("json", function="render_lines", streams=True),
    "html": Format("html"),
    "xlsx": Format("excel", binary=True, extra="excel"),
    "docx": Format("annotate", function="render_word", binary=True, single=True),
    "annotated": Format("annotate", binary=True, single=True, extra="pdf"),
    "sarif": Format("sarif"),
}


def render(reports: Sequence[Report], format: str, view: View = PLAIN) -> str | bytes:
    """The reports in one of FORMATS. Errors: AuditError when the format cannot show them or needs an extra."""
    form = FORMATS[format]
    if form.single and len(reports) != 1:
        raise one_file_only(format)
    try:
        function = getattr(import_module(f"auditor.report.{form.module}"), form.function)
        result: str | bytes = function(reports, view)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("auditor"):
            raise AuditError(f"本版本没有 --format {format}", f"this version has no --format {format}") from None
        hint = f"pip install 'gouji[{form.extra}]'" if form.extra else f"pip install {error.name}"
        raise AuditError(
            f"--format {format} 需要 {error.name}：{hint}", f"--format {format} needs {error.name}: {hint}"
        ) from None
    return result


def one_file_only(format: str) -> AuditError:
    """What an output that holds one document is answered with where several are asked for."""
    return AuditError(
        f"--format {format} 一次只能用于一个文件：请逐个文件运行",
        f"--format {format} works on one file at a time: run it file by file",
    )
