"""Entries → shards: what is done once, kept whole, and made again when anything in it changes.

Where one shard ends and the next begins is told by the names of the files near the border, not by counting from the
first: a report that is added or taken away changes the shard it is in and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path

import auditor
from auditor.batch.files import Entry
from auditor.model import Rule
from auditor.rules import rules_dir

TABLES = "2"  # the columns of rows.py; another number and every shard is made again


@dataclass(frozen=True, slots=True)
class Shard:
    """key: hash of the inputs (paths, sizes, stamps), the rules and the version; the name of its files."""

    key: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Reports [first, first + len(entries)) of shard number `shard`: what one worker does in one go."""

    shard: int
    first: int
    entries: tuple[Entry, ...]

    def split(self, at: int) -> tuple[Chunk, Chunk, Chunk]:
        """What stands before report `at`, that report, and the rest."""
        one, two, three = self.entries[:at], self.entries[at : at + 1], self.entries[at + 1 :]
        return (
            Chunk(self.shard, self.first, one),
            Chunk(self.shard, self.first + at, two),
            Chunk(self.shard, self.first + at + 1, three),
        )


def basis(rules: Sequence[Rule], directories: Iterable[Path] = ()) -> str:
    """Hash of all that decides what is found besides the reports: version, rules in use, vocabulary files."""
    mark = sha256(f"{TABLES} {auditor.__version__} {' '.join(r.code for r in rules)}".encode())
    for directory in (rules_dir(), *directories):
        for file in sorted(directory.glob("*.toml")):
            mark.update(f"\0{file.name}\0".encode() + file.read_bytes())
    return mark.hexdigest()[:16]


def shards(entries: Sequence[Entry], size: int, known: str) -> list[Shard]:
    """Shards of about `size` entries (half to one and a half as many; the last may be smaller), in order."""
    return [Shard(_key(part, known), tuple(part)) for part in _parts(entries, max(size, 1))]


def _parts(entries: Sequence[Entry], size: int) -> Iterator[list[Entry]]:
    least, most = max(size // 2, 1), size + size // 2
    part: list[Entry] = []
    for entry in entries:
        if len(part) >= most or (len(part) >= least and _border(entry, least)):
            yield part
            part = []
        part.append(entry)
    if part:
        yield part


def _border(entry: Entry, one_in: int) -> bool:
    name = "/".join(entry.path.replace("\\", "/").rsplit("/", 2)[-2:])  # not where the folder happens to lie
    mark = blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(mark, "big") % one_in == 0


def _key(part: Sequence[Entry], known: str) -> str:
    mark = sha256(known.encode())
    for entry in part:
        mark.update(f"\0{entry.path}\0{entry.size}\0{entry.stamp}".encode("utf-8", "surrogateescape"))
    return mark.hexdigest()[:20]


def chunks(shards: Sequence[Shard], todo: Iterable[int], size: int) -> Iterator[Chunk]:
    """The reports of the shards `todo`, in chunks of `size`."""
    for number in todo:
        entries = shards[number].entries
        for first in range(0, len(entries), size):
            yield Chunk(number, first, entries[first : first + size])
