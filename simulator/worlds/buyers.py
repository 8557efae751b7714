"""Fictional buyers, and ids and numbers that follow from a seed."""

from dataclasses import dataclass
from hashlib import blake2b

from simulator.objects import StripeObject, an_address


@dataclass(frozen=True, slots=True)
class Buyer:
    """A fictional person with everything a shop learns at checkout."""

    tag: str
    name: str
    address: StripeObject

    @property
    def email(self) -> str:
        """The e-mail address, in a domain reserved for examples."""
        return f"{self.name.lower().replace(' ', '.')}@example.com"

    @property
    def phone(self) -> str:
        """The phone number, from the range reserved for fiction."""
        return f"+120255501{seeded_digits(self.tag + ':phone', 2)}"

    @property
    def ip(self) -> str:
        """The IP address, in TEST-NET-3 (RFC 5737)."""
        return f"203.0.113.{1 + int(seeded_digits(self.tag + ':ip', 6)) % 254}"

    @property
    def device(self) -> str:
        """The device id, long enough for Compelling Evidence 3.0 (15 characters)."""
        return f"device-{seeded_id(self.tag + ':device')[:16]}"

    @property
    def user(self) -> str:
        """The user id at the shop."""
        return f"user-{seeded_digits(self.tag + ':user', 6)}"

    @property
    def fingerprint(self) -> str:
        """Stripe's fingerprint of the card."""
        return seeded_id(self.tag + ":card")[:16]


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


def pick_buyer(tag: str) -> Buyer:
    """Return the buyer of a scenario; the same tag always gives the same one."""
    name, address = PEOPLE[int(seeded_digits(tag, 6)) % len(PEOPLE)]
    return Buyer(tag, name, address | {})


def seeded_id(seed: str) -> str:
    """Return 24 letters and digits that follow from the seed alone, no two digits side by side.

    A longer run of digits would sometimes look like a card number and be masked wherever it is read.
    """
    figures = _figures(seed)
    return "".join(c.translate(_LETTERS) if place % 2 else c for place, c in enumerate(figures))


def seeded_digits(seed: str, count: int) -> str:
    """Return up to 24 decimal digits that follow from the seed alone."""
    return str(int(_figures(seed), 16)).zfill(29)[-count:]


def _figures(seed: str) -> str:
    return blake2b(seed.encode(), digest_size=12).hexdigest()
