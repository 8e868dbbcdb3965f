"""How far a batch is, on stderr: a bar with rate and time left on a terminal, else a plain line now and then."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from auditor.report.words import pick

EVERY = 15.0  # seconds between plain lines


class Progress:
    """Counts reports. `with Progress(total, done, lang) as progress: progress.add(20, 1)`."""

    def __init__(self, total: int, done: int, lang: str) -> None:
        self.total, self.done, self.lang, self.failed = total, done, lang, 0
        self._first, self._started = done, time.monotonic()
        self._last = self._started
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich import progress
            from rich.console import Console

            self._bar = progress.Progress(
                progress.TextColumn(pick(self.lang, "审计", "auditing")),
                progress.BarColumn(None),
                progress.MofNCompleteColumn(),
                progress.TextColumn("{task.fields[rate]}"),
                progress.TimeRemainingColumn(elapsed_when_finished=True),
                console=Console(stderr=True, highlight=False),
            )
            self._task = self._bar.add_task("", total=self.total, completed=self.done, rate="")
            self._bar.start()
        else:
            self._say()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif self.done > self._first:
            self._say()

    def add(self, reports: int, failed: int = 0) -> None:
        self.done += reports
        self.failed += failed
        if self._bar is not None:
            self._bar.update(self._task, completed=self.done, rate=self._rate())
        elif time.monotonic() - self._last >= EVERY:
            self._say()

    @property
    def rate(self) -> float:
        """Reports a second, since the start."""
        return (self.done - self._first) / max(time.monotonic() - self._started, 1e-9)

    def _rate(self) -> str:
        text = f"{self.rate:.1f} " + pick(self.lang, "份/秒", "a second")
        return text + (pick(self.lang, f" · 失败 {self.failed}", f" · {self.failed} failed") if self.failed else "")

    def _say(self) -> None:
        self._last = time.monotonic()
        share = 100 * self.done / max(self.total, 1)
        line = f"{self.done:,}/{self.total:,} ({share:.0f}%)"
        if self.done > self._first:
            left = (self.total - self.done) / max(self.rate, 1e-9)
            line += f" · {self._rate()}"
            if self.done < self.total:
                line += pick(self.lang, " · 还需 ", " · left ") + span(left)
        sys.stderr.write(f"audit batch: {line}\n")
        sys.stderr.flush()


def span(seconds: float) -> str:
    """1:02:03, 4:05."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
