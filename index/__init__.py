"""Documents in, ranking out: parsing, passages, encoders, the store and the search over it."""
