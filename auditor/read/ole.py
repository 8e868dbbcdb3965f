"""The container of old office files (OLE compound file): the streams in its root, as [MS-CFB] lays them out."""

from __future__ import annotations

import struct
from functools import cached_property

from auditor.read.guard import damaged

_END = 0xFFFFFFFA  # sector numbers from here on are marks


class Container:
    """Streams of the root storage by name. Errors: AuditError where the file contradicts itself, and where sectors follow
    each other in a circle: calamine goes round until there is no memory left."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise damaged()
        self.data = data
        self.sector = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        self.small = 1 << min(struct.unpack_from("<H", data, 32)[0], 16)
        if self.sector < 128:
            raise damaged()
        self.start, self.cutoff, self.small_fat = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
        self.fat = self._fat()
        self.streams = self._root()

    def stream(self, name: str) -> bytes:
        """The bytes of a stream. Errors: KeyError, AuditError."""
        start, size = self.streams[name]
        if size >= self.cutoff:
            return self._chain(start)[:size]
        out, seen = bytearray(), 0
        while start < _END and seen < len(self._small_fat) and len(out) < size:
            out += self._small_data[start * self.small : (start + 1) * self.small]
            start, seen = self._small_fat[start] if start < len(self._small_fat) else _END, seen + 1
        return bytes(out[:size])

    @cached_property
    def _small_fat(self) -> list[int]:
        return _numbers(self._chain(self.small_fat))

    @cached_property
    def _small_data(self) -> bytes:
        return self._chain(self.mini)

    def _fat(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self.data, 76))
        more, seen = struct.unpack_from("<I", self.data, 68)[0], 0
        while more < _END and seen <= len(self.data) // self.sector:
            block = _numbers(self._at(more))
            if not block:
                break
            sectors += block[:-1]
            more, seen = block[-1], seen + 1
        if more < _END:
            raise damaged()
        fat: list[int] = []
        for sector in sectors[: len(self.data) // self.sector + 1]:
            if sector < _END:
                fat += _numbers(self._at(sector))
        return fat

    def _at(self, sector: int) -> bytes:
        return self.data[(sector + 1) * self.sector : (sector + 2) * self.sector]

    def _chain(self, sector: int) -> bytes:
        out, seen = [], 0
        while sector < len(self.fat) and seen <= len(self.fat):
            out.append(self._at(sector))
            sector, seen = self.fat[sector], seen + 1
        return b"".join(out)

    def _root(self) -> dict[str, tuple[int, int]]:
        """(first sector, size) of the root's own streams; what hangs below its storages is an embedded file's."""
        directory = self._chain(self.start)
        entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
        if not entries:
            raise damaged()
        self.mini, found = struct.unpack_from("<I", entries[0], 116)[0], {}
        kept = [struct.unpack_from("<II", entry, 116) for entry in entries if entry[66] == 2]
        _open_ended(self.fat, [self.start, self.mini, self.small_fat, *(at for at, size in kept if size >= self.cutoff)])
        _open_ended(self._small_fat, [at for at, size in kept if size < self.cutoff])
        todo, seen = [struct.unpack_from("<I", entries[0], 76)[0]], set()
        while todo:
            index = todo.pop()
            if index >= len(entries) or index in seen:
                continue
            seen.add(index)
            entry = entries[index]
            todo += struct.unpack_from("<II", entry, 68)
            length = min(max(struct.unpack_from("<H", entry, 64)[0] - 2, 0), 62)
            if entry[66] == 2:
                name = entry[:length].decode("utf-16-le", "replace")
                found[name] = struct.unpack_from("<II", entry, 116)
        return found


def _open_ended(fat: list[int], starts: list[int]) -> None:
    """Errors: AuditError for a chain of sectors without an end. Every sector is visited once."""
    done: set[int] = set()
    for sector in starts:
        walked: set[int] = set()
        while sector < len(fat) and sector not in done:
            if sector in walked:
                raise damaged()
            walked.add(sector)
            sector = fat[sector]
        done |= walked


def _numbers(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
