"""Ingest: authenticates, reads and stores envelopes, and answers SDKs in their protocol's words."""
