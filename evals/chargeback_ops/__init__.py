"""Cases and a grader by the rules of a public environment, ChargebackOps, in our own words and code.

Rules, weights and reference scores: MitudruDutta/chargebackops, `docs/RESULTS.md` of 2026-04-15 (seven parts; its rules
heuristic scores 0.724, conceding everything 0.199) and `evaluation/rubrics.py`. No sentence and no line of it is here.
"""
