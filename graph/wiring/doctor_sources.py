"""Which sources of evidence are on, which are off, and what is wrong with them: in plain words."""

from collections.abc import AsyncIterator, Mapping

from pydantic import SecretStr

from disputes.errors import Invalid
from disputes.model import Value
from graph.wiring.settings import Settings
from tools.sources import catalog
from tools.sources.options import Offer


class SourceCheck(Value):
    """What was found out about one source, or about those that are off."""

    title: str
    text: str
    fine: bool = True


async def look(chosen: Settings, *, patience: float) -> AsyncIterator[SourceCheck]:
    """Check each source that is on, then list those that are off. Calls no vendor."""
    try:
        offers = catalog.offers()
    except Invalid as wrong:
        yield SourceCheck(title="Sources", text=str(wrong), fine=False)
        return
    async for seen in check_all(chosen.sources, patience=patience):
        yield seen
    off = [offer.title for name, offer in offers.items() if name not in chosen.sources]
    if off:
        yield SourceCheck(
            title="Sources that are off", text=f"{', '.join(off)}; `rebut sources` names what each needs."
        )


async def check_all(sources: Mapping[str, Mapping[str, SecretStr]], *, patience: float) -> AsyncIterator[SourceCheck]:
    """Check each of the sources that an account has on."""
    offers = catalog.offers()
    for name, options in sources.items():
        given = {option: value.get_secret_value() for option, value in options.items()}
        yield await _one(offers[name], given, patience=patience)


async def _one(offer: Offer, given: dict[str, str], *, patience: float) -> SourceCheck:
    title = f"Source {offer.title}"
    try:
        trial = await catalog.check(offer, given, seconds=patience)
    except Invalid as wrong:
        return SourceCheck(title=title, text=f"on, and it cannot work: {wrong}", fine=False)
    return SourceCheck(title=title, text=f"on, {trial}. It adds {offer.adds}.")
