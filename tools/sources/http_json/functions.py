"""What JMESPath cannot say by itself: of lists, whether all or any are so and which are not; HTML; a day."""

from datetime import datetime

from bs4 import BeautifulSoup
from jmespath import Options
from jmespath.functions import Functions, signature
from jmespath.visitor import _Expression
from pydantic import JsonValue

_BREAK = "\u2028"  # a line of its own, since the line breaks of a page's source are none
_BLOCKS = ("br", "p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4")


class VendorFunctions(Functions):
    """The functions of JMESPath, and `every`, `any`, `without`, `html_text`, `day` and `zoned`."""

    @signature({"types": ["array"]}, {"types": ["expref"]})
    def _func_every(self, items: list[JsonValue], expression: _Expression) -> bool:
        """Tell whether there are items and each is so: `every(packages, &delivered)`."""
        return bool(items) and all(_is_so(expression, item) for item in items)

    @signature({"types": ["array"]}, {"types": ["expref"]})
    def _func_any(self, items: list[JsonValue], expression: _Expression) -> bool:
        """Tell whether one of the items is so: `any(packages, &returned)`."""
        return any(_is_so(expression, item) for item in items)

    @signature({"types": ["array"]}, {"types": ["expref"]}, {"types": ["array"]})
    def _func_without(self, items: list[JsonValue], expression: _Expression, values: list[JsonValue]) -> JsonValue:
        """Leave out the items with one of these values: `without(comments, &author_id, users[?customer].id)`."""
        return [item for item in items if _find(expression, item) not in values]

    @signature({"types": ["string"]})
    def _func_html_text(self, page: str) -> str:
        """Return what a reader of a page sees, without its markup, scripts and styles."""
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


def read_html(page: str) -> str:
    """Return the text of a page of HTML as its reader sees it: blocks on lines of their own, no script, no style."""
    soup = BeautifulSoup(page, "html.parser")
    for hidden in soup(["script", "style", "head", "title", "template"]):
        hidden.decompose()
    for block in soup(_BLOCKS):
        block.append(_BREAK)
    lines = (" ".join(line.split()) for line in soup.get_text().split(_BREAK))
    return "\n".join(line for line in lines if line)


def _is_so(expression: _Expression, item: JsonValue) -> bool:
    """Tell whether an expression finds something in an item, by JMESPath's own truth: nothing and empty are false."""
    return _find(expression, item) not in (None, False, "", [], {})


def _find(expression: _Expression, item: JsonValue) -> JsonValue:
    found: JsonValue = expression.visit(expression.expression, item)  # type: ignore[arg-type]  # a node, not a str
    return found


FUNCTIONS = VendorFunctions()
OPTIONS = Options(custom_functions=FUNCTIONS)
