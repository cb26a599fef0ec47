"""Projections of the ledger for people."""
