"""Word: a comment on exactly the figure. Runs are split at its characters; text, layout and all other parts stay."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from auditor.model import Place
from auditor.read import USUAL
from auditor.read.guard import damaged
from auditor.read.word import Atom, Reader
from auditor.report.annotate import Note, Spot
from auditor.report.annotate.package import Package

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument"

Source = tuple[Any, list[Atom]]  # the element of a cell or paragraph, and what its text is made of


def mark(data: bytes, notes: Sequence[Note], author: str) -> bytes:
    """The document with a comment a note, in the order of the notes."""
    package = Package(data)
    main = package.main() or "word/document.xml"
    root = package.xml(main)
    w = root.tag.removesuffix("document")
    body = root.find(f"{w}body")
    if body is None:
        raise damaged()
    if not notes:
        return data
    sources: dict[Place, Source] = {}
    for _ in Reader(USUAL, sources).blocks(body):
        pass
    page = _Page(w, sources)
    comments = _comments(package, main, w)
    taken = [str(e.get(f"{w}id")) for e in (*comments, *root.iter(f"{w}commentRangeStart", f"{w}commentReference"))]
    number = max((int(known) for known in taken if known.isdigit()), default=-1)
    for note in notes:
        for spot in note.spots:
            number += 1
            page.comment(spot, str(number))
            comments.append(_comment(w, str(number), note, author))
    return package.save()


def _comments(package: Package, main: str, w: str) -> Any:
    """The root of the part that holds the comments; made where there is none."""
    for name in package.linked(main, "comments").values():
        return package.xml(name)
    name = package.new("word/comments", ".xml")
    office = _STRICT if "purl.oclc.org" in w else _TRANSITIONAL
    package.link(main, f"{office}/relationships/comments", name)
    package.declare(_TYPE, name=name)
    return package.xml(name, f'<w:comments xmlns:w="{w[1:-1]}"/>'.encode())


def _comment(w: str, number: str, note: Note, author: str) -> Any:
    from lxml import etree

    comment = etree.Element(f"{w}comment")
    for key, value in (("id", number), ("author", author), ("initials", author[:2])):
        comment.set(w + key, value)
    for line, text in enumerate(note.lines):
        run = etree.SubElement(etree.SubElement(comment, f"{w}p"), f"{w}r")
        if line == 0:
            etree.SubElement(etree.SubElement(run, f"{w}rPr"), f"{w}b")
        _say(etree.SubElement(run, f"{w}t"), text)
    return comment


def _say(element: Any, text: str) -> None:
    element.text = text
    element.set(_SPACE, "preserve")


class _Page:
    """The body: where every text comes from. w: the namespace, in braces."""

    def __init__(self, w: str, sources: dict[Place, Source]) -> None:
        self.w, self.sources = w, sources

    def comment(self, spot: Spot, number: str) -> None:
        """Put the marks of comment `number` round the characters of the spot."""
        first, last = self.ends(spot)
        start, end = (self.marker(name, number) for name in ("commentRangeStart", "commentRangeEnd"))
        reference = first.makeelement(f"{self.w}r")
        reference.append(self.marker("commentReference", number))
        if first.tag == f"{self.w}p":  # blank: an empty range
            at = 1 if len(first) and first[0].tag == f"{self.w}pPr" else 0
            first[at:at] = [start, end, reference]
            return
        first.addprevious(start)
        while (after := last.getnext()) is not None and self.is_mark(after):
            last = after
        last.addnext(end)
        end.addnext(reference)

    def marker(self, name: str, number: str) -> Any:
        from lxml import etree

        element = etree.Element(f"{self.w}{name}")
        element.set(f"{self.w}id", number)
        return element

    def is_mark(self, element: Any) -> bool:
        w = self.w
        return element.tag == f"{w}commentRangeEnd" or (
            element.tag == f"{w}r" and len(element) > 0 and element[-1].tag == f"{w}commentReference"
        )

    def ends(self, spot: Spot) -> tuple[Any, Any]:
        """The first and the last run of the characters, split to fit; for a blank the paragraph, twice."""
        element, atoms = self.source(spot.place)
        begin, stop = _said(atoms, spot.start, spot.end)
        if begin >= stop:
            begin, stop = _said(atoms, 0, sum(len(text) for text, _ in atoms))
        if begin >= stop:
            blank = element if element.tag == f"{self.w}p" else next(element.iter(f"{self.w}p"))
            return blank, blank
        self.cut(atoms, begin)
        self.cut(atoms, stop)
        return self.run(_at(atoms, begin)), self.run(_at(atoms, stop - 1))

    def source(self, place: Place) -> Source:
        """That of the place; where a row ends before it, of the last cell that the row has; else of the first text."""
        if place in self.sources:
            return self.sources[place]
        row = [p for p in self.sources if p.table == place.table and p.row == place.row and place.row is not None]
        return self.sources[max(row, key=lambda p: p.column or 0) if row else next(iter(self.sources))]

    def run(self, element: Any) -> Any:
        """The run of a text; inside a text box or ruby, where no comment may be, the run that holds all of it."""
        return [element, *element.iterancestors(f"{self.w}r")][-1]

    def cut(self, atoms: list[Atom], offset: int) -> None:
        """Let a run begin at a character."""
        index = 0
        while index < len(atoms) and offset >= len(atoms[index][0]):
            offset -= len(atoms[index][0])
            index += 1
        text, element = atoms[index] if index < len(atoms) else ("", None)
        if element is None or self.run(element) is not element.getparent():
            return
        if offset:
            rest = deepcopy(element)
            _say(element, text[:offset])
            _say(rest, text[offset:])
            element.addnext(rest)
            atoms[index : index + 1] = [(text[:offset], element), (text[offset:], rest)]
            element = rest
        run = element.getparent()
        before = [e for e in element.itersiblings(preceding=True) if e.tag != f"{self.w}rPr"]
        if before:
            second = run.makeelement(run.tag, run.attrib)
            second.extend(deepcopy(e) for e in run if e.tag == f"{self.w}rPr")
            second.extend([element, *element.itersiblings()])
            run.addnext(second)


def _said(atoms: Sequence[Atom], begin: int, stop: int) -> tuple[int, int]:
    """[begin, stop) without the joins at its ends: what an element says."""
    owners = [element for text, element in atoms for _ in text]
    stop = min(stop, len(owners))
    while begin < stop and owners[begin] is None:
        begin += 1
    while begin < stop and owners[stop - 1] is None:
        stop -= 1
    return begin, stop


def _at(atoms: Sequence[Atom], offset: int) -> Any:
    """The element that says the character."""
    for text, element in atoms:
        if offset < len(text):
            return element
        offset -= len(text)
    raise IndexError(offset)
