"""Numbers nobody may keep: cards, security codes, bank accounts, documents, found by shape, check digit and words."""
