-- Whether a wake-up for the digest already waits.
SELECT EXISTS (
    SELECT FROM procrastinate_jobs WHERE queueing_lock = 'digest' AND status = 'todo'
) AS found;
