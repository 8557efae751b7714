"""The English words that a model's letter may hold, besides the values of the facts it cites."""

# No word here grants a claim, asks for anything, or says that something was not done.
ENGLISH = frozenset(
    """
    a about above abroad accepted access accessed accompanied accompanying accordance according accordingly account
    accounts acquired acquirer across active activity added addition additional additionally address addressed
    addresses adequate after afterwards against all already also although am amount amounts an and another answer
    any apart appeared appears applicable applied approximately april are arrival arrived arrives as at attached
    attended attributed august authenticated authentication authorisation authorised authority authorization
    authorized automatically available avs balance bank banks based be became because been before began begin
    beginning being belonged belonging belongs below beside besides between billed billing billings booking both
    bought browser business but buyer buyers by came can canceled cancellation cancelled capture captured card
    cardholder cards carried carrier carriers carries carry carrying category certificate challenge charge charged
    charges check checked checkout checks chosen city code collected collection communication communications company
    complete completed completion comprises concerned concerning concerns conditions confirmation confirmed
    confirming confirms connected connection consecutive consent consented consequently consist consistent
    consistently consisting consists constitute constitutes contact contacted contain contained contains content
    contents continued continuing contract copies copy correspond correspondence corresponding corresponds country
    counts cover covered covering covers created credentials current currently customer customers cvc daily date
    dated dates day days december delivered deliveries delivery demonstrate demonstrated demonstrates depart
    departed describe described describes description descriptor despatched detail details device devices different
    digital directly dispatch dispatched displayed dispute disputed distinct document documentation documented
    documents domestic door download downloaded downloads duly during each earlier earliest early eight eighth
    either electronic eleven email emails enabled enclosed end ended ending ends enrolled entered entire entirely
    entry envelope equal equals event events every evidence evidenced exchange exhibit exhibits existing express
    february fifth file filed files final finally fingerprint first five fixed followed following follows for form
    forms four fourth from fulfilled fulfilment full fully further furthermore gave general gift give given gives
    goods had half hand handed handing has have having he hence her here him his history hold holder holding holds
    home hour hours household how however i id identical identification identified identifier identifies identity in
    include included includes including independent indicate indicated indicates individual information initial
    initiated instance instead intact interval into invoice invoiced invoices ip is issued issuer issuing it item
    items its itself january july june kept kind know known last later latest left letter line lines link linked
    list listed lists local located location log logged login logins logs longer made mail mailed main maintained
    make makes march match matched matches matching matter means membership merchandise merchant message messages
    method minute minutes mobile month monthly months moreover most name named namely names nature necessary network
    new next nine ninth normal notable notably noted notes notice notification november number numbered numbers
    obtained occurred october of off offered office official on once one ones online only onto open opened opening
    operates or order ordered ordering orders original originally originated other others our out over overview own
    package packages packed packing page paid parcel parcels part particular partly parts party pass passed passes
    past payer paying payment payments per performance performed period periods person personal phone physical place
    placed places plan plans platform point points policy portion post postal posted preceding presence present
    presented previous previously price printed prior processed processing produced product products profile proof
    proven proves provide provided provider provides providing published purchase purchased purchaser purchases
    quantity reach reached reading reads receipt receipts receive received receiving recent recently recipient
    recognised recognized record recorded recording recordings records recurring reference referenced references
    referred refers reflect reflected reflects refund refunded refunds regard regarding register registered
    registration regular related relates relating relation relevant remain remained remains reminder renew renewal
    renewals renewed renews repeat repeated report reported represent represented represents residence resident
    residential respect respective respectively respond response rest result resulting results return returned
    review reviewed risk room route sale sales same saved scan scanned scans schedule scheduled second section
    secure security see seen sent separate separately september sequence series served service services session
    sessions set seven seventh several shared she ship shipment shipments shipped shipping shop show showed showing
    shown shows sign signatory signature signed since single site six sixth sold some specific specified stand
    stands start started starting state stated statement statements states station status step steps still store
    stored street stripe submit submitted subscribed subscriber subscription subscriptions subsequent subsequently
    successful successfully such sum summary supplied supplier supplies supply support supported supporting supports
    system systems take taken takes ten tenth term terms text than that the their them then there thereafter thereby
    therefore thereof these they third this those three through throughout thus time timeline times title titled to
    together took total totals trace traced track tracked tracking transaction transactions transit transmission
    transmitted twelve twice two type typed under underlying undisputed unique unit units until up upon usage use
    used user users uses using usual utc value verification verified verifies verify via view viewed visible visit
    visited visits volume wallet was way we website week weekly weeks well went were what when where whereas which
    while who whole whom whose with within work worked works writing written wrote year yearly years your zone
    """.split()
)

# By the beginning of a word: a part of the kind of fact that has to be cited with it.
ACTIONS = {"refund": "refund", "return": "refund", "cancel": "cancel", "accept": "terms"}
