-- Insert the spans that are new, and tell the items they came in; the caller sends rows in key order. Must
-- never update: the first copy wins. A duration of -1 stands for none.
WITH inserted AS (
    INSERT INTO spans (
        project_id, trace_id, span_id, place, position, item, received_at, timestamp, duration_us, name,
        op, status, is_failure, is_segment, parent_span_id, children, release, environment)
    SELECT project_id, trace_id, span_id, place, position, item, received_at, timestamp,
           nullif(duration_us, -1), name, op, status, is_failure, is_segment, parent_span_id, children,
           release, environment
    FROM unnest(
        %(project_id)b::integer[], %(trace_id)b::uuid[], %(span_id)b::text[], %(place)b::text[],
        %(position)b::bigint[], %(item)b::integer[], %(received_at)b::timestamptz[],
        %(timestamp)b::timestamptz[], %(duration_us)b::bigint[], %(name)b::text[], %(op)b::text[],
        %(status)b::text[], %(is_failure)b::boolean[], %(is_segment)b::boolean[],
        %(parent_span_id)b::text[], %(children)b::integer[], %(release)b::text[],
        %(environment)b::text[]
    ) AS row (
        project_id, trace_id, span_id, place, position, item, received_at, timestamp, duration_us, name,
        op, status, is_failure, is_segment, parent_span_id, children, release, environment)
    ON CONFLICT (project_id, trace_id, span_id, place) DO NOTHING
    RETURNING position, item
)
SELECT DISTINCT position, item FROM inserted;
