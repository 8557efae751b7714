"""Text from outside, made safe to keep: data, never instructions.

Card numbers are masked before anything is stored, logged, prompted or rendered.
"""

import re
import unicodedata

_DIGITS = re.compile(r"(?<![\w])\d(?:[ -]?\d){12,18}(?![\w])")
_KEPT_CONTROLS = {"\n", "\t"}


def clean(text: str, *, limit: int = 20_000) -> str:
    """Drop surrogates, controls and invisible marks, mask card numbers, cut to `limit` characters."""
    kept = "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    return mask(kept)[:limit].strip()


def line(text: str, *, limit: int = 300) -> str:
    """Clean text and fold it to one line."""
    return " ".join(clean(text, limit=limit * 4).split())[:limit].strip()


def mask(text: str) -> str:
    """Replace every card number (13-19 digits that pass the Luhn check) by its last four digits."""
    return _DIGITS.sub(lambda found: _masked(found[0]), text)


def _masked(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"[card ending {digits[-4:]}]" if _luhn(digits) else number


def _luhn(digits: str) -> bool:
    doubled = [sum(divmod(2 * int(d), 10)) for d in digits[-2::-2]]
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0
