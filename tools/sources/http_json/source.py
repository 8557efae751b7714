"""A vendor as a source of evidence."""

from collections.abc import Mapping

import httpx

from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, Gap
from disputes.ports.clock import Clock
from disputes.ports.storage import Storage
from tools.sources import archive
from tools.sources.http_json import login, template
from tools.sources.http_json.client import VendorClient, VendorTrouble
from tools.sources.http_json.lookup import VendorLookup, refusal
from tools.sources.http_json.vendor import Vendor

_SHORT = 6  # blotting out a shorter secret would take words that have nothing to do with it


class HttpJsonSource:
    """One vendor's API, asked as its TOML file says. What it cannot tell is a gap; nothing raises.

    `options` are those that `Vendor.accept` gave. One call takes `seconds` at most, one gather twice that, and a
    quarter more for what the storage has not taken by then. `base` is another address than the vendor's, for a test's
    server; a login is then asked at its `/login`.
    """

    def __init__(  # noqa: PLR0913  all but two by keyword, and the last two for who has no storage or no vendor
        self,
        vendor: Vendor,
        options: Mapping[str, str],
        *,
        now: Clock,
        seconds: float = 4.0,
        storage: Storage | None = None,
        base: str = "",
    ) -> None:
        self.name, self.keys = vendor.name, vendor.keys
        self._vendor, self._options, self._now, self._seconds = vendor, options, now, seconds
        self._storage = storage
        self._base = base or template.plain(vendor.base, options)
        self._login = f"{base}/login" if base else ""
        self._client = httpx.AsyncClient(
            follow_redirects=False, timeout=seconds, headers={"Accept": "application/json", "User-Agent": "rebut"}
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Ask whatever the known keys allow."""
        vendor, options = self._vendor, self._options
        desk = VendorClient(self._client, now=self._now, seconds=self._seconds, budget=2 * self._seconds)
        token = await login.token(vendor.login, options, desk, url=self._login) if vendor.login else ""
        if isinstance(token, VendorTrouble):
            why = f"{vendor.title} {refusal(vendor, token)}."
            return Evidence(gaps=(Gap(name=f"{vendor.name} login", why=why, source=vendor.name),))
        secrets = [secret for secret in (token, *login.secrets(vendor, options)) if len(secret) >= _SHORT]
        async with archive.opened(self._storage, dispute.id, secrets=secrets) as kept:
            inquiry = VendorLookup(vendor, options, desk=desk, known=known, archive=kept)
            found = await inquiry.run(self._base, login.headers(vendor, options, token))
            records = await kept.settle(patience=self._seconds / 4)
        return _without(secrets, found).model_copy(update={"records": records})


def _without(secrets: list[str], found: Evidence) -> Evidence:
    """Blot out every secret that a vendor repeats."""

    def blot(written: str) -> str:
        for secret in secrets:
            written = written.replace(secret, "[secret]")
        return written

    def clean(fact: Fact) -> Fact:
        value = blot(fact.value) if isinstance(fact.value, str) else fact.value
        return fact.model_copy(update={"id": blot(fact.id), "value": value})

    gaps = tuple(gap.model_copy(update={"why": blot(gap.why)}) for gap in found.gaps)
    return Evidence(facts=tuple(map(clean, found.facts)), gaps=gaps)
