-- The work is done; in the transaction that did it.
DELETE FROM inbox WHERE position = ANY (%(positions)s);
