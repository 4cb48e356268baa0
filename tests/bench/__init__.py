"""Benchmarks: each prints what it measured. `make bench` runs them; no test is timed."""
