-- What an operator wants to know of the database, in one look.
SELECT current_setting('server_version') AS server_version,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       pg_size_pretty(pg_database_size(current_database())) AS database_size,
       (SELECT count(*) FROM schema_migrations) AS migrations_applied,
       (SELECT version FROM projection_versions WHERE is_live) AS projection_version,
       (SELECT count(*) FROM projects WHERE deleted_at IS NULL) AS projects,
       (SELECT count(*) FROM inbox) AS pending_envelopes,
       (SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0)::float FROM inbox) AS oldest_pending_seconds,
       (SELECT count(*) FROM digest_attempts) AS digests_under_way,
       (SELECT coalesce(sum(items), 0)::bigint FROM parked) AS parked,
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo') AS waiting_jobs,
       (SELECT count(*)
        FROM procrastinate_jobs
        LEFT JOIN procrastinate_workers ON procrastinate_workers.id = procrastinate_jobs.worker_id
        WHERE procrastinate_jobs.status = 'doing'
          AND coalesce(procrastinate_workers.last_heartbeat < now() - interval '30 seconds', true)) AS stalled_jobs;
