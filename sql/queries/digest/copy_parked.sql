-- What could not be digested stays parked, with the error of its day.
INSERT INTO parked SELECT * FROM projection_1.parked;
