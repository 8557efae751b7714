"""A CSV table of cards: rows told apart by their key, and columns of people's own beside ours."""

import csv
import io

from disputes.errors import Refused
from tools.messages.cards.text import COLUMNS

KEY = COLUMNS[0]
_ENCODING = "utf-8-sig"  # its mark makes Excel read letters beyond ASCII as they are


class Table:
    """The heading and the rows of a file, all of one width."""

    def __init__(self, heading: list[str], rows: list[list[str]]) -> None:
        missing = [name for name in COLUMNS if name not in heading]
        self._heading = [*heading, *missing]
        self._rows = [[*row, *[""] * (len(self._heading) - len(row))] for row in rows]

    @classmethod
    def read(cls, data: bytes, *, setting: str) -> "Table":
        """Return the table of a file, an empty one for no bytes. Raises `Refused` for a file that is none of ours."""
        try:
            rows = list(csv.reader(io.StringIO(data.decode(_ENCODING), newline=""), strict=True))
        except (ValueError, csv.Error):
            rows = [[]]
        if rows and KEY not in rows[0]:
            raise Refused(
                f"The file of {setting} is no CSV file with commas and a column {KEY}: it is another file, or a "
                f"spreadsheet saved it in another form. Move it away, or name another; it was left as it is."
            )
        return cls(rows[0], rows[1:]) if rows else cls([], [])

    def put(self, cells: dict[str, str], *, create: bool) -> bool:
        """Write a row over the one with its key, or add it if it may be created; tell whether it is there now."""
        at = self._heading.index(KEY)
        row = next((row for row in self._rows if row[at] == cells[KEY]), None)
        if row is None:
            if not create:
                return False
            row = [""] * len(self._heading)
            self._rows.append(row)
        for name, value in cells.items():
            row[self._heading.index(name)] = value
        return True

    def written(self) -> bytes:
        """Return the bytes of the file."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows([self._heading, *self._rows])
        return text.getvalue().encode(_ENCODING)
