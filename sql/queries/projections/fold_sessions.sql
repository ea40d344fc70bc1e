-- Fold sessions, in key order and each once, in a way that ignores order and repetition across calls:
-- the earliest place says where a session counts, the counters only grow. Must leave alone what says
-- nothing new, which is what most updates do.
INSERT INTO session_counts AS known (
    project_id, key, position, item, received_at, release, environment, hour, total, errored, crashed,
    abnormal)
SELECT * FROM unnest(
    %(project_id)b::integer[], %(key)b::text[], %(position)b::bigint[], %(item)b::integer[],
    %(received_at)b::timestamptz[], %(release)b::text[], %(environment)b::text[],
    %(hour)b::timestamptz[], %(total)b::bigint[], %(errored)b::bigint[], %(crashed)b::bigint[],
    %(abnormal)b::bigint[])
ON CONFLICT (project_id, key) DO UPDATE
SET (position, item, received_at, release, environment, hour) = (
        SELECT * FROM (VALUES
            (known.position, known.item, known.received_at, known.release, known.environment, known.hour),
            (excluded.position, excluded.item, excluded.received_at, excluded.release,
             excluded.environment, excluded.hour)
        ) AS told (position, item, received_at, release, environment, hour)
        ORDER BY told.position, told.item LIMIT 1),
    errored = greatest(known.errored, excluded.errored),
    crashed = greatest(known.crashed, excluded.crashed),
    abnormal = greatest(known.abnormal, excluded.abnormal)
WHERE (excluded.position, excluded.item) < (known.position, known.item)
   OR excluded.errored > known.errored
   OR excluded.crashed > known.crashed
   OR excluded.abnormal > known.abnormal
RETURNING position, item;
