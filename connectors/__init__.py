"""Connectors: the code that speaks to vendors. `contract` is all that a third party imports."""
