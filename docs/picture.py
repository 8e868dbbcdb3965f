"""docs/report.png, the picture of the README: how one report begins and ends, as a terminal shows it.

    python docs/picture.py [CHROMIUM]

Needs chromium and a font in which a Chinese character is two letters wide (Noto Sans Mono CJK). The PNG depends
on both: it is made when the report looks different, and no test compares it.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from auditor import audit
from auditor.report import View
from auditor.report.terminal import page

HERE = Path(__file__).resolve().parent
FORM = "corpus/dev/gd_zone.txt"
WIDTH, FINDINGS, HELD = 100, 2, 9  # cells; how many findings, and how many lines of what held, are shown
SIZE, LINE, EDGE = 14, 21, 28  # pixels: a character, a line, the margin

PAPER, INK, GREY = (253, 253, 251), (38, 38, 38), (120, 120, 120)
RED, GREEN, YELLOW, BLUE = (178, 34, 34), (46, 120, 60), (160, 98, 0), (32, 84, 160)
COLOURS = [INK, RED, GREEN, YELLOW, BLUE, (130, 60, 130), (0, 118, 128), GREY]
THEME = TerminalTheme(PAPER, INK, COLOURS, COLOURS)

HTML = """<!doctype html><meta charset="utf-8"><style>{{stylesheet}}
html {{{{ background: {{background}}; color: {{foreground}} }}}}
body {{{{ margin: {edge}px }}}}
pre {{{{ margin: 0; font: {size}px/{line}px "Noto Sans Mono CJK SC", "Sarasa Mono SC", monospace }}}}
</style><pre>{{code}}</pre>"""


def excerpt() -> list[Text]:
    """The report, with … where lines are left out."""
    parts: list[list[Text]] = [[]]
    for line in page(audit(FORM), View(width=WIDTH, color=True)):
        if line.plain.strip():
            parts[-1].append(line)
        else:
            parts.append([])
    *findings, held, unchecked, foot = filter(None, parts)
    cut = [Text("      …", "dim")]
    shown = [*findings[: 2 + FINDINGS], cut, [*held[:HELD], *cut], unchecked, foot]
    return [line for part in shown for line in (*part, Text())][:-1]


def html(lines: list[Text]) -> str:
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(line, soft_wrap=True)
    return console.export_html(theme=THEME, code_format=HTML.format(edge=EDGE, size=SIZE, line=LINE))


def main(arguments: list[str]) -> int:
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next((found for name in arguments or names if (found := shutil.which(name))), None)
    if browser is None:
        print("no chromium: docs/report.png is left as it is", file=sys.stderr)
        return 1
    os.chdir(HERE.parent)  # the picture shows the path as one types it
    lines = excerpt()
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder, "report.html"), Path(folder, "report.png")
        source.write_text(html(lines), encoding="utf-8")
        width, height = WIDTH * SIZE // 2 + 2 * EDGE, len(lines) * LINE + 2 * EDGE
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        options += [f"--window-size={width},{height}", "--force-device-scale-factor=1.5"]
        options += [f"--user-data-dir={folder}/profile", f"--screenshot={shot}"]
        subprocess.run([browser, *options, source.as_uri()], check=True, timeout=120, capture_output=True)
        Image.open(shot).convert("RGB").quantize(192, Image.Quantize.MAXCOVERAGE).save(
            HERE / "report.png", optimize=True
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
