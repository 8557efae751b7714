"""Ordinary English words that a letter writes with a capital, at a sentence's head or in a heading. Pure.

A word is ordinary where a list has it, or a regular ending or beginning of it (`Renewing`, `Undelivered`); any other
with a capital may be a name. No word that people are often named is in the list.
"""

from disputes.letter.grounding import numerals

_MORE = frozenset(
    """
    abroad absolutely accessible accompanying accordingly accurate acquiring adjustment administrative advance
    advertised affected afternoon agent agents agreeing ahead aim airline album alert alike allegation alleged
    allow almost alone along aloud alternatively amended analysis announced annual answer answering anyone
    anything anyway apart apparel apparent appeal application appointment appropriate argued argument art article
    articles aspect assembly assertion assessment asset assigned assistance associated assumed assurance attempt
    attempts attention authentic authenticated authentication author authority automatic automatically average
    aware away backup bag bank banks base basic basis batch bearing became benefit beyond bicycle bill blanket
    block board boarding body book booking bookings books bottle bottom box boxes branch brand breakdown brief
    bring broken browser bundle business button buy cable calendar call calls campaign capital capture card-absent
    card-not-present cardholder cardless cardmember care carefully case cases cash category cause caused centre
    century chain chair challenge chance change changed changes channel chapter charging choice choosing chosen
    circumstances city class classes clause clear clearance clearing clerk clothing code codes coffee column
    commercial commission committee common commonly compare compelling complaint complaints computer concern
    concert conduct conference confidential consequence consignment consistent consumption content contract
    contracts control convenience conversation cookie cooperation corresponding cost costs counsel count counted
    counter counterclaim counterfeit country couple courier couriers course courses creation criteria cross
    currency currently custom customary cycle daily dashboard database day days deadline dealing deals debit
    decision declared deducting default defect defective defence degree delay delayed demand denial denied
    department departure deposit desk destination detailed determined difference different digitally direct
    direction directly director discount discussion display displayed distance district division dollar dollars
    domain domestic door double doubt draft drop duplicate duration duty e-commerce earlier earliest early eastern
    ecommerce economy edition editor educational effect effective eighty electronically element elements eleven
    else employee encrypted engaged engine english enough enrolled enrollment enrolment ensure entered enterprise
    entirety entrance envelope environment equipment error essential essentially estimate estimated euro euros
    evening event eventually everyone everywhere exam example exceptions exchange exclusively existence expected
    expedited expense expert expiry explained explanation explicit express expressly extended extension extra eye
    factor failing fair family far fashion fast favor favour feature features fee feedback fewer field fifteen
    fifty fill finding fine fingerprint fit five fixed flat flight floor focus folder font food foreign forged
    form former forty forum forward four fourteen frame free freight frequency frequent friday friend front
    fulfilled function furniture future game games garment gate gateway general generally gift gifts global good
    gradually great ground group groups guest guests guide half hall handling hands hard head heading health
    hearing held help helpful hereunder hidden hide high higher highlighted hold holder holding home hotel house
    household idea ideal image images immediate importance important importantly impossible inbox incident
    inclusive income increase independent independently index indicated indication individual industry inner input
    inquiry inside install installation instant instead instruction instructions insurance insured intact
    integrity interest interface intermediate international internet introduction inventory invitation involved
    iron island issue issuers issues issuing job journey jurisdiction key keys kit label labels lamp land language
    laptop large later launch law layer lead learner leave left legal length lesson lessons level library lie life
    light like likewise limit limited limits line lines link links liquid little live load loading local locate
    located location locations logic logo long longer look lookup loss lost lot low lower luggage machine magazine
    mail mailbox main mainly maintenance major manager mandate manner manual manufacturer map margin market
    marketing master material materials maximum mean meaning measure media medium meeting member members
    membership memo memory mention menu merchandise merely method middle midnight mind minimum minor minute mode
    model modern modification moment monetary money monitoring morning mostly mother mount move movement moving
    mug multiple mutual naturally nature near nearest neighbor neighbour nested network networks new news nineteen
    ninety nobody non-delivery non-receipt noon norm normally north notation notification notwithstanding number
    numerous object objective obligation occasionally office officer official offline older online operation
    operator opinion opposite option optional oral organisation organization origin originally otherwise outbound
    outcome output outstanding over overnight overseas owing owner packing page painting pair panel paragraph
    parent partially participant participation particularly partly partner parts passage passenger password patch
    path pattern payable payee payout people percentage perfectly performance periodic permanent permission
    permitted persistence perspective phase phone photograph photographs photography physical piece pieces pin
    pixel place plain plan plans platform platforms play player plus pocket point points port portion position
    possible possibly post postcode poster potential power practical practice precise precisely preliminary
    premises premium prepaid preparation presence presentation presently press prevention previous price primary
    principal print printed printing priority probably procedure proceeding profile program project promise prompt
    promptly property proposal protection protocol provider providers public publication published purpose push
    quality quarter query quick quickly quiet quote radio range rate rates rating raw reader reading real reality
    really rebuttal recall recipients recognised recognized reconciliation red redeemed reduced reduction refer
    referral regardless region register registered regular regulation rejected relating relation relations
    relationship relative release reliable relying reminder remote removal removed rent rental repair repeated
    representative represented representment requirement requirements rescheduled reservation reservations reserve
    residence resolution resource respect respectively rest retail retailer retrieval revenue reverse revised
    right rights ring risk road role roll room rooms root round route rule rules running safe safely sample
    satisfaction saturday saved saying scene school scope score seal sealed search season seat second sector see
    seeing seemingly seller seminar senior separate separately serial series serious setting settings settlement
    seventeen seventy shelf shop shopper shopping short shortly sign significant silent silver similar sixteen
    sixty skill slight slightly slip slot small smart snapshot social software sole solely solution somewhere
    source south space special species speed split spot square staff stage stages stamp stamped standard standing
    start state station statutory stay step steps stock stop store stores story strategy stream street strict
    strictly strong student studio study style subscriptions subsequent substance substantial success successful
    successfully sufficiently suitable suite sunday supplementary supplies sure surface survey switch symbol
    system systems table tag talk target task teacher team technology telephone temporary ten tent terminal test
    testing textile theme theory thereto thing things third thirteen thirty thousand thread three thursday ticket
    tickets tier till timestamp timestamped timing tiny tip today token told tool tools top topic total touch tour
    tourist town trackable trade trademark training transcript transit translation travel traveler traveller
    treatment trip trouble truck true trust truth tuesday tuition twelve twenty two typical typically ultimately
    unable unauthorised unauthorized unchanged uncollected unique unit universal university unknown unlike
    unlimited unpaid unread unused unusual upcoming upgrade upper upstream urgent usability user username utc
    validity valuable valuation van variety various vehicle vendors venue verbal verifiable version very view
    viewed viewing visible vision visit visitor visual voice void volume waiver walk wall wallet want warning
    warranty watch water way ways web wednesday weight well west western whereby whereupon wide widely width
    window wire wireless witness word wording words worker workflow workshop world worldwide worth written wrong
    yard year yesterday zero zip zone
    """.split()
)
_ENDINGS = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "ly",
    "ment",
    "ments",
    "ness",
    "able",
    "al",
    "ally",
    "ation",
    "ations",
    "ion",
    "ions",
    "ity",
)
_BEGINNINGS = ("un", "re", "non", "pre", "mis", "dis", "over", "under", "out", "in")
_MIN_STEM = 4


def is_ordinary(word: str, plain: frozenset[str]) -> bool:
    """Check that a folded word is an ordinary one: in `plain` or the list of this module, or of a word that is."""
    return all(part and _is_listed(part, plain) for part in word.split("-")) or _is_listed(word, plain)


def _is_listed(word: str, plain: frozenset[str]) -> bool:
    if word in plain or word in _MORE or numerals.is_number(word):
        return True
    begun = next((word.removeprefix(start) for start in _BEGINNINGS if word.startswith(start)), word)
    return any(_is_stem(stem, plain) for whole in (word, begun) for stem in _stems(whole))


def _stems(word: str) -> list[str]:
    cut = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
    return [word, *cut, *(f"{stem}e" for stem in cut), *(f"{stem[:-1]}y" for stem in cut if stem.endswith("i"))]


def _is_stem(stem: str, plain: frozenset[str]) -> bool:
    return len(stem) >= _MIN_STEM and (stem in plain or stem in _MORE)
