"""An emulated tenant that enforces: the login host, Graph, Azure, Defender and DevOps as far as evict uses them."""
