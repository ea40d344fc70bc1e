-- How the installation is doing: what waits to be digested and since when, what is parked, whose jobs listen.
SELECT (SELECT count(*) FROM inbox) AS backlog,
       (SELECT min(received_at) FROM inbox) AS oldest_waiting,
       (SELECT coalesce(sum(items), 0)::bigint FROM parked) AS parked,
       (SELECT count(DISTINCT (client_addr, client_port)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'rustrak digest attempts') AS digesters,
       current_setting('server_version') AS postgres_version;
