"""A merchant who has everything on record, and what its world says a reader must find."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from disputes import policy
from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, build_fact
from disputes.policy import Merchant
from disputes.repositories.cases import CaseRecord
from simulator.worlds import grid
from simulator.worlds.renewals import EARLIER
from tests.conftest import Stage
from tests.tools.attachments.merchant_files import a_pdf
from tools.sources.files.folder import FolderFiles
from tools.sources.files.source import FilesSource

WORDS = Merchant(
    name="Hollow Oak Goods",
    refund_policy="What you do not like comes back within 30 days of delivery, unused, and is paid back in full.",
    cancellation_policy="You may cancel a plan or a seat up to 48 hours before; what was used is not paid back.",
)
TALK: list[tuple[int, str, str]] = [
    (1, "merchant_message", "Thank you for your order. We will write again as soon as it ships."),
    (30, "customer_message", "Thanks, that was quick. How can I reach you if I have a question?"),
    (31, "merchant_message", "Just reply to this mail and we will help you."),
    (200, "customer_message", "I have tried everything now, and I like it."),
]
"""Hours after the payment, who wrote, and what."""
LISTING = "As it stood in the shop on the day of the order"


@dataclass(frozen=True)
class World:
    """One dispute's objects at Stripe, as the simulator was given them."""

    objects: list[dict[str, Any]]

    def one(self, kind: str) -> dict[str, Any]:
        return next((thing for thing in self.objects if thing["object"] == kind), {})

    @property
    def dispute(self) -> dict[str, Any]:
        return self.one("dispute")

    @property
    def charge(self) -> dict[str, Any]:
        return next(thing for thing in self.objects if thing["id"] == self.dispute["charge"])

    @property
    def other(self) -> dict[str, Any]:
        mine = self.charge["id"]
        return next(thing for thing in self.objects if thing["object"] == "charge" and thing["id"] != mine)

    def says(self, name: str) -> list[str]:
        """Return the words that show a thing in an exhibit."""
        told = SAID[name](self)
        return told if isinstance(told, list) else [told]


def noted(key: str) -> Callable[[World], str]:
    return lambda world: world.charge["metadata"][key]


def day(key: str) -> Callable[[World], str]:
    return lambda world: write(datetime.fromisoformat(world.charge["metadata"][key]))


def write(at: datetime) -> str:
    return f"{at.day} {at:%B %Y} at {at:%H:%M} UTC"


def address(world: World) -> list[str]:
    place = world.charge["billing_details"]["address"]
    return [place[line] for line in ("line1", "line2", "city", "state", "postal_code", "country") if place[line]]


SAID: dict[str, Callable[[World], Any]] = {
    "account": noted("user_id"),
    "address": address,
    "card": lambda world: f"ending {world.charge['payment_method_details']['card']['last4']}",
    "carrier": noted("carrier"),
    "cancellation_policy": lambda _: WORDS.cancellation_policy,
    "challenge": lambda _: "authenticated by challenge",
    "talk": lambda world: [words for _, _, words in TALK],
    "times": lambda world: [
        write(datetime.fromtimestamp(world.charge["created"], UTC) + timedelta(hours=hours)) for hours, _, _ in TALK
    ],
    "renewals": lambda _: f"Earlier renewals paid {EARLIER - 1}",  # the first of them began the subscription
    "charge": lambda world: world.charge["id"],
    "delivered": day("delivered_at"),
    "descriptor": lambda world: world.charge["calculated_statement_descriptor"],
    "device": noted("device_id"),
    "email": lambda world: world.charge["billing_details"]["email"],
    "ip": noted("customer_ip"),
    "listing": lambda _: LISTING,
    "name": lambda world: world.charge["billing_details"]["name"],
    "order_id": noted("order_id"),
    "other_charge": lambda world: world.other["id"],
    "other_order_id": lambda world: world.other["metadata"]["order_id"],
    "other_product": lambda world: world.other["description"],
    "paid": lambda world: write(datetime.fromtimestamp(world.charge["created"], UTC)),
    "price": lambda _: "29.00 USD",
    "priors": lambda _: "Earlier undisputed payments 2",
    "product": lambda world: world.charge["description"],
    "refund": lambda _: "12.00 USD",
    "refund_policy": lambda _: WORDS.refund_policy,
    "refund_reference": lambda world: world.one("refund")["destination_details"]["card"]["reference"],
    "said": noted("customer_message"),
    "service_date": day("service_date"),
    "signed": lambda world: world.charge["billing_details"]["name"],
    "started": lambda world: write(datetime.fromtimestamp(world.one("subscription")["start_date"], UTC)),
    "subscription": lambda world: world.one("subscription")["id"],
    "tracking_number": noted("tracking_number"),
    "usage_count": noted("usage_count"),
    "used": day("last_used_at"),
}


async def play(stage: Stage, reason: str, product: str, *, folder: Path) -> tuple[Stage, CaseRecord, World]:
    """Let a dispute of the grid happen to the good shop, and drive it to rest."""
    world = World(await stage.tell(partial(grid.build, reason=reason, product=product)))
    file_away(folder, world, reason, product)
    assert stage.deps.storage
    rules = policy.load().model_copy(update={"merchant": WORDS})
    papers = FilesSource(FolderFiles(folder), stage.deps.storage)
    shop = stage.under(policy=rules, sources=(*stage.deps.sources, papers, HelpDesk(world)))
    return shop, await shop.drive(world.dispute["id"]), world


@dataclass(frozen=True)
class HelpDesk:
    """A source of messages with their times, the newest first as help desks list them."""

    world: World
    name: str = "helpdesk"
    keys: tuple[str, ...] = ("customer_email",)
    offers: tuple[str, ...] = ("customer_message", "merchant_message")

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        paid = datetime.fromtimestamp(self.world.charge["created"], UTC)
        said = [_said(number, paid + timedelta(hours=h), *who) for number, (h, *who) in enumerate(TALK)]
        return Evidence(facts=tuple(reversed(said)))


def _said(number: int, at: datetime, kind: str, words: str) -> Fact:
    return build_fact(kind, words, "helpdesk:messages:text", ref=f"helpdesk/{number}").model_copy(update={"at": at})


def file_away(folder: Path, world: World, reason: str, product: str) -> None:
    """Keep what the customer signed, and the listing, under the order's number."""
    signed = "Received in good order. Signed: " + world.charge["billing_details"]["name"]
    papers = {"customer_signature": signed} if product != "digital" else {}
    papers |= {"uncategorized_file": LISTING} if reason == "product_unacceptable" else {}
    for field, said in papers.items():
        place = folder / world.charge["metadata"]["order_id"] / field
        place.mkdir(parents=True)
        (place / "as kept.pdf").write_bytes(a_pdf(said))
