"""Accounts: users, passwords, bearer tokens and sessions, as the API and the command line use
them."""
