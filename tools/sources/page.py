"""Writes `docs/sources.md`: `python -m tools.sources.page > docs/sources.md`."""

import sys
from collections.abc import Iterator

from disputes.errors import Invalid
from disputes.evidence.kinds import label
from tools.sources import catalog
from tools.sources.http_json.vendor import Vendor
from tools.sources.options import Offer

_LEAD = """\
# Sources of evidence

Written by `python -m tools.sources.page` from `tools/sources/vendors`; a test compares it. A source is on as soon as
all of its settings are there, in the environment or in `.env`; one that is half set, misspelt or unknown stops
start-up with one sentence that names it. `rebut sources` lists all of them, with what is missing.

Stripe is always on and asked first. What it tells (order number, e-mail address, and whatever the `[metadata]` table
of your policy finds in the payment's metadata) is what the others are asked by: each as soon as one of its keys is
known, all at once, and in rounds while new keys come up, as when a shop tells the number by which a carrier is asked.
Each has `seconds`, all rounds together `budget` (`[sources]` in the policy). What fails, is refused or comes late is a
gap in the case, never an error; a source that was late is asked once more when time allows.

Only records that carry the very key they were asked by are used, and of orders only those that this payment, or where
an order names none this customer's e-mail address, claims: numbers collide. A number of somebody else's order is a
gap that says so; what was not read, as a sixth ticket, is a gap as well. Which API a source speaks, and when it was
last held against a real answer (`tests/recordings/real`), stands with each. Every fact keeps where it stood, when it
was read and the SHA-256 of the answer. The answer itself is kept beside the files of the case, clean of card numbers
and cut to 200,000 characters or so; `GET /disputes/{dispute_id}/records/{sha256}` gives it. A storage that does not
take it costs no fact. Tokens go nowhere but to the vendor: no redirect and no link to another host is followed.
"""

_FILES = """\
In a bucket the same names are parts of a key: `s3://papers/shop` holds `shop/A-1042/customer_signature/scan.pdf`.
Names that begin with a dot are left out, and no key leads out of the folder or the prefix. PDFs that are broken,
encrypted or active are refused with a gap that says so.
"""

_SQL = """\
The file names one SELECT for each kind of fact. The first column is the value; a kind that is money takes the columns
`amount` and `currency` (`unit` is `minor` unless it says `major`); `many = true` takes up to 100 rows, told apart by a
column `ref` and dated by a column `at`. Keys are bound by name, never pasted. Each SELECT runs in a read-only
transaction that is rolled back; give it a user that may only read. PostgreSQL needs nothing more; MySQL and MariaDB
need an asynchronous driver, named in the URL, such as `mysql+asyncmy://`.

```toml
[[select]]
kind = "last_used_at"
needs = ["account_id"]
sql = "select max(seen_at) from logins where user_id = :account_id"

[[select]]
kind = "customer_message"
needs = ["customer_email"]
many = true
sql = "select body, sent_at as at, id as ref from messages where sender = :customer_email order by sent_at"
```
"""

_IP = """\
Nothing is sent anywhere: the file is yours, such as GeoLite2 or GeoIP2 (Country, City, ASN), DB-IP Lite or IPinfo Lite,
under the terms of whoever made it. A country is read from `country.iso_code`, `country_code` or `country`, a network
from `autonomous_system_organization`, `as_name` or `asn`. With a second file, the first tells countries and the second
networks. A file that you replace is used from the next question on; move the new one into place rather than write over
the old. In a database of networks alone that also has a `country_code`, that is the network's and not the address's.

The country is compared with those of the billing and the shipping address: one of them helps, another speaks against
you. An address that is private, reserved or in no record is a gap.
"""


def write() -> str:
    """Return the page, with every source in the order of the catalog."""
    return "\n".join([_LEAD, *(line for offer in catalog.offers().values() for line in _section(offer))])


def _section(offer: Offer) -> Iterator[str]:
    yield f"## {offer.title}\n"
    yield f"Adds {offer.adds}.\n"
    yield "| Setting | What it is |\n|---|---|"
    for name, option in offer.options.items():
        default = (
            f"; without it `{option.default}`" if option.default else "" if option.default is None else "; optional"
        )
        yield f"| `{offer.setting(name)}` | {option.about}{default} |"
    yield ""
    if isinstance(offer, Vendor):
        yield f"Asked by: {_labels(offer.keys)}. Facts: {_labels(offer.kinds)}.\n"
    elif offer.name == "sql":
        yield _SQL
    elif offer.name == "files":
        yield _FILES
    elif offer.name == "ip_location":
        yield _IP
    pages = ", ".join(f"<{page}>" for page in offer.reference)
    yield f"Documentation: {pages}\n" + (_versions(offer) if isinstance(offer, Vendor) else "")


def _versions(vendor: Vendor) -> str:
    """Return which version is spoken, and when the documentation was read and a real answer last looked at."""
    held = f"held against a real answer {vendor.checked}" if vendor.checked else "never held against a real answer"
    return f"\nSpeaks {vendor.api}; {held}, documentation read {vendor.reviewed}.\n"


def _labels(kinds: tuple[str, ...]) -> str:
    return ", ".join(label(kind)[:1].lower() + label(kind)[1:] for kind in kinds)


if __name__ == "__main__":
    try:
        sys.stdout.write(write().rstrip("\n") + "\n")
    except Invalid as wrong:
        sys.exit(str(wrong))
