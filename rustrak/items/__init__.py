"""Items that are not events: sessions, check-ins, reports, feedback, spans, logs, attachments.

Each file reads one kind of payload into rows: frozen dataclasses whose texts, numbers and times
PostgreSQL can store. Pure, without clock. A reader takes the payload (bytes, or what `parse_json`
gave), the headers of its envelope and the time of receipt; it raises Malformed when there is
nothing to keep, and leaves out a single bad attribute. Beside events, above protocol, below the
digest, which folds the rows.
"""
