"""One tree for a finished page, and its three renderings: Word, PDF and HTML."""
