"""The case: its folder, ledger, facts, evidence store, signatures and verification."""
