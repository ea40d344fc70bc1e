"""`python -m rustrak` is `rustrak`."""

from rustrak.cli import main

main()
