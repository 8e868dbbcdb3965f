"""An Office package (.docx, .xlsx) that is added to: the parts that do not change stay as they are, byte for byte."""

from __future__ import annotations

import posixpath
from io import BytesIO
from itertools import count
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from auditor.read import USUAL
from auditor.read.guard import damaged, open_package, parse_xml, part

_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


class Package:
    """A package that is being added to. `xml` parts may be changed in place; `save` hands over the bytes."""

    def __init__(self, data: bytes) -> None:
        self._package: ZipFile = open_package(data, USUAL)
        self._names = set(self._package.namelist())
        self._parsed: dict[str, Any] = {}
        self._raw: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names or name in self._parsed or name in self._raw

    def read(self, name: str) -> bytes:
        try:
            return self._raw[name] if name in self._raw else part(self._package, name)
        except KeyError:
            raise damaged() from None

    def write(self, name: str, data: bytes) -> None:
        self._raw[name] = data

    def xml(self, name: str, empty: bytes = b"") -> Any:
        """The root of a part, which is written back by `save`; of `empty`, where there is no such part."""
        if name not in self._parsed:
            self._parsed[name] = parse_xml(empty if empty and name not in self else self.read(name))
        return self._parsed[name]

    def look(self, name: str) -> Any:
        """The root of a part that is only looked at."""
        return self._parsed[name] if name in self._parsed else parse_xml(self.read(name))

    def main(self) -> str:
        """Name of the part that the package is about."""
        return next(iter(self.linked("", "officeDocument").values()), "")

    def linked(self, name: str, kind: str) -> dict[str, str]:
        """Relationship id → part, of the relationships of a part whose type ends in /kind."""
        path = _links_of(name)
        if path not in self:
            return {}
        return {
            str(link.get("Id")): posixpath.normpath(posixpath.join("/", posixpath.dirname(name), target)).lstrip("/")
            for link in self.look(path)
            if str(link.get("Type", "")).endswith(f"/{kind}") and (target := str(link.get("Target", "")))
            if link.get("TargetMode") != "External"
        }

    def link(self, name: str, type_: str, target: str) -> str:
        """Id of a new relationship from part `name` to part `target`."""
        from lxml import etree

        root = self.xml(_links_of(name), f'<Relationships xmlns="{_LINKS}"/>'.encode())
        taken = {link.get("Id") for link in root}
        number = next(n for n in range(1, len(taken) + 2) if f"rIdGouji{n}" not in taken)
        relation = etree.SubElement(root, f"{{{_LINKS}}}Relationship")
        relation.set("Id", f"rIdGouji{number}")
        relation.set("Type", type_)
        relation.set("Target", f"/{target}")
        return f"rIdGouji{number}"

    def new(self, stem: str, suffix: str) -> str:
        """A name that no part has."""
        return next(name for n in count() if (name := f"{stem}{n or ''}{suffix}") not in self)

    def declare(self, content_type: str, *, name: str = "", suffix: str = "") -> None:
        """Tell the type of a part, or of all parts with a suffix."""
        from lxml import etree

        root = self.xml("[Content_Types].xml")
        tag, key, value = ("Override", "PartName", f"/{name}") if name else ("Default", "Extension", suffix)
        for known in root:
            if etree.QName(known).localname == tag and str(known.get(key)).lower() == value.lower():
                return
        told = etree.Element(f"{{{_TYPES}}}{tag}")
        told.set(key, value)
        told.set("ContentType", content_type)
        root.insert(len(root) if name else 0, told)

    def save(self) -> bytes:
        from lxml import etree

        for name, root in self._parsed.items():
            self._raw[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as package:
            for info in self._package.infolist():
                data = self._raw.pop(info.filename, None)
                package.writestr(info, part(self._package, info.filename) if data is None else data, info.compress_type)
            for name, data in self._raw.items():
                info = ZipInfo(name)  # no date: the same report gives the same bytes
                info.compress_type = ZIP_DEFLATED
                package.writestr(info, data)
        return out.getvalue()


def _links_of(name: str) -> str:
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")
