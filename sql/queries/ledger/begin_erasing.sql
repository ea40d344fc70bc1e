-- Facts may be changed, until this is taken back or the transaction ends.
SELECT set_config('rustrak.erasing', 'on', true);
