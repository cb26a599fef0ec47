"""Benchmarks: ratios against a lower bound in the same run. `make bench` runs them all."""
