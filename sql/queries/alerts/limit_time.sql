-- No statement of this transaction takes longer.
SELECT set_config('statement_timeout', %(longest)s, true);
