-- Insert the lines that are new, and tell the items they came in; the caller sends rows in key order. Must
-- never update: a line that is there is the same line.
WITH inserted AS (
    INSERT INTO logs (
        project_id, timestamp, position, item, number, received_at, level, severity, body, trace_id,
        span_id, release, environment)
    SELECT project_id, timestamp, position, item, number, received_at, level, severity, body, trace_id,
           span_id, release, environment
    FROM unnest(
        %(project_id)b::integer[], %(timestamp)b::timestamptz[], %(position)b::bigint[],
        %(item)b::integer[], %(number)b::integer[], %(received_at)b::timestamptz[], %(level)b::text[],
        %(severity)b::integer[], %(body)b::text[], %(trace_id)b::uuid[], %(span_id)b::text[],
        %(release)b::text[], %(environment)b::text[]
    ) AS row (
        project_id, timestamp, position, item, number, received_at, level, severity, body, trace_id,
        span_id, release, environment)
    ON CONFLICT (project_id, timestamp, position, item, number) DO NOTHING
    RETURNING position, item
)
SELECT DISTINCT position, item FROM inserted;
