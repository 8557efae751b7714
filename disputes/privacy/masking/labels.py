"""The words before a number that say what it is: a card, or the key of an order, a parcel, an article or a record.

The word nearest to the number counts. In a list the words before its first number count for each, and in a table the
head of the column.
"""

import re
from functools import cached_property

from disputes.privacy.masking.columns import Columns
from disputes.privacy.masking.keywords import words
from disputes.reading.carrier_names import NAMES

_PARCELS = """track(ing)? trk parcels? packages? shipments? consignments? waybills? awb delivery~note
(sendung|paket|tracking)s?(nummern?|nr|verfolgung|en)? frachtbrief colis suivi exp[ée]dition seguimiento
rastre(o|amento|io) env[íi]os? gu[íi]a paquetes? encomenda pacc(o|hi) spedizion[ei] tracciamento zending(en)?
pakket(nummer)? paczk[ai] przesyłk[ai] list~przewozowy försändelse kolli(nummer)? forsendelse pakkenummer
sporing(snummer)? seuranta(koodi)? zásilk[ay] kargo takip трек(~номер)? отправлени[ея] накладная посылк[аи]"""
_PARCELS_JOINED = "运单 運單 快递 快遞 物流 单号 單號 追跡 伝票 送り状 운송장 송장 تتبع ट्रैकिंग מעקב"
_CARRIERS = " ".join(name.replace(" ", "~") for name in NAMES)
_ORDERS = """orders? order(number|no|id|nummer) (?-i:PO|SO|RMA) bestell(ung|nummer|nr) auftrag(snummer|snr)? commandes?
pedidos? ordin[ei] bestelling(snummer)? zamówieni[ea] ordren?(nummer)? tilaus(numero)? objednávk[ay] sipariş заказа?
invoices? inv bills? receipts? rechnung(en|snummer|snr)? beleg(nummer)? quittung facturas? factures? fattur[ae]
faktur[aey]? factuur(nummer)? nota~fiscal квитанция"""
_ORDERS_JOINED = "订单 訂單 注文 주문 طلب आदेश הזמנה 发票 發票 請求書 영수증 فاتورة"
_RECORDS = """ean(-?13)? gtin(-?1[234])? upc isbn sku barcodes? strichcode (artikel|art)(nummer|nr)? art\\. articles?
art[íi]culo items? products? variants? ref\\.? references? referenz(nummer)? r[ée]f[ée]rence referentie riferimento
refer[êe]ncia referencia numer~referencyjny transactions? txn sessions? requests? trace devices? fingerprint customers?
clients? users? uid accounts? subscriptions? ids? uuid guid serials? imei(sv)? iccid arn rrn phone tel(efon|ephone)?
mobile fax vat ust-?id(nr)? siret siren cnpj abn eori kunden?(nummer|nr) cliente klant(nummer)?"""
_RECORDS_JOINED = "条码 條碼 货号 商品 参考 編號 编号"

_CARDS = """cards? (credit|debit)(~card)? visa master~?card amex american~express maestro diners discover jcb union~?pay
mir pan cc ((kredit|debit|bank)?karten?)(nummer|nr)? cartes? tarjetas? cart[ãa]o cart[õo]es cart[ae] kaart(nummer)?
kort(nummer)? kart[aąyę\u0131]? карт[аыуе]"""
_CARDS_JOINED = "卡 カード 카드 بطاقة कार्ड כרטיס"

_LINKS = """numbers? num nos? nr n nummern? n[úu]meros? num[ée]ros? numero numer номер ids? codes? keys? is are was were
ist sind war lautet est sont es son è sono"""
_SIGNS = "[ \u00a0\u3000:=#\"'(\\[*_/>\u00b0\u00ba\u2013\u2116\uff1a-]"
# A full stop after an abbreviation ends no sentence.
_LINK = rf"(?:(?<=nr)\.|(?<=no)\.)?(?:{_SIGNS}|{words(_LINKS, '号码? 號碼? 番号 번호 は 是 為 为')}\.?){{0,12}}+"
_KEY = "|".join(
    (
        words(_PARCELS, _PARCELS_JOINED),
        words(_CARRIERS),
        words(_ORDERS, _ORDERS_JOINED),
        words(_RECORDS, _RECORDS_JOINED),
    )
)
_CARD = words(_CARDS, _CARDS_JOINED)

_IS_KEY, _IS_CARD = re.compile(_KEY, re.IGNORECASE), re.compile(_CARD, re.IGNORECASE)
_BEFORE_KEY = re.compile(rf"(?:{_KEY}){_LINK}\Z", re.IGNORECASE)
_BEFORE_CARD = re.compile(rf"{_CARD}{_LINK}\Z", re.IGNORECASE)
_EXPIRY = re.compile(r"[ ,;|]{1,3}(?:exp\w*\W{1,2})?(?:0[1-9]|1[0-2]) ?/ ?(?:20)?[2-4]\d(?![\d/.-])", re.IGNORECASE)
_CELL_END, _LINE_END = re.compile(r"[\n\t|;]"), re.compile(r"\n")
_ROOM = 64  # characters before a number in which words may say what it is
_FEW_WORDS = 3

_NO_NAME = re.compile(r"[\d\t|;,]")
_NUMBER = re.compile(r"(?<!\d)\d{12,19}(?!\d)")
_NEXT_IN_LINE = re.compile(r" ?[,;&/] ?(?:(?:and|und|et|y|e|en|och|i) )?| (?:and|und|et|y|e|en|och|i) ")
_NEXT_LINE = re.compile(r",?[ \r]*\n[ \t]*(?:[-*\u2022] ?)?")


class Labels:
    """What the words of a text say of its numbers; they are looked at only where one is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def is_card(self, start: int, end: int) -> bool:
        """Check whether the words right before a number call it a card's, or an expiry stands behind it."""
        return bool(_BEFORE_CARD.search(self._before(start)) or _EXPIRY.match(self._text, end))

    def is_key(self, start: int) -> bool:
        """Check whether words or a column's head call the number that starts here something else than a card."""
        first_in_line, first_of_lines = self._firsts.get(start, (start, start))
        if self._is_named(first_in_line) or self._is_headed(first_of_lines):
            return True
        head, heads = self._columns.find_head(start)
        return _names_key(head) and not _IS_CARD.search(heads)

    def _is_named(self, start: int) -> bool:
        return bool(_BEFORE_KEY.search(self._before(start)))

    def _is_headed(self, start: int) -> bool:
        """Check whether the line above or the cell before names the number, as `Tracking numbers:` does."""
        before = self._before(start).rstrip(" \"'-*\u2022")
        if not before or not _CELL_END.match(before[-1]):
            return False
        ends = _LINE_END if before[-1] == "\n" else _CELL_END
        cell = ends.split(before.rstrip(" \n\t|;"))[-1].strip()
        return _names_key(cell) or (cell.endswith(":") and bool(_BEFORE_KEY.search(cell)))

    def _before(self, start: int) -> str:
        return self._text[max(0, start - _ROOM) : start]

    @cached_property
    def _columns(self) -> Columns:
        return Columns(self._text)

    @cached_property
    def _firsts(self) -> dict[int, tuple[int, int]]:
        """The first number of the list in its line, and of its list of lines, for each number, by where it starts."""
        firsts: dict[int, tuple[int, int]] = {}
        before: re.Match[str] | None = None
        for number in _NUMBER.finditer(self._text):
            line = lines = number.start()
            if before and len(before[0]) == len(number[0]):
                gap = self._text[before.end() : number.start()]
                line = firsts[before.start()][0] if _NEXT_IN_LINE.fullmatch(gap) else line
                lines = firsts[before.start()][1] if _NEXT_LINE.fullmatch(gap) else lines
            firsts[number.start()] = (line, lines)
            before = number
        return firsts


def _names_key(cell: str) -> bool:
    """Check whether a cell of a table is a short name of keys and of no cards."""
    short = len(cell.split()) <= _FEW_WORDS and not _NO_NAME.search(cell)
    return short and bool(_IS_KEY.search(cell)) and not _IS_CARD.search(cell)
