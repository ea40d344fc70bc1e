"""Rustrak: a self-hosted error tracker that speaks the Sentry protocol."""

__version__ = "0.1.0"
