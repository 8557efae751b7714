"""Plays `rebut doctor --last 20` before five shops that lost three orders: `python -m tests.shops`."""

import asyncio
import sys

from graph.wiring import settings
from graph.wiring.doctor import DoctorFinding, orders
from tests.shops.session import SETTINGS, open_shops, sales

LOST = (2, 7, 17)  # sales whose order the shop does not have any more


async def play() -> list[DoctorFinding]:
    """Return what doctor says."""
    kept = [sale for at, sale in enumerate(sales()) if at not in LOST]
    async with open_shops(kept) as (stripe, bases):
        chosen = settings.read({"STRIPE_SECRET_KEY": "sk_test_session", "STRIPE_API_BASE": stripe, **SETTINGS})
        return await orders.look(chosen, 20, bases=bases)


def write(findings: list[DoctorFinding]) -> str:
    """Return the findings as the command prints them."""
    return "".join(f"{finding.mark}  {finding.title}: {finding.text}\n" for finding in findings)


if __name__ == "__main__":
    sys.stdout.write(write(asyncio.run(play())))
