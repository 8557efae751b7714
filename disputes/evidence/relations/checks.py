"""What the checks of a payment say together: its IP address's country, and who bears the loss."""

import re
from collections.abc import Iterator

from disputes.evidence import Evidence, Fact, Relation, render
from disputes.evidence.relations.rules import relate
from disputes.reading.addresses import parse

_PAYS = re.compile(r"\b(pays|insured|protected|guaranteed|approved|covered|eligible|active|accepted)\b", re.IGNORECASE)
_OPEN = re.compile(r"\bpending\b", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(not|never|un(?:protected|covered)|in(?:active|eligible)|declined|denied|expired|cancell?ed)\b",
    re.IGNORECASE,
)


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether the IP address fits the addresses, and whether a guarantee bears the loss."""
    if country := evidence.sole("ip_country"):
        yield from _compare_country(country, evidence)
    for guarantee in evidence.of("guarantee"):
        answer = _is_without(str(guarantee.value))
        why = f"{render(guarantee)}: this guarantee bears the loss, so claim it there instead of fighting."
        whys = {
            True: f"{render(guarantee)}: no guarantee bears the loss.",
            None: f"{render(guarantee)}: nobody can tell.",
        }
        yield relate("no_guarantee", answer, whys.get(answer, why), guarantee)


def _compare_country(country: Fact, evidence: Evidence) -> Iterator[Relation]:
    kinds = ("billing_address", "shipping_address")
    addresses = [fact for kind in kinds if (fact := evidence.sole(kind))]
    codes = [parse(str(fact.value)).country for fact in addresses]
    if any(codes):
        code = _read_country(str(country.value))
        # One address whose country nobody can read may be the very one.
        answer = True if code in codes else False if code and all(codes) else None
        places = ", ".join(sorted({code.upper() for code in codes if code}))
        where = "the country of an address on record" if answer else f"and the addresses are in {places}"
        why = f"The purchase came from {render(country)}, {where}."
        yield relate("ip_fits_addresses", answer, why, country, *addresses)


def _read_country(written: str) -> str:
    """Return a country's code in small letters; empty for a name that no address is read by."""
    code = written.strip().casefold()
    return parse(f"1 Main Street, Town, {code}").country or (code if re.fullmatch("[a-z]{2}", code) else "")


def _is_without(written: str) -> bool | None:
    if _DENIES.search(written):
        return True
    return False if _PAYS.search(written) and not _OPEN.search(written) else None
