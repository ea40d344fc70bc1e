-- Note that these rows are being tried; committed before the work starts.
INSERT INTO digest_attempts (positions, tries) VALUES (%(positions)b, 1) RETURNING id;
