-- Add what one process let through, in key order, and read the totals of the windows that are current.
-- Rows just written are taken from the insert, because the rest of the statement does not see them.
WITH added AS (
    INSERT INTO quota_usage (window_start, quota, quantity)
    SELECT window_start, quota, quantity
    FROM unnest(%(starts)b::bigint[], %(quotas)b::text[], %(quantities)b::bigint[])
        AS delta (window_start, quota, quantity)
    ORDER BY 1, 2
    ON CONFLICT (window_start, quota) DO UPDATE
    SET quantity = quota_usage.quantity + excluded.quantity
    RETURNING window_start, quota, quantity
)
SELECT quota AS key, window_start, quantity FROM added
UNION ALL
SELECT quota, window_start, quantity
FROM quota_usage
WHERE window_start = ANY (%(current)b::bigint[])
  AND NOT EXISTS (
      SELECT FROM added
      WHERE added.window_start = quota_usage.window_start AND added.quota = quota_usage.quota);
