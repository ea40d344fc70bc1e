"""The wire protocol of Sentry SDKs as pure functions: bytes in, values or a `Problem` out.

No I/O, no database, no clock. Any room may import it; it imports nothing but `rustrak.errors`.
"""
