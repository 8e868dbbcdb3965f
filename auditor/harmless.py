"""Changes of a form's appearance that must not change what is found: another width, precision, unit, word, order, export."""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise, zip_longest

from auditor.corpus import Gold, Sections
from auditor.lexicon import vocabulary
from auditor.model import Report
from auditor.mutation import Mutation
from auditor.rules import rules_dir
from auditor.witness import Figure, Place, Row, Witness

_WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789.%(),:;"}
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


def harmless(report: Report, gold: Gold, rng: random.Random) -> list[Mutation]:
    """Kind after kind in turn. A figure is rounded only where everything that the labels say of it still comes out."""
    witness, sections = Witness(gold, report.document.source), Sections(report)
    kinds: dict[str, list[Mutation]] = {}
    for change in (*_figures(witness), *_words(witness, sections), *_rows(witness), *_whole(witness.source)):
        section = sections.at(change.start) if change.stop - change.start < len(witness.source) else ""
        if change.kind == "rounded" and section == "budget":
            continue  # the funds table prints every figure alike: there 299.8 would be read as 299.80
        kinds.setdefault(change.kind, []).append(replace(change, section=section, harmless=True))
    for changes in kinds.values():
        rng.shuffle(changes)
    turns = zip_longest(*(kinds[k] for k in sorted(kinds)))
    return [change for turn in turns for change in turn if change is not None]


def _change(kind: str, start: int, stop: int, text: str) -> Mutation:
    return Mutation(kind, "", "", start, stop, text)


def _figures(witness: Witness) -> Iterator[Mutation]:
    planted = {p for answer in witness.gold.of("finding") for side in answer.sides for p in side}
    for place, figure in witness.figures.items():
        if place in planted:  # what is wrong may be wrong in another way afterwards
            continue
        mark = witness.source[slice(*place)]
        digits = _FIGURE.findall(mark)
        if len(digits) != 1:
            continue
        at = place[0] + mark.index(digits[0])
        spot = (at, at + len(digits[0]))
        yield _change("full_width", *spot, digits[0].translate(_WIDE))
        value = Decimal(digits[0].replace(",", ""))
        exact = replace(
            figure, step=Decimal(1), half=Decimal("0.5")
        )  # 5021.86万元 is not 50218600元 beside 50,218,636.80
        if mark.endswith("万元") and figure.sign == "=" and not witness.broken(place, exact):
            text = mark.replace(f"{digits[0]}万元", f"{(value * 10000).normalize():f}元")
            yield _change("unit_converted", *place, text)
        if digits[0].isdigit() and len(digits[0]) > 4:
            yield _change("commas_in_figure", *spot, f"{int(digits[0]):,}")
        places = len(digits[0].partition(".")[2])
        if places >= 2 and value >= 10 and figure.unit != "分":  # points are awarded, not measured
            coarse = str(value.quantize(Decimal(1).scaleb(1 - places), ROUND_HALF_UP))
            step = figure.step * 10
            other = replace(figure, value=Decimal(coarse) * (figure.value / value), step=step, half=step / 2)
            if not _computed(witness, place, figure) and not witness.broken(place, other):
                yield _change("rounded", *spot, coarse)


def _computed(witness: Witness, place: Place, figure: Figure) -> bool:
    """A figure that is added or divided with others as fine as itself: there 299.8 would be read as 299.80."""
    sums = [s for kind in ("sum", "product", "rate") for s in witness.about(place, kind)]
    others = [witness.figures[p] for s in sums for side in s.sides for p in side if place not in side]
    return any(o.unit == figure.unit and o.step <= figure.step for o in others)


def _words(witness: Witness, sections: Sections) -> Iterator[Mutation]:
    """The first word of a clause of results, said as the rules say it may be."""
    others = _synonyms()
    for start, stop in sections.of("result_narrative"):
        for m in re.finditer(
            r"(?<=[，；。、])[\u4e00-\u9fff]{2}(?=[\u4e00-\u9fff]{2,12}\d)", witness.source[start:stop]
        ):
            if m[0] in others:
                yield _change("synonym", start + m.start(), start + m.end(), others[m[0]])


def _synonyms() -> dict[str, str]:
    """Word → another of its line in rules/matching.toml; words of several lines mean several things,
    and those that tell nothing are never compared."""
    pale = vocabulary()["words"]["filler"] | vocabulary()["words"]["generic"]
    with (rules_dir() / "matching.toml").open("rb") as file:
        lines = [
            line.split("|") for text in tomllib.load(file)["words"]["synonym"].splitlines() for line in text.split()
        ]
    times = Counter(word for line in lines for word in line)
    once = [[word for word in line if times[word] == 1 and len(word) == 2 and word not in pale] for line in lines]
    return {
        word: other for line in once for word, other in zip(line, line[1:] + line[:1], strict=True) if word != other
    }


def _rows(witness: Witness) -> Iterator[Mutation]:
    source, rows = witness.source, witness.rows
    for row in rows:
        yield _change("page_break", row.place[0], row.place[0], "\n")
        yield _change("page_number", row.place[0], row.place[0], "- 2 -\n")
    for one, two in pairwise(rows):
        (a, b), (c, d) = one.place, two.place
        if c == b + 1 and _movable(one) and _movable(two) and not any("其中" in r.name for r in rows):
            yield _change("rows_swapped", a, d, f"{source[c:d]}\n{source[a:b]}")


def _movable(row: Row) -> bool:
    """A row of its own: no head of a block in it, and figures of its own in every column."""
    cells = [row.get(role) for role in ("target", "result", "weight", "score")]
    return (
        all(not c.text.strip() for c in row.heading[:-1])
        and len(row.heading) > 1
        and all(c is None or c.text.strip() for c in cells)
    )


def _whole(source: str) -> Iterator[Mutation]:
    """The form saved by another program."""
    yield _change("line_ends", 0, len(source), source.replace("\n", "\r\n"))
    yield _change("commas", 0, len(source), source.replace("，", ","))
    yield _change(
        "blank_lines", 0, len(source), re.sub(r"\n{2,}", "\n", source) if "\n\n" in source else source + "\n\n"
    )
    if "\t" in source and "|" not in source:
        lines = (f"| {line.replace(chr(9), ' | ')} |" if "\t" in line else line for line in source.split("\n"))
        yield _change("re_export", 0, len(source), "\n".join(lines))
