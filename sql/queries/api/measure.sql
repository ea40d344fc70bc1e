-- What monitoring wants to know of the queue and the database, in one row.
SELECT (SELECT count(*) FROM inbox) AS inbox,
       (SELECT coalesce(sum(bytes), 0)::bigint FROM inbox) AS inbox_bytes,
       (SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0)::float FROM inbox) AS lag,
       (SELECT count(*) FROM digest_attempts) AS attempts,
       (SELECT coalesce(sum(items), 0)::bigint FROM parked) AS parked,
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo') AS jobs,
       pg_database_size(current_database()) AS database_bytes;
