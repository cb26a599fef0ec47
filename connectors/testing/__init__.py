"""The conformance kit: what a third party runs on a connector with pytest, and evict on its own."""
