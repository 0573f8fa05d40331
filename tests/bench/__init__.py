"""Benchmarks and training, run by hand: `make bench`."""
