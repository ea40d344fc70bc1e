-- Set items aside with their error; a second attempt at the same item replaces the first.
INSERT INTO parked (project_id, position, item, received_at, items, error, traceback, program)
SELECT *, %(program)s::text FROM unnest(
    %(project_ids)b::integer[], %(positions)b::bigint[], %(item_numbers)b::integer[],
    %(received_at)b::timestamptz[], %(items)b::integer[], %(errors)b::text[], %(tracebacks)b::text[])
ON CONFLICT (project_id, position, item) DO UPDATE
SET items = excluded.items, error = excluded.error, traceback = excluded.traceback,
    program = excluded.program, parked_at = now();
