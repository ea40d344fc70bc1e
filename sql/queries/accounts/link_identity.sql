-- Tie an identity to somebody; one that is tied stays where it is.
INSERT INTO identities (issuer, subject, user_id) VALUES (%(issuer)s, %(subject)s, %(user_id)s)
ON CONFLICT (issuer, subject) DO NOTHING;
