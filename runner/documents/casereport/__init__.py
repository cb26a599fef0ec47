"""The report of a whole case for people who never open a terminal: one HTML file and one PDF, a fold of the ledger."""
