"""What is configured, reachable, embedded, missing: in plain words."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from dotenv import dotenv_values
from redis.asyncio import Redis
from redis.exceptions import RedisError

from disputes import policy
from disputes.errors import DisputeError, Invalid, Refused
from disputes.model import Value
from disputes.playbook.loading import load_playbooks
from graph.checkpointer.saver import RedisSaver
from graph.wiring import doctor_events, doctor_packages, doctor_sources, settings
from graph.wiring.settings import Settings
from tools.embedded import servers
from tools.postgres.database import open_engine, ping
from tools.stripe_api.gateway import StripeGateway

PATIENCE = 5.0  # seconds
SOURCE = "SOURCES__"


class DoctorFinding(Value):
    """One thing looked at; `fine` is False when Rebut cannot work as it is."""

    title: str
    text: str
    fine: bool = True

    @property
    def mark(self) -> str:
        """Return the word that leads the line."""
        return "ok     " if self.fine else "PROBLEM"


async def examine(environ: Mapping[str, str], *, dotenv: Path | None = None) -> list[DoctorFinding]:
    """Look at every part and say how it is. Changes nothing, starts nothing."""
    try:
        chosen, wrong = _read(environ, dotenv)
    except Invalid as broken:
        return [DoctorFinding(title="Settings", text=str(broken), fine=False)]
    findings = [_packages(), _rules(chosen), _model(chosen), _people(chosen), _messages(chosen)]
    outside = [*[f async for f in _stores(chosen)], *[f async for f in _stripe(chosen)]]
    return [*findings, *outside, *wrong, *[f async for f in _sources(chosen)]]


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


def _model(chosen: Settings) -> DoctorFinding:
    if chosen.model_key is None and chosen.model_base is None:
        return DoctorFinding(
            title="Model", text="none; the built-in writer composes letters (set OPENAI_API_KEY to use one)."
        )
    return DoctorFinding(
        title="Model", text=f"{chosen.model} at {chosen.model_base or 'OpenAI'}; not called by this check."
    )


def _people(chosen: Settings) -> DoctorFinding:
    if not chosen.tokens:
        return DoctorFinding(
            title="People", text="no REBUT_API_TOKENS; let somebody in with `rebut token NAME --role reviewer`."
        )
    return DoctorFinding(title="People", text=", ".join(f"{g.person.name} ({g.person.role})" for g in chosen.tokens))


def _messages(chosen: Settings) -> DoctorFinding:
    handoff = "handoffs go to REBUT_HANDOFF_URL" if chosen.handoff_url else "no handoff URL"
    return DoctorFinding(title="Messages", text=f"{handoff}; {len(chosen.notify)} notification URLs.")


async def _stores(chosen: Settings) -> AsyncIterator[DoctorFinding]:
    if chosen.redis_url:
        yield await _redis(chosen.redis_url.get_secret_value())
    if chosen.database_url:
        yield await _postgres(chosen.database_url.get_secret_value())
        if seen := await doctor_events.look(chosen.database_url.get_secret_value()):
            yield DoctorFinding(**dict(seen))
    wanted = {"Redis": chosen.redis_url is None, "PostgreSQL": chosen.database_url is None}
    for part in await servers.describe(chosen.home):
        if any(wanted[name] and name in part.title for name in wanted):
            yield _embedded(part)


def _embedded(part: servers.ServerDescription) -> DoctorFinding:
    missing = part.version == "missing"
    state = "running" if part.running else "not running now; it starts with Rebut"
    text = "its package is not installed." if missing else f"embedded, {part.version}, {state}, {part.size:,} bytes."
    return DoctorFinding(title=part.title, text=text, fine=not missing)


async def _redis(url: str) -> DoctorFinding:
    try:
        async with asyncio.timeout(PATIENCE), RedisSaver.from_url(url) as saver:
            version = await saver.setup()
    except TimeoutError:
        return DoctorFinding(title="Redis", text=f"REDIS_URL does not work: no answer in {PATIENCE:.0f} s.", fine=False)
    except (RedisError, OSError, RuntimeError) as failed:
        return DoctorFinding(title="Redis", text=f"REDIS_URL does not work: {failed}", fine=False)
    return DoctorFinding(title="Redis", text=f"yours, version {version}, reachable; {await _memory(url)}")


async def _memory(url: str) -> str:
    async with Redis.from_url(url) as redis:
        try:
            policy_name = (await redis.config_get("maxmemory-policy")).get("maxmemory-policy", "unknown")
        except RedisError:
            return "its eviction policy cannot be read, make sure it is noeviction."
    safe = policy_name == "noeviction"
    return "it never evicts." if safe else f"it evicts ({policy_name}), which can drop suspended runs: set noeviction."


async def _postgres(url: str) -> DoctorFinding:
    try:
        async with open_engine(url, size=1) as engine:
            await ping(engine)
    except DisputeError as failed:
        return DoctorFinding(title="PostgreSQL", text=f"DATABASE_URL does not work: {failed}", fine=False)
    return DoctorFinding(title="PostgreSQL", text="yours, reachable.")


async def _stripe(chosen: Settings) -> AsyncIterator[DoctorFinding]:
    try:
        settings.require_stripe(chosen)
    except Invalid as missing:
        yield DoctorFinding(title="Stripe", text=str(missing), fine=False)
        return
    gateway = StripeGateway(
        chosen.stripe_key.get_secret_value() if chosen.stripe_key else "",
        api_base=chosen.stripe_base,
    )
    mode = "live" if gateway.livemode else "test"
    try:
        await gateway.dispute("du_rebut_doctor_asks")
    except Refused as refused:
        known = "No such dispute" in str(refused)
        state = "reachable" if known else f"the key is refused: {refused}"
        yield DoctorFinding(title="Stripe", text=f"{mode} mode, {state}.", fine=known)
    except DisputeError as failed:
        yield DoctorFinding(title="Stripe", text=f"{mode} mode, not reachable: {failed}", fine=False)
    finally:
        await gateway.aclose()
