"""Telling people: what is told (`notice`), in which words, through which channels, and to which
addresses we connect."""
