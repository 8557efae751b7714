"""Every source there is besides Stripe: what is offered, what the merchant switched on, and how it is opened."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from disputes.errors import Invalid
from disputes.policy import SourceLimits
from disputes.ports.clock import Clock
from disputes.ports.sources import Source
from disputes.ports.storage import Storage
from tools.sources import sql
from tools.sources.files import source as files
from tools.sources.http_json import vendor as vendors
from tools.sources.http_json.source import HttpJsonSource
from tools.sources.http_json.vendor import Vendor
from tools.sources.options import Offer

Options = dict[str, dict[str, str]]

OF_THE_LIMIT = 0.4  # of a source's seconds, for one call: two, and keeping them, end before the source is given up


def offers() -> dict[str, Offer]:
    """Give every source by its name. Raises `Invalid` when a vendor's file is wrong."""
    return {**vendors.load(), sql.OFFER.name: sql.OFFER, files.OFFER.name: files.OFFER}


def accept(given: Mapping[str, Mapping[str, str]]) -> Options:
    """Give the options of every source that is switched on, defaults filled in.

    Raises `Invalid` with one sentence that names the setting which is unknown, wrong or missing, and tells no value.
    """
    if not given:
        return {}
    known = offers()
    for name, options in given.items():
        if name not in known:
            setting = f"SOURCES__{name}__{next(iter(options), '')}".upper()
            raise Invalid(f"{setting} is unknown: the sources are {', '.join(known)}.")
    accepted = {name: known[name].accept(options) for name, options in given.items()}
    return {name: options for name, options in accepted.items() if options is not None}


async def trial(offer: Offer, options: dict[str, str], *, seconds: float) -> str:
    """Try a source as it is configured, without a vendor being called, and give a few words on how it is.

    Raises `Invalid` with one sentence when it cannot work.
    """
    if offer is files.OFFER:
        await files.trial(options, seconds=seconds)
        return "and its folder or bucket can be read"
    if offer is sql.OFFER:
        async with sql.open_source(options, now=_never, seconds=seconds) as source:
            await source.trial()
        return "and the database can be read"
    return "with every setting it needs; not called by this check"


@asynccontextmanager
async def open_sources(
    options: Options, *, now: Clock, limits: SourceLimits, storage: Storage
) -> AsyncIterator[tuple[Source, ...]]:
    """Open every source that is switched on. Raises `Invalid` when one of them cannot work as it is configured."""
    known, seconds = await asyncio.to_thread(offers), limits.seconds * OF_THE_LIMIT
    async with AsyncExitStack() as stack:
        opened: list[Source] = []
        for name, given in options.items():
            offer = known[name]
            if isinstance(offer, Vendor):
                source = HttpJsonSource(offer, given, now=now, seconds=seconds, storage=storage)
                stack.push_async_callback(source.aclose)
                opened.append(source)
            elif offer is files.OFFER:
                opened.append(await asyncio.to_thread(files.opened, given, storage=storage))
            else:
                opening = sql.open_source(given, now=now, seconds=seconds, storage=storage)
                opened.append(await stack.enter_async_context(opening))
        yield tuple(opened)


def _never() -> datetime:
    raise NotImplementedError
