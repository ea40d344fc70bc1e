"""Grouping, version 3. Frozen once released, like the versions on whose frozen parts it builds."""
