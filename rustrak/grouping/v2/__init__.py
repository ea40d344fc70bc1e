"""Grouping, version 2. Frozen once released, like version 1, on whose frozen parts it builds."""
