"""What Microsoft's published descriptions say of the connector's requests: facts, and the check by them."""
