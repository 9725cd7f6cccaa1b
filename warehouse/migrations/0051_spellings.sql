-- Sums over name_uses, kept up by each batch: counting them anew took a load at a million articles twenty CPU-seconds.

CREATE TABLE state.name_spellings (
    kind        VARCHAR NOT NULL,
    key         VARCHAR NOT NULL,
    block       VARCHAR NOT NULL,
    surname_key VARCHAR,
    surface     VARCHAR NOT NULL,
    documents   BIGINT NOT NULL,
    shown       BIGINT NOT NULL
);
COMMENT ON TABLE state.name_spellings IS 'One row per way to write a full name; grain (kind, key, surface). A sum over name_uses.';
COMMENT ON COLUMN state.name_spellings.kind IS 'See name_uses.';
COMMENT ON COLUMN state.name_spellings.key IS 'See name_uses.';
COMMENT ON COLUMN state.name_spellings.block IS 'See name_uses.';
COMMENT ON COLUMN state.name_spellings.surname_key IS 'See name_uses.';
COMMENT ON COLUMN state.name_spellings.surface IS 'As written.';
COMMENT ON COLUMN state.name_spellings.documents IS 'Articles that write it so.';
COMMENT ON COLUMN state.name_spellings.shown IS 'Articles for which it counts as the spelling: the first by letter where one has several.';

INSERT INTO state.name_spellings BY NAME
SELECT kind, key, block, surname_key, surface, count(*) AS documents, count(*) FILTER (is_first) AS shown
FROM (
    SELECT
        kind,
        key,
        block,
        surname_key,
        surface,
        row_number() OVER (PARTITION BY article_id, kind, key ORDER BY surface) = 1 AS is_first
    FROM (SELECT DISTINCT kind, key, block, surname_key, surface, article_id FROM state.name_uses WHERE is_full)
)
GROUP BY ALL;
