-- A partition for one week, whenever it was: imports bring the past. A week whose rows already sit in the default
-- partition is left there.
CREATE FUNCTION make_envelope_partition(moment timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    week  timestamptz := date_trunc('week', moment, 'UTC');
    name  text := 'envelopes_' || to_char(date_trunc('week', moment, 'UTC') AT TIME ZONE 'UTC', 'YYYYMMDD');
BEGIN
    IF to_regclass('public.' || name) IS NOT NULL OR EXISTS (
        SELECT FROM public.envelopes_default
        WHERE received_at >= week AND received_at < week + interval '7 days') THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'CREATE TABLE public.%I PARTITION OF public.envelopes FOR VALUES FROM (%L) TO (%L)',
        name, week, week + interval '7 days');
    PERFORM prepare_envelope_partition(name);
    RETURN name;
END
$$;
