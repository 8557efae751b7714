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
from tools.sources.http_json.documents import DocumentKeeper
from tools.sources.http_json.gaps import refusal_reason
from tools.sources.http_json.lookup import VendorLookup
from tools.sources.http_json.vendor import Vendor

_MIN_SECRET = 6  # characters; hiding a shorter secret would hide unrelated words


class HttpJsonSource:
    """One vendor's API, called as its TOML file says. What it cannot answer is a gap; nothing raises.

    `options` are those that `Vendor.accept` gave. One call takes `seconds` at most, one gather twice that, and a
    quarter more for answers that the storage has not taken by then. `base` replaces the vendor's address, for a test's
    server; the login is then at its `/login`.
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
        self.name, self.keys, self.offers = vendor.name, vendor.keys, vendor.kinds
        self._vendor, self._options, self._now, self._seconds = vendor, options, now, seconds
        self._storage = storage
        self._base, self._given = template.fill_options(vendor.base, options), base
        self._login = f"{base}/login" if base else ""
        self._client = httpx.AsyncClient(
            follow_redirects=False, timeout=seconds, headers={"Accept": "application/json", "User-Agent": "rebut"}
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Make every request that the known keys allow, and return facts and gaps."""
        vendor, options = self._vendor, self._options
        client = VendorClient(self._client, now=self._now, seconds=self._seconds, budget=2 * self._seconds)
        token = await login.token(vendor.login, options, client, url=self._login) if vendor.login else ""
        if isinstance(token, VendorTrouble):
            why = f"{vendor.title} {refusal_reason(vendor, token)}."
            return Evidence(gaps=(Gap(name=f"{vendor.name} login", why=why, source=vendor.name),))
        secrets = [secret for secret in (token, *login.secrets(vendor, options)) if len(secret) >= _MIN_SECRET]
        client.hide(secrets)
        async with archive.open_archive(self._storage, dispute.id, secrets=secrets) as answers:
            keeper = DocumentKeeper(vendor, self._storage, dispute.id)
            lookup = VendorLookup(vendor, options, client=client, known=known, archive=answers, keeper=keeper)
            headers = login.headers(vendor, options, token)
            evidence = await lookup.run(headers, base=self._base, instead=self._given)
            records = await answers.finish(seconds=self._seconds / 4)
        return _without_secrets(secrets, evidence).model_copy(update={"source_answers": records})


def _without_secrets(secrets: list[str], evidence: Evidence) -> Evidence:
    """Return the evidence with every secret that the vendor repeated hidden."""

    def hide(written: str) -> str:
        for secret in secrets:
            written = written.replace(secret, "[secret]")
        return written

    def clean(fact: Fact) -> Fact:
        value = hide(fact.value) if isinstance(fact.value, str) else fact.value
        return fact.model_copy(update={"id": hide(fact.id), "value": value})

    gaps = tuple(gap.model_copy(update={"why": hide(gap.why)}) for gap in evidence.gaps)
    return evidence.model_copy(update={"facts": tuple(map(clean, evidence.facts)), "gaps": gaps})
