"""Grouping, version 1. Frozen: its keys are in databases."""
