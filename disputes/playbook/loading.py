"""Playbooks read from TOML files: one of each reason, with what all share from `reasons/_common.toml`."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from disputes import toml_file
from disputes.errors import Invalid
from disputes.model import Strict
from disputes.playbook import Playbook, Playbooks, Point
from disputes.playbook.criteria import Criterion, ReasonCode

FOLDER = Path(__file__).parent / "reasons"
"""The folder of the shipped playbooks."""


class _Criteria(Strict):
    """A file of criteria."""

    codes: tuple[ReasonCode, ...] = Field(alias="code")
    criteria: tuple[Criterion, ...] = Field(default=(), alias="criterion")


_NEIGHBOURS = TypeAdapter(dict[str, dict[str, tuple[str, ...]]])
# The points of a neighbour are written into the letter, and neither counted nor asked for.
_UNWEIGHTED = {"weight": 0, "decisive": False, "required": False, "fatal": False}


def load_playbooks(folder: Path = FOLDER) -> Playbooks:
    """Read every playbook of a folder, each with the common points. Raises `Invalid` with the name of the file."""
    common = _read(folder / "_common.toml")
    files = sorted(path for path in folder.glob("*.toml") if not path.stem.startswith("_"))
    books = {path.name: _load(path, common) for path in files}
    for name, book in books.items():
        if name != f"{book.reason}.toml":
            raise Invalid(f"The playbook {name} is wrong: it answers {book.reason} and must be named for it.")
    if "general.toml" not in books:
        raise Invalid("There is no playbook general.toml, which answers what no other does.")
    by_reason = {book.reason: book for book in books.values()}
    table = common.get("neighbours", {})
    return Playbooks(by_reason={name: _add_neighbours(book, by_reason, table) for name, book in by_reason.items()})


def _add_neighbours(book: Playbook, by_reason: dict[str, Playbook], table: object) -> Playbook:
    """Return a playbook with its neighbours' points under each of its umbrella codes, but for those it has itself."""
    try:
        names = _NEIGHBOURS.validate_python(table)
        points = {code: tuple(_find_neighbours(book, by_reason, names.get(code, {}))) for code in book.umbrella}
    except (ValidationError, KeyError) as error:
        raise Invalid(
            "The playbook _common.toml is wrong: neighbours name a reason or a point there is not."
        ) from error
    return book.model_copy(update={"neighbours": points})


def _find_neighbours(
    book: Playbook, by_reason: dict[str, Playbook], names: dict[str, tuple[str, ...]]
) -> Iterator[Point]:
    own = {point.needs for point in book.points}
    for reason, chosen in names.items():
        points = {point.name: point for point in by_reason[reason].points}
        for point in (points[name] for name in chosen):
            if point.needs not in own:
                yield point.model_copy(update=_UNWEIGHTED)


def _load(path: Path, common: dict[str, object]) -> Playbook:
    book = toml_file.validate(_add_common(_read(path), common), Playbook, _title(path))
    asked = path.parent.parent / "criteria" / path.name
    if not asked.exists():
        return book
    found = toml_file.load(asked, _Criteria, f"The criteria {asked.name}")
    return book.model_copy(update={"reason_codes": found.codes, "criteria": found.criteria})


def _add_common(own: dict[str, object], common: dict[str, object]) -> dict[str, object]:
    """Return a playbook's table with the common points, fields and exhibits that it does not define itself."""
    merged = dict(own)
    without = {str(name) for name in _read_list(own, "without")}
    for key, name in (("point", "name"), ("exhibit", "field"), ("harm", "kind")):
        rows, shared = _read_list(own, key), [row for row in _read_list(common, key) if isinstance(row, dict)]
        taken = {row.get(name) for row in rows if isinstance(row, dict)} | without
        merged[key] = rows + [row for row in shared if row.get(name) not in taken]
    fields = own.get("fields"), common.get("fields")
    merged["fields"] = {k: v for part in reversed(fields) if isinstance(part, dict) for k, v in part.items()}
    merged.pop("without", None)
    return merged


def _read_list(table: dict[str, object], key: str) -> list[object]:
    """Return a list, or a value that is none as its only item, so that validation reports it."""
    value = table.get(key, [])
    return value if isinstance(value, list) else [value]


def _read(path: Path) -> dict[str, object]:
    return toml_file.read(path, _title(path))


def _title(path: Path) -> str:
    return f"The playbook {path.name}"
