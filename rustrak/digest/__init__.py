"""Digest: claims stored envelopes, reads their items and folds them into the projections."""
