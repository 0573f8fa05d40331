"""Bytes into documents: one module per format, and the one that chooses among them."""
