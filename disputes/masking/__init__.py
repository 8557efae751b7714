"""Numbers nobody may keep: cards, security codes, bank accounts and documents, found by shape, check digit and words."""
