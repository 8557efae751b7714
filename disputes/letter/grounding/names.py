"""Which words of a letter are names, which must stand in a fact: those with a capital, but for the plain ones. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.letter.grounding import folding, ordinary, tokens
from disputes.letter.grounding.tokens import TextToken

_TRADE = frozenset(
    "avs cvc cvv cvn stripe utc gmt ip arn pdf id i d mr mrs ms dr eci pod url vat sku sms gps otp "
    "pin mcc sca us uk eu usa "
    "frau herr monsieur madame mme mlle senor senora signor signora mx prof sir lady miss messrs "
    "faq tos ce cnp tc isp api html csv qr www nfc pan dds rdr".split()
)
_LOOKALIKE_SCRIPTS = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET"})
# Words that may begin a sentence of a letter. No month is among them, and none that people are often named.
PLAIN = frozenset(
    """
    a about above accepted accepting access accessed accessing accordance according accordingly account acknowledged
    acknowledgement acknowledgment across acted acting activated activation activity actual added adding additional
    additionally address addressed addresses admittedly after afterwards again against agreed agreement all alongside
    already also although altogether always among amongst amount an and annexed another any appear appearing appears
    appended applied applying approval approved are around arranged arrival arrive arrived arriving as aside ask
    asked assigned at attached attempted authenticating authentication authorisation authorised authorization
    authorized available back based because become been before began begin being below beneath beside besides
    between billed billing bills both bought but by called canceled canceling cancellation cancellations cancelled
    cancelling card cardholder cardholders carried carrier carriers certain certificate charge chargeback
    chargebacks charged charges check checked checkout checks chronological chronologically claim claimed clicked
    client clients closing collected collection combined comes communication communications company compared
    comparison complete completed completing concerning conclusion condition conditions confirm confirmation
    confirmed confirming connection consequently considering consistent consumer contact contacted containing
    contents continued contrary copies copy correspondence cover coverage covered covers created credit credited
    crediting current customer customers data date dated dates dear delivered deliveries delivering delivery
    depicted depot described description descriptions despite detail details device digital dispatch dispatched
    dispatching dispute disputed disputes disputing do documentation documented documents does done download
    downloads due during e-mail e-mails each earlier either electronic eligible elsewhere email enclosed enclosing
    enclosure ended ending entire entries entry equally especially established even events every everything evidence
    evidenced exact exactly examination examined except exhibit exhibits existing fact facts fees few figure figures
    file filed files filled final finally first firstly follow following for fraud from fulfillment fulfilment full
    fully funds further furthermore gave give given gives giving goes going goods got granted had handed handing
    handling happened has have having he help hence her here hereafter hereby herein herewith his history hour hours
    how however identical identification identified identity if immediately in including indeed information initial
    inquiry inside inspection instalment instead intended internal interval invoice invoices is issued issuer
    issuing it it's item items its itself just keep kept kind know known last lastly later latest least leaving left
    let letter letters licence license listed log logins logs made mail make making many marked match matched
    matches matching me means meanwhile mentioned merchandise merchant message messages method minutes mobile month
    monthly months more moreover most much my name named namely names near nearly need neither never next nights no
    none nor not notably note noted nothing notice now number numbers obtained occasion occurred of off offer
    offered often on once one ones ongoing online only onto opened opening or order ordered ordering orders
    ordinarily original other others otherwise our ours out outlined outside over overall overview own owner package
    packaging packed packet pages paid paper papers parcel parcels part partial particular particulars party passed
    past pay payer paying payment payments pending per period periods person personal phone photo photos picture
    pictures placed placing plan please policy possession postage postal posted preceding precise present presented
    presents previous previously prices prior privacy proceeds process processed processing produced product
    products programme proof proved proven provided provider providing provision purchase purchased purchaser
    purchases purchasing put quantity question quite quoted raised rather reached reaching ready reason reasons
    receipt receipts receive received receiving recent recently recipient recipients record recorded recording
    records recurring reference referred refund refunded refunding refunds regarding registered registration regular
    related relates relevant remaining remains remark renewal renewals renewed repeat replacement replied reply
    report reported reports request requested requesting required responded responding response responsible result
    results retained return returned returns review reviewed rightly routine run said sale sales same satisfied says
    scan scanned scans schedule scheduled screen screenshot screenshots second secondly section secure security see
    seen select sell send sender sending sent sequence served server serves service services session sessions
    several share she sheet shipment shipments shipped shipping should show showed showing shown shows sign
    signature signed signing similarly simply since single sir site size so sold some someone something sometimes
    somewhat soon specific specifically specified start started starting starts stated statement statements status
    still storage stored subject submitted submitting subscriber subscribers subscription subsequently subtotal such
    sufficient sum summary supplied supplier support supporting supports taken takes taking tax technical telling
    terms text than thank thanks that the their them then there thereafter thereby therefore therein thereof these
    they thirdly this those though through throughout thus time timeline times title to together took total
    totalling totals toward towards trace traceable tracked tracking trade transaction transactions transfer
    transmitted transport trial trials type under undersigned undisputed unit units unless unlike until up updated
    upload upon us usage use used user users usual usually valid validated value values various vendor verification
    verified verifying version via visits voucher waiting warehouse was we website week weekly weeks went were what
    whatever when whenever where whereas wherever whether which whichever while who whoever whole whom whose
    why wish with
    withdrawn within without work worked would write writing written wrote yearly years yes yet you your yours
    """.split()
)


def is_unknown(token: TextToken, words: set[str]) -> bool:
    """Check whether a token is a name that none of these words of the record is."""
    parts = [part for part in tokens.split_words(token.text) if part not in words]
    if not _is_name(token.text) or ordinary.is_ordinary(token.text.casefold(), PLAIN):
        return False
    return any(part not in _TRADE and not ordinary.is_ordinary(part, PLAIN) for part in parts)


def is_lookalike(token: TextToken, words: set[str]) -> bool:
    """Check whether a word that is not on record has letters of a script that can pass for Latin."""
    if token.text.isascii() or token.text.casefold() in words:
        return False
    scripts = folding.scripts(token.text)
    return bool(scripts & _LOOKALIKE_SCRIPTS) and bool(set(tokens.split_words(token.text)) - words)


def find_joined(
    text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]
) -> Iterator[tuple[TextToken, TextToken]]:
    """Yield the first and last word of each name whose words are on record, but not in one fact: it is nobody's."""
    words_by_fact = [tokens.collect_own_words(fact) for fact in cited]
    for run in _runs(text_tokens, text, set().union(*words_by_fact)):
        name = {part for token in run for part in tokens.split_words(token.text)} - PLAIN
        if not any(name <= words for words in words_by_fact):
            yield run[0], run[-1]


def _runs(text_tokens: Sequence[TextToken], text: str, words: set[str]) -> Iterator[list[TextToken]]:
    """Yield each run of two and more names on record that stand side by side."""
    run: list[TextToken] = []
    for token in text_tokens:
        if run and text[run[-1].end : token.start] == " " and _is_on_record(token, words):
            run.append(token)
            continue
        if len(run) > 1:
            yield run
        run = [token] if _is_on_record(token, words) else []
    if len(run) > 1:
        yield run


def _is_on_record(token: TextToken, words: set[str]) -> bool:
    if token.value[0] != "word" or not token.text[0].isupper() or token.text.casefold() in PLAIN | _TRADE:
        return False
    return set(tokens.split_words(token.text)) <= words


def _is_name(word: str) -> bool:
    """Check whether a word may be a name: it has a capital, comes from a script without any, or holds a number."""
    return any(c.isupper() or unicodedata.category(c) in {"Lo", "Nl", "No"} for c in word)
