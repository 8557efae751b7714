"""What JMESPath cannot say by itself: of lists, whether all or any are so and which are; HTML; a day."""

import re
from datetime import datetime

from jmespath import Options
from jmespath.functions import Functions, signature
from jmespath.visitor import _Expression
from pydantic import JsonValue

from disputes.reading.carrier_events import classify
from disputes.reading.html import read_html

_TO_OTHERS = re.compile(r"\b(?:agent|neighbou?r)s?\b", re.IGNORECASE)


class VendorFunctions(Functions):
    """The functions of JMESPath, and `every`, `any`, `among`, `elsewhere`, `html_text`, `day` and `zoned`."""

    @signature({"types": ["array"]}, {"types": ["expref"]})
    def _func_every(self, items: list[JsonValue], expression: _Expression) -> bool:
        """Return whether there are items and each is so: `every(packages, &delivered)`."""
        return bool(items) and all(_is_so(expression, item) for item in items)

    @signature({"types": ["array"]}, {"types": ["expref"]})
    def _func_any(self, items: list[JsonValue], expression: _Expression) -> bool:
        """Return whether one of the items is so: `any(packages, &returned)`."""
        return any(_is_so(expression, item) for item in items)

    @signature({"types": ["array"]}, {"types": ["expref"]}, {"types": ["array"]})
    def _func_among(self, items: list[JsonValue], expression: _Expression, values: list[JsonValue]) -> JsonValue:
        """Return the items with one of these values: `among(comments, &author_id, users[?agent].id)`."""
        return [item for item in items if _find(expression, item) in values]

    @signature({"types": []})
    def _func_elsewhere(self, written: JsonValue) -> bool:
        """Return whether a carrier's words of a delivery name its sender, an agent or a neighbour."""
        return isinstance(written, str) and bool(_TO_OTHERS.search(written) or classify(written) == "returned")

    @signature({"types": ["string"]})
    def _func_html_text(self, page: str) -> str:
        """Return what a reader of a page sees, without its markup, scripts, styles and what is hidden."""
        return read_html(page)

    @signature({"types": []})
    def _func_day(self, written: JsonValue) -> str | None:
        """Return the day of an ISO 8601 time or date as it is written, `2026-03-14`; null for all else."""
        time = _read_time(written)
        return time.date().isoformat() if time else None

    @signature({"types": []})
    def _func_zoned(self, written: JsonValue) -> JsonValue:
        """Return an ISO 8601 time that names its zone as it is, and of one that does not its day; null for all else."""
        time = _read_time(written)
        return written if time and time.tzinfo else self._func_day(written)


def _read_time(written: JsonValue) -> datetime | None:
    try:
        return datetime.fromisoformat(written.strip()) if isinstance(written, str) else None
    except ValueError:
        return None


def _is_so(expression: _Expression, item: JsonValue) -> bool:
    """Return whether an expression finds something in an item, by JMESPath's own truth: nothing and empty are false."""
    return _find(expression, item) not in (None, False, "", [], {})


def _find(expression: _Expression, item: JsonValue) -> JsonValue:
    found: JsonValue = expression.visit(expression.expression, item)  # type: ignore[arg-type]  # a node, not a str
    return found


FUNCTIONS = VendorFunctions()
OPTIONS = Options(custom_functions=FUNCTIONS)
