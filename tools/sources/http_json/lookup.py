"""One vendor's lookup of one case: each request in its order, for each known key, page after page."""

import re
from collections.abc import Iterator, Mapping

from disputes.errors import Invalid
from disputes.evidence import Evidence, Fact, Gap
from tools.sources import keys
from tools.sources.archive import Archive
from tools.sources.http_json import belonging, gaps
from tools.sources.http_json.answer import VendorAnswer, search_all
from tools.sources.http_json.call import VendorCall, build_call, next_call
from tools.sources.http_json.client import VendorClient, VendorTrouble
from tools.sources.http_json.documents import DocumentKeeper
from tools.sources.http_json.extraction import AnswerPage
from tools.sources.http_json.gaps import RequestRun
from tools.sources.http_json.ownership import read_own
from tools.sources.http_json.request import VendorRequest
from tools.sources.http_json.vendor import Vendor

_NO_RECORD = VendorTrouble("", absent=True)


class VendorLookup:
    """Makes a vendor's requests for one case; an answer that gave facts goes to the archive, a file to the keeper."""

    def __init__(  # noqa: PLR0913 - all but two by keyword
        self,
        vendor: Vendor,
        options: Mapping[str, str],
        *,
        client: VendorClient,
        known: Evidence,
        archive: Archive,
        keeper: DocumentKeeper,
    ) -> None:
        self._vendor, self._options, self._client, self._archive = vendor, options, client, archive
        self._known, self._own, self._keeper = known, read_own(known), keeper
        self._keys: dict[str, list[str]] = {}
        self._origins = belonging.Origins()
        self._strange = False
        self._runs: dict[str, list[RequestRun]] = {}
        self._left_out: dict[str, int] = {}
        self._evidence = Evidence()

    async def run(self, headers: Mapping[str, str], *, base: str, instead: str = "") -> Evidence:
        """Make every request that is possible and return the facts; what goes wrong becomes a gap.

        `base` is the vendor's address where a request has none of its own; `instead` replaces both.
        """
        for request in self._vendor.requests:
            if not self._is_unneeded(request):
                for started in self._start(request, instead or request.base or base):
                    await self._pages(started, headers)
        if self._strange and not self._runs:
            why = "was not asked: what is known of the parcels says that they are another carrier's"
            return Evidence(gaps=(gaps.build_gap(self._vendor, "", why, absent=True),))
        evidence = self._evidence.plus(Evidence(gaps=tuple(gaps.find(self._vendor, self._runs, self._left_out))))
        if evidence.facts or evidence.gaps or evidence.attachments:
            return evidence
        found = any(run.count for runs in self._runs.values() for run in runs)
        nothing = (
            "has records of this case, and nothing in them that is used" if found else "has no record of this case"
        )
        return Evidence(gaps=(gaps.build_gap(self._vendor, "", nothing, absent=True),))

    def _is_unneeded(self, request: VendorRequest) -> bool:
        """Check whether a request replaces one that found a record or failed."""
        replaced = [run for name in request.instead_of for run in self._runs.get(name, [])]
        return any(run.count or any(trouble.is_failure for trouble in run.troubles) for run in replaced)

    def _start(self, request: VendorRequest, base: str) -> Iterator[RequestRun]:
        possible = self._combine(request)
        if len(possible) > keys.MAX_COMBINATIONS:
            self._left_out[request.name] = len(possible)
        for number, bound in enumerate(possible[: keys.MAX_COMBINATIONS]):
            run = RequestRun(request, bound, VendorCall("GET", base), ref=_ref(bound) if number else "")
            self._runs.setdefault(request.name, []).append(run)
            try:
                run.call = build_call(request, base, {**self._options, **bound})
            except Invalid as unfit:
                run.troubles.append(VendorTrouble(f"was not asked: {unfit}"))
                continue
            yield run

    def _combine(self, request: VendorRequest) -> list[Mapping[str, str]]:
        """Return the combinations of known values that belong together and that the request is meant for."""
        facts = self._known.plus(self._evidence).facts
        possible = [
            bound
            for bound in keys.combinations(request.needs, self._values)
            if belonging.is_one_parcel(facts, bound) and self._origins.fit(bound)
        ]
        meant = [bound for bound in possible if belonging.is_meant(facts, request.only, bound)]
        self._strange = self._strange or len(meant) < len(possible)
        return meant

    def _values(self, name: str) -> tuple[str, ...]:
        """Return the known values of a key: the vendor's own, else those of the facts."""
        own = tuple(dict.fromkeys(self._keys.get(name, ())))
        return own or keys.values_of(self._known.plus(self._evidence), name)

    async def _pages(self, run: RequestRun, headers: Mapping[str, str]) -> None:
        for number in range(1, run.request.pages + 1):
            answer = await self._client.ask(run.call, headers, absent=run.request.absent, busy=run.request.busy)
            if isinstance(answer, VendorTrouble):
                run.troubles.append(answer)
                return
            run.troubles += gaps.read_errors(run.request, answer)
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
        page = AnswerPage(self._vendor, run.request, answer, ref=run.ref, begin=run.count)
        if run.request.is_file:
            run.count += 1
            self._evidence = self._evidence.plus(
                await self._keeper.keep(run.request.documents[0], run.ref, answer.data)
            )
            return None
        run.count += len(page.select(run.bound, self._own))
        run.troubles += [VendorTrouble(gaps.FOREIGN[verdict], foreign=True) for verdict in page.rejected]
        self._evidence = self._evidence.plus(await self._archived(page, answer))
        self._evidence = self._evidence.plus(await self._files(run, page))
        for found in page.read_keys():
            self._origins.note(found, run.bound)
            for name, more in found.items():
                self._keys.setdefault(name, []).extend(more)
        if run.request.next is None:
            if page.unread:
                run.troubles.append(VendorTrouble(f"has {page.unread} more records than were read"))
            return None
        try:
            return next_call(run.call, run.request.next, answer, page=number, records=page.total)
        except Invalid as stray:
            run.troubles.append(VendorTrouble(str(stray)))
            return None

    async def _archived(self, page: AnswerPage, answer: VendorAnswer) -> Evidence:
        results = tuple(page.facts(answer.at))
        facts = [each for each in results if isinstance(each, Fact)]
        ahead = tuple(each for each in results if isinstance(each, Gap))
        if not facts:
            return Evidence(gaps=ahead)
        record = await self._archive.put(f"{self._vendor.name}:{page.name}", page.body, at=answer.at)
        return Evidence(facts=tuple(fact.model_copy(update={"record": record}) for fact in facts), gaps=ahead)

    async def _files(self, run: RequestRun, page: AnswerPage) -> Evidence:
        kept = Evidence()
        for document in run.request.documents:
            for number, record in enumerate(page.records):
                for part, data in enumerate(search_all(document.data or "", record)):
                    ref = "-".join(filter(None, (run.ref, str(number or ""), str(part or ""))))
                    kept = kept.plus(await self._keeper.keep_base64(document, ref, data))
        return kept


def _ref(bound: Mapping[str, str]) -> str:
    return re.sub(r"[^\w.-]+", "-", " ".join(bound.values()))[:64]
