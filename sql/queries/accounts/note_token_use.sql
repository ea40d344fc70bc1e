-- Remember the last use, to the minute: a write a request would cost more than the request.
UPDATE auth_tokens SET last_used_at = now() WHERE id = %(id)s;
