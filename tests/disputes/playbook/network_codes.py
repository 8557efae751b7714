"""The reasons of Stripe and their network reason codes, from references and not from the playbooks."""

from disputes.dispute import BANK_RETURNS

# Stripe's map from network code to reason (reference 4.6), plus what Stripe was seen to send (1.6) and PayPal's names.
CODES = {
    "visa": {
        "credit_not_processed": "13.6 13.7",
        "duplicate": "12.6.1 12.6.2",
        "fraudulent": "33 10 10.1 10.2 10.3 10.4 10.5",
        "general": "28 30 34 11.1 11.2 11.3 12.1 12.2 12.3 12.4 12.5 12.7 13.8",
        "noncompliant": "C028 C030 C031 C034 C035 C036 C038 C045 C048 C050 C071 C081 C0135",
        "product_not_received": "13.1 13.9",
        "product_unacceptable": "13.3 13.4 13.5",
        "subscription_canceled": "13.2",
    },
    "mastercard": {
        "credit_not_processed": "4860",
        "duplicate": "4834",
        "fraudulent": "6341 4837 4849 4870 4871",
        "general": "6305 6322 6323 6342 6343 6390 4808 4807 4812 4859 4831 4842 4846 4901 4902 4903 4905 4908 4968 "
        "4840",
        "product_not_received": "4855",
        "product_unacceptable": "4853",
        "subscription_canceled": "4841",
        "unrecognized": "6321 4863",
    },
    "amex": {
        "credit_not_processed": "A01 C02 C04 C05 C18 P03 P05 061 062 154 158 170 175 680",
        "duplicate": "C14 P08 173 684",
        "fraudulent": "F10 F24 F29 F30 F31 FR2 FR4 FR5 FR6 177 193",
        "general": "A02 A08 M10 R03 R13 M01 P01 P04 P07 P22 P23 M04 M11 M36 M38 M39 M42 S01 S04 OP1 147 169 693 S02 "
        "S03",
        "product_not_received": "C08 004 155",
        "product_unacceptable": "C31 C32 024 059 063",
        "subscription_canceled": "C28 021",
        "unrecognized": "127 176 691",
    },
    "discover": {
        "credit_not_processed": "8002",
        "duplicate": "4534 4865",
        "fraudulent": "6041 4866 4867 7010 7030",
        "general": "6021 6005 6040 4542 4550 4553 4586 4752 4753 4757 4762 4863 6050",
        "product_not_received": "4755 4864",
        "subscription_canceled": "4541",
    },
    "klarna": {
        "credit_not_processed": "Return",
        "duplicate": "Already_paid",
        "fraudulent": "Unauthorized_purchase",
        "general": "Incorrect_invoice Pandemic_impact High_risk_order",
        "product_not_received": "Goods_not_received",
        "product_unacceptable": "Faulty_goods",
    },
    "paypal": {
        "credit_not_processed": "CREDIT_NOT_PROCESSED",
        "duplicate": "DUPLICATE_TRANSACTION PAYMENT_BY_OTHER_MEANS",
        "fraudulent": "UNAUTHORISED",
        "general": "OTHER PROBLEM_WITH_REMITTANCE",
        "product_not_received": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        "product_unacceptable": "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
        "subscription_canceled": "CANCELED_RECURRING_BILLING",
        "unrecognized": "INCORRECT_AMOUNT",
    },
    "cashapp": {
        "credit_not_processed": "CD10 CD13",
        "duplicate": "PE10 PE12",
        "general": "PE11",
        "product_not_received": "CD12",
        "product_unacceptable": "CD11",
        "unrecognized": "FR10 FR11",
    },
}

REASONS = sorted(BANK_RETURNS | {reason for codes in CODES.values() for reason in codes})
"""Every Stripe dispute reason that Rebut knows."""
