"""The ledger: envelopes and decisions, appended and read, never changed."""
