-- Claim the delivery that waits longest, of channels that worked when last asked or, if wanted, of any. A
-- channel is told one thing at a time, so that one that hangs holds up its own only.
UPDATE alert_history AS delivery
SET attempt_count = attempt_count + 1,
    claimed_until = now() + %(lease)s::interval + %(letter)s::interval * coalesce((
        SELECT jsonb_array_length(config -> 'recipients')
        FROM notification_channels AS channel
        WHERE channel.id = delivery.channel_id AND jsonb_typeof(config -> 'recipients') = 'array'), 1)
WHERE id = (
    SELECT id FROM alert_history AS waiting
    WHERE status = 'pending'
      AND (next_retry_at IS NULL OR next_retry_at <= now())
      AND (claimed_until IS NULL OR claimed_until <= now())
      AND (%(of_any)s::boolean OR NOT EXISTS (
          SELECT FROM notification_channels AS channel
          WHERE channel.id = waiting.channel_id AND channel.failure_count > 0))
      AND NOT EXISTS (
          SELECT FROM alert_history AS busy
          WHERE busy.channel_id = waiting.channel_id AND busy.status = 'pending'
            AND busy.claimed_until > now())
    ORDER BY next_retry_at NULLS FIRST, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING id, channel_id, channel_type, attempt_count, idempotency_key, notice;
