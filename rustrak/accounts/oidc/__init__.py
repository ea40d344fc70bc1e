"""Logging in at an OpenID provider: authorization code with PKCE, one provider an installation."""
