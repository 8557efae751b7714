"""What the cases are made of, as data."""

from pathlib import Path

from disputes import toml_file
from disputes.model import Strict
from disputes.playbook import Product
from evals.case import Wish

ByProduct = dict[Product, tuple[str, ...]]


class OrderWords(Strict):
    """A text that gives orders to whoever reads it."""

    wants: Wish
    text: str
    marks: tuple[str, ...]


class CaseWords(Strict):
    """Names, goods, messages and hostile texts."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    street: tuple[str, ...]
    town: tuple[str, ...]
    descriptor: str
    carrier: tuple[str, ...]
    wallet: tuple[str, ...]
    device: tuple[str, ...]
    refund_policy: str
    cancellation_policy: str
    goods: ByProduct
    plan: ByProduct
    pleased: ByProduct
    upset: dict[str, str]
    attack: tuple[OrderWords, ...]


def read() -> CaseWords:
    """Read the words that cases are made of."""
    return toml_file.load(Path(__file__).parent / "words.toml", CaseWords, "The word list words.toml")
