"""Files that people write: YAML read safely with the place of every node, and where the shipped ones are."""
