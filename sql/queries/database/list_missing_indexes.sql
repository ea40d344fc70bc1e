-- Indexes that one schema has and another has not, as they are made in the first.
SELECT indexdef FROM pg_indexes AS known
WHERE schemaname = %(schema)s AND NOT EXISTS (
    SELECT FROM pg_indexes AS other
    WHERE other.schemaname = %(missing_in)s AND other.indexname = known.indexname);
