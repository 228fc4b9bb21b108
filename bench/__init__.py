"""Benchmarks: this product and its peers on the same work in the same run. `make bench` runs all of them.

Every figure is a ratio of medians taken in turn (A B A B ...), so that a machine that speeds up or slows down does so
for both. Nothing here fails on a time.
"""
