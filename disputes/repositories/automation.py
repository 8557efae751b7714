"""The kill switch of automatic filing."""

from datetime import datetime
from typing import Protocol

from disputes.model import Value


class AutomationSwitch(Value):
    """Whether automatic filing is stopped, who moved the switch last, and how much was filed by itself today (UTC)."""

    stopped: bool = False
    by: str = ""
    note: str = ""
    at: datetime | None = None
    filed_today: int = 0


class Automation(Protocol):
    """The repository of the switch."""

    async def read(self) -> AutomationSwitch:
        """Return the switch as it stands."""
        ...

    async def set(self, switch: AutomationSwitch) -> None:
        """Stop automatic filing, or let it go on."""
        ...
