from dataclasses import dataclass
from hashlib import blake2b

from simulator.objects import Object, an_address


@dataclass(frozen=True, slots=True)
class Buyer:
    """A fictional person with everything a shop learns of one at the till."""

    tag: str
    name: str
    address: Object

    @property
    def email(self) -> str:
        """Their address in a domain nobody owns."""
        return f"{self.name.lower().replace(' ', '.')}@example.com"

    @property
    def phone(self) -> str:
        """Their number out of the range kept for fiction."""
        return f"+120255501{digits(self.tag + ':phone', 2)}"

    @property
    def ip(self) -> str:
        """Their address in TEST-NET-3 (RFC 5737)."""
        return f"203.0.113.{1 + int(digits(self.tag + ':ip', 6)) % 254}"

    @property
    def device(self) -> str:
        """Their device id, long enough for Compelling Evidence 3.0 (15 characters)."""
        return f"device-{digest(self.tag + ':device')[:16]}"

    @property
    def user(self) -> str:
        """Their account at the shop."""
        return f"user-{digits(self.tag + ':user', 6)}"

    @property
    def fingerprint(self) -> str:
        """Stripe's fingerprint of their card."""
        return digest(self.tag + ":card")[:16]


_LETTERS = str.maketrans("0123456789abcdef", "ghjkmnpqrstvwxyz")
PEOPLE = (
    ("Ida Marlow", an_address()),
    ("Tomas Reinholt", an_address(line1="7 Quarry Bend", city="Eastvale", state="OR", postal_code="97123")),
    (
        "Priya Chandran",
        an_address(line1="402 Linden Court", line2="Unit 9", city="Harwick", state="MA", postal_code="02645"),
    ),
    ("Owen Castellane", an_address(line1="55 Saltmarsh Road", city="Port Avery", state="ME", postal_code="04609")),
    ("Mei-Lin Forsythe", an_address(line1="1210 Juniper Loop", city="Cold Spring", state="CO", postal_code="80401")),
    ("Amara Delacroix", an_address(line1="3 Weaver Mews", city="Bellhaven", state="WA", postal_code="98225")),
)


def pick(tag: str) -> Buyer:
    """Pick the buyer of a story; the same tag always gives the same one."""
    name, address = PEOPLE[int(digits(tag, 6)) % len(PEOPLE)]
    return Buyer(tag, name, address | {})


def digest(seed: str) -> str:
    """Give 24 letters and digits that follow from the seed alone, no two digits side by side.

    A longer run of digits is now and then a number that passes for a card's, and is masked wherever it is read.
    """
    figures = _figures(seed)
    return "".join(c.translate(_LETTERS) if place % 2 else c for place, c in enumerate(figures))


def digits(seed: str, count: int) -> str:
    """Give up to 24 decimal digits that follow from the seed alone."""
    return str(int(_figures(seed), 16)).zfill(29)[-count:]


def _figures(seed: str) -> str:
    return blake2b(seed.encode(), digest_size=12).hexdigest()
