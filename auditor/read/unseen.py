"""Characters that no reader of the page sees: soft hyphens, zero-width blanks, marks of direction. They are left out of
every text; its pieces keep the places of what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model import Paragraph, Piece, Table, Text

_CODES = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_UNSEEN = re.compile(f"[{_CODES}]")
_ENDS = re.compile(rf"\A[\s{_CODES}]+|[\s{_CODES}]+\Z")
_SEEN = re.compile(f"[^{_CODES}]+")

Block = Table | Paragraph


def visible(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks as they are where all can be seen, else without what cannot."""
    texts = [c[0].raw for b in blocks if isinstance(b, Table) for row in b.rows for c in row]
    loose = [b.text.raw for b in blocks if isinstance(b, Paragraph)]
    if not _UNSEEN.search("".join(texts)) and not _UNSEEN.search("".join(loose)):
        return tuple(blocks)
    return tuple(_seen_block(block) for block in blocks)


def _seen_block(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(_seen(block.text))
    rows = tuple(tuple(cell._replace(text=_seen(cell.text)) for cell in row) for row in block.rows)
    return Table(rows, block.spans_known)


def _seen(text: Text) -> Text:
    if not _UNSEEN.search(text.raw):
        return text
    begin, stop = 0, len(text.raw)
    for m in _ENDS.finditer(text.raw):
        begin, stop = (m.end(), stop) if m.start() == 0 else (begin, m.start())
    pieces: list[Piece] = []
    made = ""
    for run in _SEEN.finditer(text.raw, begin, max(begin, stop)):
        first = text.piece(run.start())
        pieces.append(Piece(len(made), first.start + run.start() - first.at, first.place))
        inside = (p for p in text.pieces if run.start() < p.at < run.end())
        pieces += [Piece(len(made) + p.at - run.start(), p.start, p.place) for p in inside]
        made += run[0]
    return Text(made, tuple(pieces) or text.pieces[:1])
