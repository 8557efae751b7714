"""Accounts side by side, each with a word of its own in all that belongs to it, so that nothing can cross unseen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from disputes import policy, toml_file
from disputes.policy import SHIPPED, path_of
from simulator.worlds import grid
from tests.tools.attachments.merchant_files import a_pdf

OWN, KITES, BOATS, STRANGER = "Ambergris", "Bluebell", "Cormorant", "Dandelion"
MARKS = (OWN, KITES, BOATS, STRANGER)
"""The words of the platform, of two sellers with settings, and of one without."""
REASONS = ("product_not_received", "product_unacceptable", "credit_not_processed", "duplicate", "fraudulent")
ORDER = "1001"
"""The number of every account's order: a key that is the same everywhere."""
NOTED = tuple(policy.load().metadata)


@dataclass(frozen=True)
class Seller:
    """One account: None is the own one. `wants` holds keys of its policy, None where it has no settings."""

    mark: str
    account: str | None
    wants: dict[str, Any] | None
    stopped: bool = False

    @property
    def strangers(self) -> tuple[str, ...]:
        return tuple(mark for mark in MARKS if mark != self.mark)

    @property
    def is_known(self) -> bool:
        return self.wants is not None

    @property
    def asks_models(self) -> bool:
        return bool(self.wants and self.wants["model"]["agents"])

    @property
    def base(self) -> str:
        return str((self.wants or {}).get("based_on", "default"))

    @property
    def table(self) -> dict[str, Any]:
        """The seller's policy as a table of a file: wishes with everything in it that bears the seller's word."""
        key = {kind: [f"{self.mark.lower()}_{kind}"] for kind in NOTED}
        lane = {"name": self.mark, "queue": f"{self.mark} lane", "why": f"{self.mark} decides.", "files": True}
        words = {
            "name": f"{self.mark} Goods",
            "refund_policy": f"What {self.mark} sold comes back within 30 days and is paid back in full.",
            "cancellation_policy": f"A plan of {self.mark} may be cancelled 48 hours before.",
        }
        own = {"metadata": key, "lane": [lane], "threshold": [], "person_queue": f"{self.mark} people"}
        wishes = {**(self.wants or {}), **own}
        return {**wishes, "merchant": {**words, **wishes.get("merchant", {})}}

    def objects(self, now: datetime, tag: str, *, reason: str) -> list[dict[str, Any]]:
        """Return a dispute's world in this account; its payment has every other account's keys too."""
        made = grid.build(now, tag, reason=reason, product="physical")
        owned = {"_account": self.account} if self.account else {}
        return [{**self._bent(thing), **owned} for thing in made]

    def _bent(self, thing: dict[str, Any]) -> dict[str, Any]:
        noted = thing.get("metadata") or {}
        if "order_id" not in noted:
            return thing
        number = ORDER if noted["order_id"] else ""
        own = {**{kind: said for kind, said in noted.items() if kind in NOTED}, "order_id": number}
        own.pop("product_type", None)
        bent = {f"{self.mark.lower()}_{kind}": said for kind, said in own.items()}
        for mark in self.strangers:
            bent |= {f"{mark.lower()}_{kind}": f"{mark}-{kind}"[:40] for kind in ("order_id", "carrier", "user_id")}
        return {**thing, "metadata": bent}

    def file_away(self, folder: Path) -> Path:
        place = folder / self.mark / ORDER / "shipping_documentation"
        place.mkdir(parents=True, exist_ok=True)
        (place / "as kept.pdf").write_bytes(a_pdf(f"A paper of {self.mark}"))
        return folder / self.mark


def toml(value: object) -> str:
    """Write a value as TOML, tables inline."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def lines(table: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {toml(value)}\n" for key, value in table.items())


def write_policy(path: Path, sellers: tuple[Seller, ...]) -> None:
    """Write the policy file of the own account with a table for each connected one that has settings."""
    (own,) = (seller for seller in sellers if seller.account is None)
    table = dict(own.table)
    whole = toml_file.read(path_of(table.pop("based_on")), "shipped")
    parts = [lines({**whole, **table, "name": "platform"})]
    others = [seller for seller in sellers if seller.account and seller.is_known]
    parts += [f"\n[account.{seller.account}]\n{lines(seller.table)}" for seller in others]
    path.write_text("".join(parts))


def variables(sellers: tuple[Seller, ...], folder: Path) -> dict[str, str]:
    """Return the settings of each account's folder, and lay its paper there."""
    return {
        f"{f'ACCOUNT__{seller.account}__' if seller.account else ''}SOURCES__FILES__FOLDER": str(
            seller.file_away(folder)
        )
        for seller in sellers
        if seller.is_known
    }


_AGENTS = st.sampled_from([[], ["classifier"], ["classifier", "rebuttal"]])


@st.composite
def wishes(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """Draw the keys of one policy, of which no two accounts have the same where it would tell."""
    return {
        "based_on": draw(st.sampled_from(sorted(SHIPPED))),
        "automatic": draw(st.sampled_from([True, True, False])),
        "daily_cap": draw(st.sampled_from([(0, 9_999), (1, 11), (2, 12)][number])),
        "file_at": draw(st.sampled_from([0.31, 0.51, 0.91])) + number / 100,
        "merchant": draw(st.sampled_from([{}, {"product_type": "physical"}])),
        "sources": {"seconds": 5.0 + number, "budget": 20.0 + number},
        "model": {"agents": draw(_AGENTS), "tokens": 50_000 + number},
    }


@st.composite
def sellers(draw: st.DrawFn) -> tuple[Seller, ...]:
    """Draw the platform, two sellers and a stranger, in any order; account ids are not given yet."""
    wanted = [draw(wishes(number)) for number in range(3)]
    stopped = draw(st.sampled_from(["", KITES, BOATS]))
    names = [None, f"acct_{KITES}", f"acct_{BOATS}", f"acct_{STRANGER}"]
    known = [*wanted, None]
    made = [
        Seller(mark, name, wants, stopped=mark == stopped)
        for mark, name, wants in zip(MARKS, names, known, strict=True)
    ]
    return tuple(draw(st.permutations(made)))
