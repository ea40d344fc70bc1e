-- How much of some quotas was let through, by window.
SELECT quota, window_start, quantity FROM quota_usage WHERE quota = ANY (%(quotas)b::text[]);
