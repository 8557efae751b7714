"""One order of a shop in memory, by all that its software could be asked by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShopOrder:
    """One order: `key` is the shop's own id, `number` what people see, `charge` and `reference` its payment.

    `buyer` stands in the customer's name, so that a fact shows whose order it was read from.
    """

    key: int
    number: str
    email: str
    buyer: str
    charge: str = ""
    reference: str = ""
    parcel: str = ""
