"""The text of a page of HTML, as its reader sees it.

Customers write pages as well, so the time it takes grows with the length of a page alone, however its tags are nested,
and no part of a page that is broken is looked at twice.
"""

import re
from html import unescape

_REST = r"""(?:=\s*"[^"]*(?:"|\Z)|=\s*'[^']*(?:'|\Z)|[^>])*+(?:>|\Z)"""
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|title|template)\b.*?(?:</(?P=raw)\b[^>]*(?:>|\Z)|\Z)"
    rf"|<[!?][^>]*(?:>|\Z)|<(?P<end>/?)(?P<name>[a-z][\w:-]*)(?P<rest>{_REST})|(?P<text>[^<]+|<)",
    re.IGNORECASE | re.DOTALL,
)
_STYLE = re.compile(r"""\bstyle\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|max-height|opacity)\s*:\s*0(?![.\d])", re.IGNORECASE
)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_HIDDEN = re.compile(r"\shidden(?=[\s=/>]|\Z)", re.IGNORECASE)
_BREAKS = frozenset("br p div li tr table ul ol blockquote pre hr h1 h2 h3 h4 h5 h6 section article body".split())
_CELLS = frozenset(("td", "th"))
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_QUOTE, _MOST_QUOTES = "blockquote", 9


def read_html(page: str) -> str:
    """Return a page's text: blocks on lines of their own, what it quotes behind `>`, and nothing that is hidden."""
    reader = _Reader()
    for token in _TOKEN.finditer(page):
        if token["name"]:
            reader.read_tag(token["name"].lower(), token["rest"], ends=bool(token["end"]))
        elif token["text"]:
            reader.read_text(token["text"])
    return reader.finish()


class _Reader:
    """The lines so far, how deep the quotation is, and the hidden element that has not ended yet."""

    def __init__(self) -> None:
        self._lines, self._line = list[str](), list[str]()
        self._quoted, self._hidden, self._depth = 0, "", 0

    def read_text(self, written: str) -> None:
        if not self._hidden:
            self._line.append(written)

    def read_tag(self, name: str, rest: str, *, ends: bool) -> None:
        if self._hidden:
            self._leave(name, ends=ends)
            return
        if name in _BREAKS:
            self._break()
        if name in _CELLS:
            self._line.append(" ")
        if name == _QUOTE:
            self._quoted = max(self._quoted + (-1 if ends else 1), 0)
        if not ends and name not in _VOID and (name == "head" or _is_hidden(rest)):
            self._hidden, self._depth = name, 1

    def finish(self) -> str:
        self._break()
        return "\n".join(self._lines)

    def _leave(self, name: str, *, ends: bool) -> None:
        """Count the elements of the hidden one's name in it; a head without an end ends where the body begins."""
        if name == self._hidden:
            self._depth += -1 if ends else 1
        if self._depth == 0 or (self._hidden == "head" and name == "body"):
            self._hidden = ""

    def _break(self) -> None:
        if line := " ".join(unescape("".join(self._line)).split()):
            self._lines.append("> " * min(self._quoted, _MOST_QUOTES) + line)
        self._line = []


def _is_hidden(rest: str) -> bool:
    style = _STYLE.search(rest)
    is_unseen = bool(style and _UNSEEN.search(style[1] or style[2] or ""))
    return is_unseen or bool(_HIDDEN.search(_QUOTED.sub("", rest)))
