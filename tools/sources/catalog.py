"""Every source besides Stripe: which there are, which the merchant switched on, and how they are opened."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from disputes.errors import Invalid
from disputes.policy import SourceLimits
from disputes.ports.clock import Clock
from disputes.ports.sources import Source
from disputes.ports.storage import Storage
from tools.sources import ip_location, sql
from tools.sources.files import source as files
from tools.sources.http_json import vendor
from tools.sources.http_json.source import HttpJsonSource
from tools.sources.http_json.vendor import Vendor
from tools.sources.options import Offer

Options = dict[str, dict[str, str]]

CALL_SHARE = 0.4  # of a source's seconds, for one call: two calls and storing their answers fit into its time


def offers() -> dict[str, Offer]:
    """Return every source by its name. Raises `Invalid` when a vendor's file is wrong."""
    return vendor.load() | {offer.name: offer for offer in (sql.OFFER, files.OFFER, ip_location.OFFER)}


def accept(settings: Mapping[str, Mapping[str, str]]) -> Options:
    """Return the options of every source that is switched on, with defaults filled in.

    Raises `Invalid` with one sentence that names the unknown, wrong or missing setting and shows no value.
    """
    if not settings:
        return {}
    offered = offers()
    for name, options in settings.items():
        if name not in offered:
            setting = f"SOURCES__{name}__{next(iter(options), '')}".upper()
            raise Invalid(f"{setting} is unknown: the sources are {', '.join(offered)}.")
    accepted = {name: offered[name].accept(options) for name, options in settings.items()}
    return {name: options for name, options in accepted.items() if options is not None}


async def check(offer: Offer, options: dict[str, str], *, seconds: float) -> str:
    """Check a source as it is configured, without calling a vendor, and return its state as the end of a sentence.

    Raises `Invalid` with one sentence when it cannot work.
    """
    if offer is files.OFFER:
        await files.check(options, seconds=seconds)
        return "and its folder or bucket can be read"
    if offer is ip_location.OFFER:
        return f"and {await ip_location.check(options)} can be read"
    if offer is sql.OFFER:
        async with sql.open_source(options, now=_no_clock, seconds=seconds) as source:
            await source.check()
        return "and the database can be read"
    return "with every setting it needs; not called by this check"


@asynccontextmanager
async def open_sources(
    options: Options, *, now: Clock, limits: SourceLimits, storage: Storage, bases: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[Source, ...]]:
    """Yield every source that is switched on. Raises `Invalid` when one of them cannot work as it is configured.

    `bases` replaces the addresses of vendors by name, for a test's servers.
    """
    offered, seconds = await asyncio.to_thread(offers), limits.seconds * CALL_SHARE
    async with AsyncExitStack() as stack:
        sources: list[Source] = []
        for name, settings in options.items():
            offer = offered[name]
            if isinstance(offer, Vendor):
                base = (bases or {}).get(name, "")
                source = HttpJsonSource(offer, settings, now=now, seconds=seconds, storage=storage, base=base)
                stack.push_async_callback(source.aclose)
                sources.append(source)
            elif offer is files.OFFER:
                sources.append(await asyncio.to_thread(files.open_source, settings, storage=storage))
            elif offer is ip_location.OFFER:
                opened = asyncio.to_thread(ip_location.open_source, settings, now=now, storage=storage)
                sources.append(await opened)
            else:
                opening = sql.open_source(settings, now=now, seconds=seconds, storage=storage)
                sources.append(await stack.enter_async_context(opening))
        yield tuple(sources)


def _no_clock() -> datetime:
    raise NotImplementedError
