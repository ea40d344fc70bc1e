-- Facts are append-only again.
SELECT set_config('rustrak.erasing', 'off', true);
