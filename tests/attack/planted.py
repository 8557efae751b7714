"""Secret numbers, each planting with its own, and how to find them again however they are written."""

import re
from dataclasses import dataclass, field


@dataclass
class Plants:
    """Gives text with a card, a code, an account and documents; `places` tells what was planted where."""

    places: dict[str, str] = field(default_factory=dict)
    markers: dict[str, str] = field(default_factory=dict)

    def text(self, where: str) -> str:
        """Plant once more. The marker beside the secrets is harmless and shows how far the text went."""
        n = len(self.markers) + 1
        card, iban = _card(n), _iban(n)
        social, paper, code = f"5{n:02}-{10 + n % 80}-{4_000 + n * 37}", f"X9{n:02}5{n * 331:05}", f"{9_100 + n}"
        gap = "- ."[n % 3]
        self.markers[where] = f"Plant{chr(97 + n // 26)}{chr(97 + n % 26)}mark"
        for needle in (card, iban, social, paper, f"cvv{code}"):
            self.places[_plain(needle)] = where
        shown = gap.join(card[at : at + 4] for at in range(0, 16, 4))
        return f"{self.markers[where]} {shown} cvv {code}; {iban}; ssn {social}; passport no {paper}"

    def found(self, text: str) -> set[str]:
        """Return the places whose secrets stand in a text."""
        plain = _plain(text)
        return {where for needle, where in self.places.items() if needle in plain}

    def reached(self, text: str) -> set[str]:
        """Return the places whose markers stand in a text."""
        return {where for where, marker in self.markers.items() if marker in text}


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _card(n: int) -> str:
    body = f"4{n * 7_919_371 % 10**14:014}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[0::2])
    return f"{body}{-(doubled + sum(map(int, body[1::2]))) % 10}"


def _iban(n: int) -> str:
    account = f"{n * 104_729_333 % 10**18:018}"
    return f"DE{98 - int(f'{account}131400') % 97:02}{account}"
