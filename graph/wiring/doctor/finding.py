"""One thing that was looked at, and how it is."""

from collections.abc import Iterable
from typing import Literal

from disputes.model import Value
from tools.fitness import Shortcoming


class DoctorFinding(Value):
    """One thing looked at; `fine` is False when Rebut cannot work as it is, `remark` where it works less well."""

    title: str
    text: str
    fine: bool = True
    remark: bool = False

    @property
    def mark(self) -> Literal["ok     ", "NOTE   ", "PROBLEM"]:
        """Return the word that leads the line."""
        if not self.fine:
            return "PROBLEM"
        return "NOTE   " if self.remark else "ok     "


def tell(title: str, found: Iterable[Shortcoming], *, otherwise: str, setting: str = "") -> list[DoctorFinding]:
    """Return a finding for each shortcoming, or one that says `otherwise`; `setting` leads what is fatal."""
    named = f"{setting} does not work: " if setting else ""
    return [
        DoctorFinding(title=title, text=f"{named if each.fatal else ''}{each.whole}", fine=not each.fatal, remark=True)
        for each in found
    ] or [DoctorFinding(title=title, text=otherwise)]
