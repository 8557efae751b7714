"""What of a text stands outside quotation marks, as a bank that reads it would say. Pure.

It trusts no writer of letters: a mark of any script opens or ends a quotation, and none is longer than its line.
"""

import re
import unicodedata

_DOUBLE = re.compile("['\u2018\u2019`\u00b4\u2032]{2,}")
_OTHERS = frozenset("\u02ba\u02dd\u02ee\u02f5\u02f6\u05f4\u2033\u2036\u3003")
_SINGLE = frozenset("\u2018\u2019\u201a\u201b\u2039\u203a\u275b\u275c\u275f")


def remove(text: str) -> str:
    """Return a text without what stands between quotation marks, which stay."""
    return "\n".join(map(_remove_from_line, text.splitlines()))


def is_mark(character: str) -> bool:
    """Check whether a reader may take a character for one that opens or ends a quotation."""
    name = unicodedata.name(character, "")
    return character in _OTHERS or ("QUOTATION MARK" in name and character not in _SINGLE)


def _remove_from_line(line: str) -> str:
    kept, inside = [], False
    for character in _DOUBLE.sub('"', line):
        if is_mark(character):
            inside = not inside
            kept.append('"')
        elif not inside:
            kept.append(character)
    return "".join(kept)
