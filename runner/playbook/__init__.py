"""The language: model, loading, expressions, lint, graph; and the two other files people write."""
