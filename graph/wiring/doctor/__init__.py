"""What is configured, reachable, embedded, missing: in plain words."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from dotenv import dotenv_values

from disputes import policy
from disputes.errors import Invalid
from disputes.playbook.loading import load_playbooks
from graph.wiring import doctor_packages, doctor_sources, settings
from graph.wiring.doctor import accounts, messages, models, orders, stores, stripe_key, templates
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.settings import Settings

__all__ = ["DoctorFinding", "examine", "find_orders"]

PATIENCE = 5.0  # seconds
SOURCE = "SOURCES__"


async def find_orders(environ: Mapping[str, str], count: int, *, dotenv: Path | None = None) -> list[DoctorFinding]:
    """Ask every source that is on for the orders of the last payments, and say how many each one found, and why not."""
    try:
        chosen = settings.read(environ, dotenv=dotenv)
        settings.require_stripe_key(chosen)
        return await orders.look(chosen, count)
    except Invalid as wrong:
        return [DoctorFinding(title="Last payments", text=str(wrong), fine=False)]


async def examine(environ: Mapping[str, str], *, dotenv: Path | None = None) -> list[DoctorFinding]:
    """Look at every part and say how it is. Starts nothing, and removes again what it wrote to try a server.

    The functions of the job queue stay in a Redis of the user's own, as every start leaves them there.
    """
    try:
        chosen, wrong = _read(environ, dotenv)
    except Invalid as broken:
        return [DoctorFinding(title="Settings", text=str(broken), fine=False)]
    findings = [
        _packages(),
        _rules(chosen),
        *models.look(chosen),
        *[f async for f in templates.look(chosen)],
        _people(chosen),
    ]
    told = [f async for f in messages.look(chosen)]
    outside = [*[f async for f in stores.look(chosen)], *await stripe_key.look(chosen, patience=PATIENCE)]
    sellers = [f async for f in accounts.look(chosen, patience=PATIENCE)]
    return [*findings, *told, *outside, *wrong, *[f async for f in _sources(chosen)], *sellers]


def _read(environ: Mapping[str, str], dotenv: Path | None) -> tuple[Settings, list[DoctorFinding]]:
    """Read the settings; a source that is set wrong becomes a finding and hides no other."""
    try:
        return settings.read(environ, dotenv=dotenv), []
    except Invalid as wrong:
        if not str(wrong).startswith(SOURCE):
            raise
        given = {**(dotenv_values(dotenv) if dotenv else {}), **environ}
        rest = {name: value for name, value in given.items() if value and not name.startswith(SOURCE)}
        return settings.read(rest), [DoctorFinding(title="Sources", text=str(wrong), fine=False)]


async def _sources(chosen: Settings) -> AsyncIterator[DoctorFinding]:
    async for seen in doctor_sources.look(chosen, patience=PATIENCE):
        yield DoctorFinding(**dict(seen))


def _packages() -> DoctorFinding:
    if rivals := doctor_packages.find_rivals():
        means = "Install Rebut into an environment of its own; `langgraph dev` would load the other package."
        return DoctorFinding(title="Packages", text=f"{' '.join(rivals)} {means}", fine=False)
    return DoctorFinding(title="Packages", text="each is this repository's own.")


def _rules(chosen: Settings) -> DoctorFinding:
    try:
        rules, books = policy.load(chosen.policy), load_playbooks()
    except Invalid as wrong:
        return DoctorFinding(title="Policy", text=str(wrong), fine=False)
    return DoctorFinding(title="Policy", text=f"{rules.name} {rules.version}, {len(books.by_reason)} playbooks.")


def _people(chosen: Settings) -> DoctorFinding:
    if not chosen.tokens:
        return DoctorFinding(
            title="People", text="no REBUT_API_TOKENS; let somebody in with `rebut token NAME --role reviewer`."
        )
    return DoctorFinding(title="People", text=", ".join(f"{g.person.name} ({g.person.role})" for g in chosen.tokens))
