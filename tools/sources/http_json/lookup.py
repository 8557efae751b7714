"""One vendor asked about one case: each request in its order, for each known key, page after page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from disputes import text
from disputes.errors import Invalid
from disputes.evidence import Evidence, Fact, Gap
from tools.sources import keys
from tools.sources.archive import Archive
from tools.sources.http_json import call as calls
from tools.sources.http_json.answer import VendorAnswer, look
from tools.sources.http_json.call import VendorCall
from tools.sources.http_json.client import VendorClient, VendorTrouble
from tools.sources.http_json.extraction import AnswerPage
from tools.sources.http_json.vendor import Request, Vendor

_SAID = 160
_NOTHING = VendorTrouble("", absent=True)


@dataclass
class LookupResult:
    """One request with its keys filled in, and how it has gone so far."""

    request: Request
    bound: Mapping[str, str]
    call: VendorCall
    ref: str
    seen: int = 0
    told: list[VendorTrouble] = field(default_factory=list)


class VendorLookup:
    """What is known so far, and what is still to be asked; an answer that told facts goes to the archive."""

    def __init__(
        self, vendor: Vendor, options: Mapping[str, str], *, desk: VendorClient, known: Evidence, archive: Archive
    ) -> None:
        self._vendor, self._options, self._desk, self._archive = vendor, options, desk, archive
        self._known = known
        self._keys: dict[str, list[str]] = {}
        self._asked: dict[str, list[LookupResult]] = {}
        self._found = Evidence()

    async def run(self, base: str, headers: Mapping[str, str]) -> Evidence:
        """Ask all that can be asked; what goes wrong becomes a gap."""
        for request in self._vendor.requests:
            if not self._is_spared(request):
                for asked in self._ready(request, base):
                    await self._pages(asked, headers)
        found = self._found.plus(Evidence(gaps=tuple(self._gaps())))
        silent = not (found.facts or found.gaps)
        return (
            Evidence(gaps=(self._gap("", "has records of this case, and nothing in them that is used"),))
            if silent
            else found
        )

    def _is_spared(self, request: Request) -> bool:
        """Tell whether a request stands in for one that found a record or failed."""
        first = self._asked.get(request.instead_of or "", [])
        return any(asked.seen or any(not told.absent for told in asked.told) for asked in first)

    def _ready(self, request: Request, base: str) -> Iterator[LookupResult]:
        for number, bound in enumerate(keys.bindings(request.needs, self._values)):
            asked = LookupResult(request, bound, VendorCall("GET", base), ref=_ref(bound) if number else "")
            self._asked.setdefault(request.name, []).append(asked)
            try:
                asked.call = calls.fill(request, base, {**self._options, **bound})
            except Invalid as unfit:
                asked.told.append(VendorTrouble(f"was not asked: {unfit}"))
                continue
            yield asked

    def _values(self, name: str) -> tuple[str, ...]:
        """Give the known values of a key: the vendor's own, else those of the facts."""
        own = tuple(dict.fromkeys(self._keys.get(name, ())))
        return own or keys.known(self._known.plus(self._found), name)

    async def _pages(self, asked: LookupResult, headers: Mapping[str, str]) -> None:
        for number in range(1, asked.request.pages + 1):
            answer = await self._desk.ask(asked.call, headers, absent=asked.request.absent)
            if isinstance(answer, VendorTrouble):
                asked.told.append(answer)
                return
            asked.told += _complaints(asked.request, answer)
            following = await self._read(asked, answer, number=number)
            if following is None:
                break
            asked.call = following
        else:
            asked.told.append(VendorTrouble(f"has more than {asked.request.pages} pages; the rest was not read"))
        if not asked.seen and not asked.told:
            asked.told.append(_NOTHING)

    async def _read(self, asked: LookupResult, answer: VendorAnswer, *, number: int) -> VendorCall | None:
        """Take the facts and keys of one page, and give the call for the next."""
        page = AnswerPage(self._vendor.name, asked.request, answer, ref=asked.ref, begin=asked.seen)
        kept = page.keep(asked.bound)
        asked.seen += len(kept)
        self._found = self._found.plus(await self._told(page, answer))
        for name, more in page.keys().items():
            self._keys.setdefault(name, []).extend(more)
        if asked.request.next is None:
            return None
        try:
            return calls.after(asked.call, asked.request.next, answer, page=number, records=page.total)
        except Invalid as stray:
            asked.told.append(VendorTrouble(str(stray)))
            return None

    async def _told(self, page: AnswerPage, answer: VendorAnswer) -> Evidence:
        told = tuple(page.tell(answer.at))
        facts = [each for each in told if isinstance(each, Fact)]
        gaps = tuple(each for each in told if isinstance(each, Gap))
        if not facts:
            return Evidence(gaps=gaps)
        record = await self._archive.put(f"{self._vendor.name}:{page.name}", page.proof, at=answer.at)
        return Evidence(facts=tuple(fact.model_copy(update={"record": record}) for fact in facts), gaps=gaps)

    def _gaps(self) -> Iterator[Gap]:
        """Give one gap for each way in which a request went wrong, and one when none could be made."""
        if not self._asked:
            needs = " or ".join(dict.fromkeys(", ".join(request.needs) for request in self._vendor.requests))
            yield self._gap("", f"was not asked: it needs {needs}")
        replaced = {request.instead_of for request in self._vendor.requests if request.name in self._asked}
        for name, all_asked in self._asked.items():
            for asked in all_asked:
                for trouble in dict.fromkeys(asked.told):
                    if not (trouble.absent and (asked.request.optional or name in replaced)):
                        yield self._gap(name, self._why(asked, trouble))

    def _gap(self, request: str, why: str) -> Gap:
        name = f"{self._vendor.name} {request.replace('_', ' ')}".strip()
        return Gap(name=name, why=f"{self._vendor.title} {why}.".replace("..", "."), source=self._vendor.name)

    def _why(self, asked: LookupResult, trouble: VendorTrouble) -> str:
        if trouble.refused:
            return refusal(self._vendor, trouble)
        if trouble.absent:
            key = text.line(" ".join(asked.bound.values()), limit=_SAID)
            return f"has no {asked.request.name.replace('_', ' ')} for {key}"
        return trouble.why


def refusal(vendor: Vendor, trouble: VendorTrouble) -> str:
    """Say which settings hold what a vendor refused."""
    secret = [vendor.setting(name) for name, option in vendor.options.items() if option.secret]
    return f"{trouble.why}: set {' and '.join(secret)}" if secret else trouble.why


def _complaints(request: Request, answer: VendorAnswer) -> Iterator[VendorTrouble]:
    told = look(request.error, answer.body) if request.error else None
    if told not in (None, False, "", [], {}):
        said = text.line(told, limit=_SAID) if isinstance(told, str) else ""
        yield VendorTrouble(f"reported an error{': ' + said if said else ''}")


def _ref(bound: Mapping[str, str]) -> str:
    return re.sub(r"[^\w.-]+", "-", " ".join(bound.values()))[:64]
