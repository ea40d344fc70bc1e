-- A few rows nobody needs any more.
DELETE FROM login_failures WHERE subject IN (
    SELECT subject FROM login_failures
    WHERE forget_at < now() ORDER BY forget_at LIMIT 10 FOR UPDATE SKIP LOCKED);
