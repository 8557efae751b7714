"""The names of carriers as shops and people write them, in small letters. Pure.

Names that are English words as well, such as `bring`, are left out: who takes the risk adds them.
"""

NAMES = tuple(
    name.replace("_", " ")
    for name in (
        "fedex fed_ex federal_express ups united_parcel usps postal_service dhl deutsche_post dpd gls hermes "
        "evri yodel royal_mail parcelforce canada_post australia_post auspost aus_post swiss_post an_post "
        "nz_post japan_post china_post india_post purolator startrack postnl post_nl bpost la_poste colissimo "
        "chronopost mondial_relay correos seur poste_italiane bartolini brt inpost packeta postnord post_nord "
        "posti ontrac lasership laser_ship sf_express yunexpress yun_express cainiao 4px aramex tnt yamato "
        "sagawa blue_dart bluedart delhivery veho sendle"
    ).split()
)
