-- A run that dies leaves its plan: the next one fetches what is left in the same batches, and comes to the same tables.

CREATE TABLE state.planned (
    item   VARCHAR NOT NULL,
    batch  INTEGER NOT NULL,
    place  INTEGER NOT NULL
);
COMMENT ON TABLE state.planned IS 'One row per page that a run of ingest has set out to fetch; grain item. Empty once the run has finished.';
COMMENT ON COLUMN state.planned.item IS 'As in outcomes: the canonical URL of an entry, or the URL of an article that is looked at again.';
COMMENT ON COLUMN state.planned.batch IS 'Number of the batch, from 0.';
COMMENT ON COLUMN state.planned.place IS 'Place within the batch, from 0.';
