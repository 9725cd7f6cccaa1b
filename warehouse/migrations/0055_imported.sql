-- An import that dies leaves word of what it had loaded: the next one of the same files goes on behind it, and comes to the same tables.

CREATE TABLE state.imported (
    import_key  BIGINT NOT NULL,
    batch       INTEGER NOT NULL,
    batch_key   BIGINT NOT NULL,
    run_id      VARCHAR NOT NULL
);
COMMENT ON TABLE state.imported IS 'One row per batch that an import has loaded, until the import has finished; grain (import_key, batch). Empty where none was interrupted.';
COMMENT ON COLUMN state.imported.import_key IS 'Hash of what was asked for: the files and folders, the days, the size of a batch, the versions of the steps.';
COMMENT ON COLUMN state.imported.batch IS 'Number of the batch, from 1.';
COMMENT ON COLUMN state.imported.batch_key IS 'Hash of the pages of this batch and of all batches before it: a file that changed meanwhile is read again, with all behind it.';
COMMENT ON COLUMN state.imported.run_id IS 'The run that loaded it; runs.run_id.';
