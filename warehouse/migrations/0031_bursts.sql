-- What a feed's rhythm knows of the last hours and of the size of its document.

ALTER TABLE state.rhythms ADD COLUMN burst DOUBLE;
ALTER TABLE state.rhythms ADD COLUMN document_entries INTEGER;
COMMENT ON COLUMN state.rhythms.burst IS 'Count of new entries, fading by half every six hours, as of succeeded_at; null = 0.';
COMMENT ON COLUMN state.rhythms.document_entries IS 'Entries in the document when it was last read; null = never read.';
