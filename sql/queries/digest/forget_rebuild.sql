-- A rebuild that is done, or given up, leaves no trace.
TRUNCATE rebuild_parts, rebuild_begun;
