-- What all web processes together let through of each quota, by window. Rows are few, are written once a
-- second by every process, and go when their window has ended.

CREATE TABLE quota_usage (
    window_start  bigint NOT NULL,       -- Unix seconds
    quota         text NOT NULL,         -- '7/minute/error'
    quantity      bigint NOT NULL,       -- items or bytes
    PRIMARY KEY (window_start, quota)
) WITH (fillfactor = 50);
