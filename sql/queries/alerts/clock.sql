-- What time it is where everything is kept.
SELECT statement_timestamp() AS now;
