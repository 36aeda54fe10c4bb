"""Benchmarks: each goal beside its control, measured in one run. `make bench`."""
