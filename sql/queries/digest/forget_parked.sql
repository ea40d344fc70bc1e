-- What a rebuild could not fold again is parked already.
DELETE FROM parked;
