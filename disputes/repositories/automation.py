"""The kill switch of automatic filing."""

from datetime import datetime
from typing import Protocol

from disputes.model import Value


class AutomationSwitch(Value):
    """Whether automatic filing is stopped, who moved the switch last, and how much was filed by itself today (UTC).

    `account` is the connected account that it is about, empty for all of them together.
    """

    account: str = ""
    stopped: bool = False
    by: str = ""
    note: str = ""
    at: datetime | None = None
    filed_today: int = 0


class Automation(Protocol):
    """The repository of the switches: one for all accounts, and one for each connected account."""

    async def read(self, account: str | None = None) -> AutomationSwitch:
        """Return the switch as it stands for an account, where the one for all counts too; None is the own account.

        `filed_today` is the account's.
        """
        ...

    async def set(self, switch: AutomationSwitch) -> None:
        """Stop automatic filing, or let it go on."""
        ...
