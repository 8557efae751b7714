"""One vendor's lookup of one case: each request in its order, for each known key, page after page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from disputes import text
from disputes.errors import Invalid
from disputes.evidence import Evidence, Fact, Gap
from tools.sources import keys
from tools.sources.archive import Archive
from tools.sources.http_json.answer import VendorAnswer, search
from tools.sources.http_json.call import VendorCall, build_call, next_call
from tools.sources.http_json.client import VendorClient, VendorTrouble
from tools.sources.http_json.extraction import AnswerPage
from tools.sources.http_json.vendor import Vendor, VendorRequest

_MAX_TEXT = 160
_NO_RECORD = VendorTrouble("", absent=True)


@dataclass
class RequestRun:
    """One request with its keys filled in, the records so far, and what went wrong."""

    request: VendorRequest
    bound: Mapping[str, str]
    call: VendorCall
    ref: str
    count: int = 0
    troubles: list[VendorTrouble] = field(default_factory=list)


class VendorLookup:
    """Makes a vendor's requests for one case; an answer that gave facts goes to the archive."""

    def __init__(
        self, vendor: Vendor, options: Mapping[str, str], *, client: VendorClient, known: Evidence, archive: Archive
    ) -> None:
        self._vendor, self._options, self._client, self._archive = vendor, options, client, archive
        self._known = known
        self._keys: dict[str, list[str]] = {}
        self._runs: dict[str, list[RequestRun]] = {}
        self._evidence = Evidence()

    async def run(self, base: str, headers: Mapping[str, str]) -> Evidence:
        """Make every request that is possible and return the facts; what goes wrong becomes a gap."""
        for request in self._vendor.requests:
            if not self._is_unneeded(request):
                for started in self._start(request, base):
                    await self._pages(started, headers)
        evidence = self._evidence.plus(Evidence(gaps=tuple(self._gaps())))
        if evidence.facts or evidence.gaps:
            return evidence
        nothing = self._gap("", "has records of this case, and nothing in them that is used", absent=True)
        return Evidence(gaps=(nothing,))

    def _is_unneeded(self, request: VendorRequest) -> bool:
        """Check whether a request replaces one that found a record or failed."""
        replaced = self._runs.get(request.instead_of or "", [])
        return any(run.count or any(not trouble.absent for trouble in run.troubles) for run in replaced)

    def _start(self, request: VendorRequest, base: str) -> Iterator[RequestRun]:
        for number, bound in enumerate(keys.bindings(request.needs, self._values)):
            run = RequestRun(request, bound, VendorCall("GET", base), ref=_ref(bound) if number else "")
            self._runs.setdefault(request.name, []).append(run)
            try:
                run.call = build_call(request, base, {**self._options, **bound})
            except Invalid as unfit:
                run.troubles.append(VendorTrouble(f"was not asked: {unfit}"))
                continue
            yield run

    def _values(self, name: str) -> tuple[str, ...]:
        """Return the known values of a key: the vendor's own, else those of the facts."""
        own = tuple(dict.fromkeys(self._keys.get(name, ())))
        return own or keys.values_of(self._known.plus(self._evidence), name)

    async def _pages(self, run: RequestRun, headers: Mapping[str, str]) -> None:
        for number in range(1, run.request.pages + 1):
            answer = await self._client.ask(run.call, headers, absent=run.request.absent)
            if isinstance(answer, VendorTrouble):
                run.troubles.append(answer)
                return
            run.troubles += _reported_errors(run.request, answer)
            following = await self._read(run, answer, number=number)
            if following is None:
                break
            run.call = following
        else:
            run.troubles.append(VendorTrouble(f"has more than {run.request.pages} pages; the rest was not read"))
        if not run.count and not run.troubles:
            run.troubles.append(_NO_RECORD)

    async def _read(self, run: RequestRun, answer: VendorAnswer, *, number: int) -> VendorCall | None:
        """Take the facts and keys of one page, and return the call for the next."""
        page = AnswerPage(self._vendor.name, run.request, answer, ref=run.ref, begin=run.count)
        run.count += len(page.select(run.bound))
        self._evidence = self._evidence.plus(await self._archived(page, answer))
        for name, more in page.keys().items():
            self._keys.setdefault(name, []).extend(more)
        if run.request.next is None:
            return None
        try:
            return next_call(run.call, run.request.next, answer, page=number, records=page.total)
        except Invalid as stray:
            run.troubles.append(VendorTrouble(str(stray)))
            return None

    async def _archived(self, page: AnswerPage, answer: VendorAnswer) -> Evidence:
        results = tuple(page.facts(answer.at))
        facts = [each for each in results if isinstance(each, Fact)]
        gaps = tuple(each for each in results if isinstance(each, Gap))
        if not facts:
            return Evidence(gaps=gaps)
        record = await self._archive.put(f"{self._vendor.name}:{page.name}", page.body, at=answer.at)
        return Evidence(facts=tuple(fact.model_copy(update={"record": record}) for fact in facts), gaps=gaps)

    def _gaps(self) -> Iterator[Gap]:
        """Yield one gap for each way in which a request went wrong, and one when none could be made."""
        if not self._runs:
            needs = " or ".join(dict.fromkeys(", ".join(request.needs) for request in self._vendor.requests))
            yield self._gap("", f"was not asked: it needs {needs}")
        replaced = {request.instead_of for request in self._vendor.requests if request.name in self._runs}
        for name, runs in self._runs.items():
            for run in runs:
                for trouble in dict.fromkeys(run.troubles):
                    if not (trouble.absent and (run.request.optional or name in replaced)):
                        yield self._gap(name, self._reason(run, trouble), absent=trouble.absent)

    def _gap(self, request: str, why: str, *, absent: bool = False) -> Gap:
        name = f"{self._vendor.name} {request.replace('_', ' ')}".strip()
        return Gap(
            name=name, why=f"{self._vendor.title} {why}.".replace("..", "."), source=self._vendor.name, absent=absent
        )

    def _reason(self, run: RequestRun, trouble: VendorTrouble) -> str:
        if trouble.refused:
            return refusal_reason(self._vendor, trouble)
        if trouble.absent:
            key = " ".join(text.line(value, name=name) for name, value in run.bound.items())[:_MAX_TEXT]
            return f"has no {run.request.name.replace('_', ' ')} for {key}"
        return trouble.why


def refusal_reason(vendor: Vendor, trouble: VendorTrouble) -> str:
    """Return why a vendor refused, with the settings that hold the refused secrets."""
    secret = [vendor.setting(name) for name, option in vendor.options.items() if option.secret]
    return f"{trouble.why}: set {' and '.join(secret)}" if secret else trouble.why


def _reported_errors(request: VendorRequest, answer: VendorAnswer) -> Iterator[VendorTrouble]:
    error = search(request.error, answer.body) if request.error else None
    if error not in (None, False, "", [], {}):
        message = text.line(error, limit=_MAX_TEXT) if isinstance(error, str) else ""
        yield VendorTrouble(f"reported an error{': ' + message if message else ''}")


def _ref(bound: Mapping[str, str]) -> str:
    return re.sub(r"[^\w.-]+", "-", " ".join(bound.values()))[:64]
