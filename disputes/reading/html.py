"""The text of a page of HTML, as its reader sees it."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_PAGE = 100_000
"""Characters of a page that are read: a parser takes long over tags that are nested by the ten thousand."""

_NOT_SHOWN = ["script", "style", "title", "template", "head"]
_BLOCKS = "br,p,div,li,tr,table,ul,ol,blockquote,pre,hr,h1,h2,h3,h4,h5,h6,section,article"
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|max-height|opacity)\s*:\s*0(?![.\d])", re.IGNORECASE
)
_BREAK, _OPEN, _CLOSE = "\u2028", "\ue000", "\ue001"  # no text of a page, which is read without them
_MARKS = str.maketrans({_BREAK: " ", _OPEN: None, _CLOSE: None})
_MOST_QUOTES = 9


def read_html(page: str) -> str:
    """Return a page's text: blocks on lines of their own, what it quotes behind `>`, and nothing that is hidden."""
    tree = LexborHTMLParser(page[:MAX_PAGE].translate(_MARKS))
    tree.strip_tags(_NOT_SHOWN, recursive=True)
    for node in tree.css("[hidden],[style]"):
        if _is_hidden(node):
            node.decompose()
    _mark(tree)
    body = tree.body
    texts = (node.text_content or "" for node in body.traverse(include_text=True)) if body else iter(())
    return "\n".join(_lines("".join(texts)))


def _is_hidden(node: LexborNode) -> bool:
    return "hidden" in node.attributes or bool(_UNSEEN.search(node.attributes.get("style") or ""))


def _mark(tree: LexborHTMLParser) -> None:
    """Put marks where a line ends, a cell begins, and a quotation begins and ends."""
    for block in tree.css(_BLOCKS):
        block.insert_before(_BREAK)
        block.insert_after(_BREAK)
    for cell in tree.css("td,th"):
        cell.insert_before(" ")
    for quotation in tree.css("blockquote"):
        quotation.insert_before(_OPEN)
        quotation.insert_after(_CLOSE)


def _lines(text: str) -> list[str]:
    lines, quoted = list[str](), 0
    for part in re.split(f"([{_BREAK}{_OPEN}{_CLOSE}])", text):
        if part in {_OPEN, _CLOSE}:
            quoted += 1 if part == _OPEN else -1
        elif written := " ".join(part.split()):
            lines.append("> " * min(quoted, _MOST_QUOTES) + written)
    return lines
