-- Windows that ended; those of the last hour stay, because the clocks of processes differ.
DELETE FROM quota_usage
WHERE window_start <> ALL (%(current)b::bigint[]) AND window_start < %(before)s;
