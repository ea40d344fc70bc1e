"""The load client: realistic envelopes, an HTTP client that costs little, and the scenarios.

Run as `python -m bench SCENARIO`. Results are printed, never asserted; nothing imports this.
"""
