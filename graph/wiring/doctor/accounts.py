"""Which connected accounts have settings, and what is wrong with their sources: in plain words."""

from collections.abc import AsyncIterator, Iterator

from disputes.errors import Invalid
from disputes.policy.accounts import load_accounts
from graph.wiring import doctor_sources
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.settings import Settings

TITLE = "Connected accounts"


async def look(chosen: Settings, *, patience: float) -> AsyncIterator[DoctorFinding]:
    """Say which accounts have a table, then check each source of theirs; nothing where there is no account."""
    try:
        sellers = load_accounts(chosen.policy)
    except Invalid as wrong:
        yield DoctorFinding(title=TITLE, text=str(wrong), fine=False)
        return
    if sellers:
        yield DoctorFinding(title=TITLE, text=f"{', '.join(sellers)}; any other is heard and waits.")
    for missing in _without_table(chosen, set(sellers)):
        yield missing
    for account, sources in chosen.account_sources.items():
        async for seen in doctor_sources.check_all(sources, patience=patience):
            yield DoctorFinding(title=f"{account}, {seen.title}", text=seen.text, fine=seen.fine)


def _without_table(chosen: Settings, sellers: set[str]) -> Iterator[DoctorFinding]:
    for account in sorted(set(chosen.account_sources) - sellers):
        text = f"ACCOUNT__{account}__SOURCES__... has no table [account.{account}] in the policy; add one."
        yield DoctorFinding(title=TITLE, text=text, fine=False)
