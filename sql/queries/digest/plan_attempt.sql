-- Rows to be tried together later.
INSERT INTO digest_attempts (positions) VALUES (%(positions)s);
