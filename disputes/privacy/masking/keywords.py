"""The words that say what the number beside them is, in the languages customers write in.

`~` stands for what may part two words. Words in capitals mean something else in small letters (`DNI`, Polish `dni`).
"""

_LETTER = r"[^\W\d_]"

_CODES = """cv[vcn](-?[2\uff12])? csc cav2 security~codes? card~verification verification~value three~digits
last~3~digits 3~digits kpn kartenprüf(nummer|ziffer) prüf(nummer|ziffer) sicherheitscode
cryptogramme(~visuel)? code~de~s[ée]curit[ée] c[óo]digo~de~(seguridad|verificaci[óo]n|seguran[çc]a)
codice~di~sicurezza beveiligingscode veiligheidscode säkerhetskod sikkerhedskode sikkerhetskode turvakoodi
kod~bezpieczeństwa bezpečnostní~kód güvenlik~kodu код~безопасности"""
_CODES_JOINED = "安全码 安全碼 校验码 セキュリティコード セキュリティーコード 보안~?코드 رمز~الأمان सुरक्षा~कोड קוד~אבטחה"

_BANKS = "routing (?-i:ABA) (?-i:RTN) transit~numbers? sort~?codes? bsb (?-i:BLZ) bankleitzahl institution~number"
_ACCOUNTS = """bank~?account (checking|savings|current)~account account~?numbers? account~?n(o|r|um)s? account~#
acct~?numbers? acct~?nos? acct(?!_) a/?c~nos? a/c iban clabe kontonummer konto~?nr bankkonto bankverbindung
num[ée]ro~de~compte compte~bancaire n[úu]mero~(de~cuenta|da~conta) cuenta~bancaria conta~(bancária|bancaria|corrente)
numero~di~conto conto~(bancario|corrente) rekeningnummer bankrekening numer~konta konto~bankowe tilinumero
bankkontonummer číslo~účtu hesap~numaras[\u0131i] номер~сч[её]та расч[её]тный~сч[её]т"""
_ACCOUNTS_JOINED = "银行账号 银行帐号 账号 帐号 口座番号 계좌번호 رقم~الحساب खाता~संख्या מספר~חשבון"

_SOCIAL = "ssn social~security itin last~(four|4)~of~(my~)?social social~insurance"
_DOCUMENTS = """passports? reisepass(nummer)? passnummer passeport
pasaporte passaporto passaporte paspoort(nummer)? paszportu? паспорта? pasaport driver['\u2019]?s?~licen[cs]es?
driving~licen[cs]es? (?-i:DL)~(no|number|#) führerschein(nummer)? permis~de~conduire (licencia|carnet)~de~conducir
patente~di~guida carta~de~condu[çc][ãa]o rijbewijs(nummer)? prawo~jazdy водительское~удостоверение ehliyet körkort
national~id national~insurance id~card~(no|number|#) identity~(card|number) personalausweis(nummer)? ausweisnummer
steuer~?id steueridentifikationsnummer sozialversicherungsnummer carte~d.identit[ée] num[ée]ro~de~s[ée]curit[ée]~sociale
(?-i:DNI|NIE|NIF|CNI|CPF|BSN|NINO|NRIC|CURP) c[ée]dula codice~fiscale carta~d.identit[àa] burgerservicenummer pesel
personnummer henkilötunnus aadhaa?r tc~kimlik снилс"""
_DOCUMENTS_JOINED = (
    "护照 護照 パスポート 여권 驾照 驾驶证 運転免許 운전면허 身份证 身份證 マイナンバー 주민등록번호 جواز~السفر आधार"
)

_LINKS = """numbers? num nos? nr nummer numero número numéro n codes? is are was were ist war lautet est es são it its
of for on at my the your his her your card cards back behind digits? ending value id der die das den dem
meiner? rückseite karte tarjeta carte carta kaart de del della du da do la le el mon ma meu und and et y mit
with номер мой"""
_LINKS_JOINED = "号码? 號碼? 番号 번호 は 是 為 为 証 证"


def words(spaced: str, joined: str = "") -> str:
    """Return one pattern of these words; joined ones need no space around them."""
    bound, free = "|".join(spaced.split()), "".join(f"|{word}" for word in joined.split())
    either = rf"(?:(?<!{_LETTER})(?:{bound})(?!{_LETTER}){free})"
    return either.replace("~?", r"[\s_-]{0,2}").replace("~", r"[\s_-]{1,2}")


_SIGNS = "[\\s:=#\"'(\\[.,_/*\u2013\uff1a\u2116\u00b0-]"
# An expiry may stand between a code's name and the code.
LINK = rf"(?:{_SIGNS}|\d{{1,2}}\s?/\s?\d{{2,4}}(?=\s)|{words(_LINKS, _LINKS_JOINED)}){{0,16}}+"
"""What may stand between such a word and its number."""

CODES = words(_CODES, _CODES_JOINED)
BANKS = words(_BANKS)
ACCOUNTS = words(_ACCOUNTS, _ACCOUNTS_JOINED)
SOCIAL = words(_SOCIAL)
DOCUMENTS = words(_DOCUMENTS, _DOCUMENTS_JOINED)
