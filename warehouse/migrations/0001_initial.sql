-- The first shape of the warehouse: main is what analysts read, state is the pipeline's own memory.
-- No keys, indexes, enums or checks: one on a wide table makes each checkpoint up to 130 times dearer, and DuckLake has none of them.
-- Identity is held by deterministic ids and anti-join loads, and proven by check.py.

CREATE TABLE main.feeds (
    feed_url         VARCHAR NOT NULL,
    outlet           VARCHAR NOT NULL,
    title            VARCHAR,
    language         VARCHAR,
    added_at         TIMESTAMPTZ,
    interval_seconds BIGINT,
    is_muted         BOOLEAN NOT NULL
);
COMMENT ON TABLE main.feeds IS 'One row per subscription; grain feed_url. How each fares is in the view feed_health.';
COMMENT ON COLUMN main.feeds.feed_url IS 'Address of the feed, as subscribed: its identity.';
COMMENT ON COLUMN main.feeds.outlet IS 'Publisher: registrable domain unless the operator named it otherwise.';
COMMENT ON COLUMN main.feeds.title IS 'Title given by the operator or the feed; null if unknown.';
COMMENT ON COLUMN main.feeds.language IS 'Language the feed or the OPML declares, BCP 47; null if undeclared.';
COMMENT ON COLUMN main.feeds.added_at IS 'When it was subscribed, UTC; null if it came with a load that did not say.';
COMMENT ON COLUMN main.feeds.interval_seconds IS 'Polling interval set by the operator, seconds; null = adaptive.';
COMMENT ON COLUMN main.feeds.is_muted IS 'True = not polled: muted by the operator or after 410 Gone.';

CREATE TABLE main.runs (
    run_id           VARCHAR NOT NULL,
    kind             VARCHAR NOT NULL,
    started_at       TIMESTAMPTZ NOT NULL,
    finished_at      TIMESTAMPTZ,
    status           VARCHAR NOT NULL,
    items_expected   BIGINT NOT NULL,
    outcomes         BIGINT NOT NULL,
    entries_seen     BIGINT NOT NULL,
    entries_new      BIGINT NOT NULL,
    articles_new     BIGINT NOT NULL,
    articles_revised BIGINT NOT NULL,
    error            VARCHAR
);
COMMENT ON TABLE main.runs IS 'One row per run of a flow; grain run_id. A finished run has items_expected = outcomes = its rows in the table outcomes.';
COMMENT ON COLUMN main.runs.run_id IS 'Identity of the run.';
COMMENT ON COLUMN main.runs.kind IS 'ingest, backfill, rebuild, recheck, demo or import.';
COMMENT ON COLUMN main.runs.started_at IS 'UTC.';
COMMENT ON COLUMN main.runs.finished_at IS 'UTC; null while it runs, or if it died.';
COMMENT ON COLUMN main.runs.status IS 'running, finished, failed or abandoned.';
COMMENT ON COLUMN main.runs.items_expected IS 'Items taken up (feeds due, entries, pages, files): each owes one outcome.';
COMMENT ON COLUMN main.runs.outcomes IS 'Outcomes written, counted in the transactions that wrote them.';
COMMENT ON COLUMN main.runs.entries_seen IS 'Entries that the polled feeds listed, known ones included.';
COMMENT ON COLUMN main.runs.entries_new IS 'Entries of those that were new or changed.';
COMMENT ON COLUMN main.runs.articles_new IS 'Articles that this run added.';
COMMENT ON COLUMN main.runs.articles_revised IS 'Articles whose title or text changed in this run.';
COMMENT ON COLUMN main.runs.error IS 'Why it failed, one line; null if it did not.';

CREATE TABLE main.outcomes (
    run_id       VARCHAR NOT NULL,
    item         VARCHAR NOT NULL,
    stage        VARCHAR NOT NULL,
    outcome      VARCHAR NOT NULL,
    ended_at     TIMESTAMPTZ NOT NULL,
    detail       VARCHAR,
    milliseconds BIGINT NOT NULL,
    article_id   BIGINT,
    feed_url     VARCHAR
);
COMMENT ON TABLE main.outcomes IS 'One row per item a run: what became of it, so that nothing vanishes; grain (run_id, item, stage = ''poll'').';
COMMENT ON COLUMN main.outcomes.run_id IS 'The run, see runs.';
COMMENT ON COLUMN main.outcomes.item IS 'URL of the feed or the page, or path of the file.';
COMMENT ON COLUMN main.outcomes.stage IS 'Last stage reached: poll, fetch, extract or load.';
COMMENT ON COLUMN main.outcomes.outcome IS 'How it ended: loaded, revised, refreshed, unchanged, not_found, robots, extract_failed, …';
COMMENT ON COLUMN main.outcomes.ended_at IS 'When it ended, UTC.';
COMMENT ON COLUMN main.outcomes.detail IS 'One line for people; null if there is nothing to add.';
COMMENT ON COLUMN main.outcomes.milliseconds IS 'Time spent on the item in its last stage.';
COMMENT ON COLUMN main.outcomes.article_id IS 'The article it became, see articles; null if none.';
COMMENT ON COLUMN main.outcomes.feed_url IS 'The feed that announced it; null if none did.';

CREATE TABLE main.articles (
    article_id          BIGINT NOT NULL,
    url                 VARCHAR NOT NULL,
    canonical_url       VARCHAR NOT NULL,
    outlet              VARCHAR NOT NULL,
    feed_url            VARCHAR,
    title               VARCHAR,
    authors             VARCHAR[] NOT NULL,
    published_at        TIMESTAMPTZ,
    published_at_source VARCHAR,
    published_date      DATE NOT NULL,
    modified_at         TIMESTAMPTZ,
    first_seen_at       TIMESTAMPTZ NOT NULL,
    changed_at          TIMESTAMPTZ NOT NULL,
    revision            INTEGER NOT NULL,
    language            VARCHAR,
    declared_language   VARCHAR,
    section             VARCHAR,
    description         VARCHAR,
    dateline            VARCHAR,
    agency              VARCHAR,
    is_paywalled        BOOLEAN,
    image_url           VARCHAR,
    page_kind           VARCHAR NOT NULL,
    text_source         VARCHAR NOT NULL,
    text                VARCHAR NOT NULL,
    word_count          INTEGER NOT NULL,
    headings            INTEGER[] NOT NULL,
    original_id         BIGINT,
    copy_kind           VARCHAR,
    content_hash        BIGINT NOT NULL,
    extractor_version   VARCHAR NOT NULL
);
COMMENT ON TABLE main.articles IS 'One row per article, its newest version; grain article_id (one canonical URL). Copies are rows too: count originals with original_id IS NULL.';
COMMENT ON COLUMN main.articles.article_id IS '63-bit hash of canonical_url: the same on every machine and after every rebuild.';
COMMENT ON COLUMN main.articles.url IS 'Address it was read from.';
COMMENT ON COLUMN main.articles.canonical_url IS 'Address without tracking, scheme and host variants: its natural key.';
COMMENT ON COLUMN main.articles.outlet IS 'Publisher: registrable domain unless the operator named it otherwise.';
COMMENT ON COLUMN main.articles.feed_url IS 'Feed that announced it; null for imports.';
COMMENT ON COLUMN main.articles.title IS 'Headline (schema.org headline); null if the page has none.';
COMMENT ON COLUMN main.articles.authors IS 'Bylines in order; empty if unknown. Flat: view article_authors.';
COMMENT ON COLUMN main.articles.published_at IS 'Publication time as claimed, UTC (datePublished); null if unknown.';
COMMENT ON COLUMN main.articles.published_at_source IS 'Who claims it: json-ld, meta, feed:published, url, …; null if unknown.';
COMMENT ON COLUMN main.articles.published_date IS 'UTC day of published_at; of first_seen_at where that is unknown or lies more than a day ahead of it. Filter by it: it prunes.';
COMMENT ON COLUMN main.articles.modified_at IS 'Last change as the publisher claims it, UTC (dateModified); null if unknown.';
COMMENT ON COLUMN main.articles.first_seen_at IS 'When its first version was fetched, UTC.';
COMMENT ON COLUMN main.articles.changed_at IS 'When the version in this row was first fetched, UTC; equals first_seen_at while it never changed.';
COMMENT ON COLUMN main.articles.revision IS 'Number of the version in this row, from 0; above 0, older versions are in revisions.';
COMMENT ON COLUMN main.articles.language IS 'Detected on the text, ISO 639-1; null if undecided.';
COMMENT ON COLUMN main.articles.declared_language IS 'As the page declares it, BCP 47; null if undeclared.';
COMMENT ON COLUMN main.articles.section IS 'Section of the publication (articleSection); null if unknown.';
COMMENT ON COLUMN main.articles.description IS 'The publisher''s own summary; null if none.';
COMMENT ON COLUMN main.articles.dateline IS 'Place line cut from the text: ''KYIV, March 3''; null if none.';
COMMENT ON COLUMN main.articles.agency IS 'News agency credited: Reuters, AP, …; null if none.';
COMMENT ON COLUMN main.articles.is_paywalled IS 'True = the page says that readers pay; null if it does not say.';
COMMENT ON COLUMN main.articles.image_url IS 'Lead picture; null if none.';
COMMENT ON COLUMN main.articles.page_kind IS 'article, live_blog, list, error or empty.';
COMMENT ON COLUMN main.articles.text_source IS 'Where the text comes from: page, feed or plain.';
COMMENT ON COLUMN main.articles.text IS 'Clean text; paragraphs parted by a blank line. Captions and residue are in captions and removed_lines.';
COMMENT ON COLUMN main.articles.word_count IS 'Words in text.';
COMMENT ON COLUMN main.articles.headings IS 'Numbers of the paragraphs of text that are headings, from 0.';
COMMENT ON COLUMN main.articles.original_id IS 'Article this one repeats, see copies; null = an original.';
COMMENT ON COLUMN main.articles.copy_kind IS 'How it repeats it: exact, near, excerpt or contains; null = an original.';
COMMENT ON COLUMN main.articles.content_hash IS '63-bit hash of title and text without regard to white space: changes exactly when a reader would see a change.';
COMMENT ON COLUMN main.articles.extractor_version IS 'Version of the step that made the row.';

CREATE TABLE main.revisions (
    article_id        BIGINT NOT NULL,
    revision          INTEGER NOT NULL,
    seen_at           TIMESTAMPTZ NOT NULL,
    title             VARCHAR,
    text              VARCHAR NOT NULL,
    modified_at       TIMESTAMPTZ,
    words_added       INTEGER NOT NULL,
    words_removed     INTEGER NOT NULL,
    changes           STRUCT(kind VARCHAR, removed VARCHAR, added VARCHAR, context VARCHAR)[] NOT NULL,
    content_hash      BIGINT NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE main.revisions IS 'One row per version of an article that has changed; grain (article_id, revision). Articles that never changed have no row.';
COMMENT ON COLUMN main.revisions.article_id IS 'See articles.';
COMMENT ON COLUMN main.revisions.revision IS '0 = the first version, ascending in time.';
COMMENT ON COLUMN main.revisions.seen_at IS 'When this version was first fetched, UTC.';
COMMENT ON COLUMN main.revisions.title IS 'Headline of this version; null if none.';
COMMENT ON COLUMN main.revisions.text IS 'Clean text of this version.';
COMMENT ON COLUMN main.revisions.modified_at IS 'Last change as the publisher claimed it then, UTC; null if unknown.';
COMMENT ON COLUMN main.revisions.words_added IS 'Words (title and text) that the version before did not have; 0 for revision 0.';
COMMENT ON COLUMN main.revisions.words_removed IS 'Words of the version before that are gone; 0 for revision 0.';
COMMENT ON COLUMN main.revisions.changes IS 'Word diff against the version before, in reading order: kind is ''title'' or ''text'', context the words just before; empty for revision 0.';
COMMENT ON COLUMN main.revisions.content_hash IS 'As in articles.';
COMMENT ON COLUMN main.revisions.extractor_version IS 'Version of the step that derived it.';

CREATE TABLE main.captions (
    article_id BIGINT NOT NULL,
    position   INTEGER NOT NULL,
    text       VARCHAR NOT NULL,
    credit     VARCHAR
);
COMMENT ON TABLE main.captions IS 'One row per picture caption taken out of a text; grain (article_id, position).';
COMMENT ON COLUMN main.captions.article_id IS 'See articles.';
COMMENT ON COLUMN main.captions.position IS 'Number of the page block it came from, from 0.';
COMMENT ON COLUMN main.captions.text IS 'The caption without its credit.';
COMMENT ON COLUMN main.captions.credit IS 'Photographer or agency; null if none.';

CREATE TABLE main.removed_lines (
    article_id BIGINT NOT NULL,
    position   INTEGER NOT NULL,
    text       VARCHAR NOT NULL,
    reason     VARCHAR NOT NULL
);
COMMENT ON TABLE main.removed_lines IS 'One row per line that cleaning took for residue; grain (article_id, position, text).';
COMMENT ON COLUMN main.removed_lines.article_id IS 'See articles.';
COMMENT ON COLUMN main.removed_lines.position IS 'Number of the page block it came from, from 0.';
COMMENT ON COLUMN main.removed_lines.text IS 'The line.';
COMMENT ON COLUMN main.removed_lines.reason IS 'Why it is not journalism.';

CREATE TABLE main.copies (
    article_id           BIGINT NOT NULL,
    original_id          BIGINT NOT NULL,
    kind                 VARCHAR NOT NULL,
    similarity           DOUBLE NOT NULL,
    containment          DOUBLE NOT NULL,
    original_containment DOUBLE,
    longest_run          INTEGER,
    differing_facts      VARCHAR[] NOT NULL,
    lag_seconds          BIGINT,
    evidence             VARCHAR NOT NULL,
    decided_at           TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE main.copies IS 'One row per decided pair of texts; grain (article_id, original_id). article_id repeats (part of) original_id.';
COMMENT ON COLUMN main.copies.article_id IS 'The later or lesser text, see articles.';
COMMENT ON COLUMN main.copies.original_id IS 'The text it repeats, see articles.';
COMMENT ON COLUMN main.copies.kind IS 'exact, near, excerpt (a part of the original), contains (the original and more), revision (same text, changed facts), related (not a copy).';
COMMENT ON COLUMN main.copies.similarity IS '0 to 1, symmetric.';
COMMENT ON COLUMN main.copies.containment IS 'Share of the article that also stands in the original, 0 to 1.';
COMMENT ON COLUMN main.copies.original_containment IS 'Share of the original that stands in the article, 0 to 1; null if not measured.';
COMMENT ON COLUMN main.copies.longest_run IS 'Longest common run, words; null if not measured.';
COMMENT ON COLUMN main.copies.differing_facts IS 'Facts that differ: ''12 -> 15 dead''; empty if none.';
COMMENT ON COLUMN main.copies.lag_seconds IS 'Publication of the article minus that of the original; null if one is unknown.';
COMMENT ON COLUMN main.copies.evidence IS 'One sentence for people.';
COMMENT ON COLUMN main.copies.decided_at IS 'UTC.';

CREATE TABLE main.entities (
    entity_id      BIGINT NOT NULL,
    name           VARCHAR NOT NULL,
    kind           VARCHAR NOT NULL,
    wikidata_id    VARCHAR,
    polity_code    VARCHAR,
    country_code   VARCHAR,
    aliases        VARCHAR[] NOT NULL,
    ambiguous_with BIGINT[] NOT NULL
);
COMMENT ON TABLE main.entities IS 'One row per thing in the world; grain entity_id.';
COMMENT ON COLUMN main.entities.entity_id IS '63-bit hash of its natural key.';
COMMENT ON COLUMN main.entities.name IS 'The name to show.';
COMMENT ON COLUMN main.entities.kind IS 'person, organization, place, event, work or other.';
COMMENT ON COLUMN main.entities.wikidata_id IS 'Q-number; null if unknown.';
COMMENT ON COLUMN main.entities.polity_code IS 'Polity that a metonym stands for: Kremlin -> ru; null otherwise.';
COMMENT ON COLUMN main.entities.country_code IS 'ISO 3166-1 alpha-2 in lower case; null if none or unknown.';
COMMENT ON COLUMN main.entities.aliases IS 'All spellings; with rule and evidence in entity_aliases.';
COMMENT ON COLUMN main.entities.ambiguous_with IS 'Entities that share a spelling; empty if none.';

CREATE TABLE main.entity_aliases (
    entity_id BIGINT NOT NULL,
    alias     VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL,
    rule      VARCHAR NOT NULL,
    evidence  VARCHAR,
    documents BIGINT NOT NULL
);
COMMENT ON TABLE main.entity_aliases IS 'One row per spelling of an entity; grain (entity_id, alias).';
COMMENT ON COLUMN main.entity_aliases.entity_id IS 'See entities.';
COMMENT ON COLUMN main.entity_aliases.alias IS 'The spelling.';
COMMENT ON COLUMN main.entity_aliases.kind IS 'As in entities.';
COMMENT ON COLUMN main.entity_aliases.rule IS 'Rule that put it there.';
COMMENT ON COLUMN main.entity_aliases.evidence IS 'What the rule saw; null if the rule says all.';
COMMENT ON COLUMN main.entity_aliases.documents IS 'Articles that use the spelling.';

CREATE TABLE main.mentions (
    article_id    BIGINT NOT NULL,
    entity_id     BIGINT,
    surface       VARCHAR NOT NULL,
    start_char    INTEGER NOT NULL,
    end_char      INTEGER NOT NULL,
    region        VARCHAR NOT NULL,
    paragraph     INTEGER NOT NULL,
    kind          VARCHAR NOT NULL,
    titles        VARCHAR[] NOT NULL,
    source        VARCHAR NOT NULL,
    link_rule     VARCHAR,
    link_evidence VARCHAR,
    engine        VARCHAR NOT NULL
);
COMMENT ON TABLE main.mentions IS 'One row per name in an article; grain (article_id, region, start_char, end_char).';
COMMENT ON COLUMN main.mentions.article_id IS 'See articles.';
COMMENT ON COLUMN main.mentions.entity_id IS 'See entities; null = no doubt-free answer, a normal one.';
COMMENT ON COLUMN main.mentions.surface IS 'The name as written.';
COMMENT ON COLUMN main.mentions.start_char IS 'Offset of its first character in the region''s text, in Unicode code points, from 0.';
COMMENT ON COLUMN main.mentions.end_char IS 'Offset behind its last character; text[start_char + 1 : end_char] in DuckDB is the surface.';
COMMENT ON COLUMN main.mentions.region IS 'text, title or caption:<position>: the text that the offsets count in.';
COMMENT ON COLUMN main.mentions.paragraph IS 'Paragraph of the region, from 0.';
COMMENT ON COLUMN main.mentions.kind IS 'person, organization, place, event, work or other.';
COMMENT ON COLUMN main.mentions.titles IS 'Titles beside it: President, Kremlin spokesman; empty if none.';
COMMENT ON COLUMN main.mentions.source IS 'Who found it: model, gazetteer, propagation, …';
COMMENT ON COLUMN main.mentions.link_rule IS 'Rule that chose the entity; null if none did.';
COMMENT ON COLUMN main.mentions.link_evidence IS 'What the rule saw; null if none.';
COMMENT ON COLUMN main.mentions.engine IS 'Tagger and version.';

CREATE TABLE main.quotes (
    article_id    BIGINT NOT NULL,
    position      INTEGER NOT NULL,
    quote         VARCHAR NOT NULL,
    speaker       VARCHAR,
    speaker_name  VARCHAR,
    entity_id     BIGINT,
    cue           VARCHAR,
    start_char    INTEGER NOT NULL,
    end_char      INTEGER NOT NULL,
    speaker_start INTEGER,
    speaker_end   INTEGER,
    kind          VARCHAR NOT NULL,
    method        VARCHAR,
    paragraph     INTEGER NOT NULL
);
COMMENT ON TABLE main.quotes IS 'One row per quotation; grain (article_id, position).';
COMMENT ON COLUMN main.quotes.article_id IS 'See articles.';
COMMENT ON COLUMN main.quotes.position IS 'Order in the article, from 0.';
COMMENT ON COLUMN main.quotes.quote IS 'The words without quotation marks.';
COMMENT ON COLUMN main.quotes.speaker IS 'As written; null if no rule found one.';
COMMENT ON COLUMN main.quotes.speaker_name IS 'The speaker under the name the article gives in full; null where not safe.';
COMMENT ON COLUMN main.quotes.entity_id IS 'The speaker, see entities; null if unlinked.';
COMMENT ON COLUMN main.quotes.cue IS 'said, according to, …; null if none.';
COMMENT ON COLUMN main.quotes.start_char IS 'Offset in articles.text, code points, from 0.';
COMMENT ON COLUMN main.quotes.end_char IS 'Offset behind the last character.';
COMMENT ON COLUMN main.quotes.speaker_start IS 'Offset of the speaker; null if none.';
COMMENT ON COLUMN main.quotes.speaker_end IS 'Offset behind the speaker; null if none.';
COMMENT ON COLUMN main.quotes.kind IS 'direct or scare.';
COMMENT ON COLUMN main.quotes.method IS 'Rule that found the speaker; null if none.';
COMMENT ON COLUMN main.quotes.paragraph IS 'Paragraph of the text, from 0.';

CREATE TABLE state.counters (
    name  VARCHAR NOT NULL,
    value BIGINT NOT NULL
);
COMMENT ON TABLE state.counters IS 'One row per counter; grain name.';
COMMENT ON COLUMN state.counters.name IS 'load_seq rises with every load.';
COMMENT ON COLUMN state.counters.value IS 'Its value.';

CREATE TABLE state.rhythms (
    feed_url         VARCHAR NOT NULL,
    next_poll_at     TIMESTAMPTZ,
    interval_seconds BIGINT NOT NULL,
    etag             VARCHAR,
    last_modified    VARCHAR,
    body_hash        VARCHAR,
    polled_at        TIMESTAMPTZ,
    succeeded_at     TIMESTAMPTZ,
    new_entry_at     TIMESTAMPTZ,
    polls            BIGINT NOT NULL,
    failures         DOUBLE NOT NULL,
    last_error       VARCHAR,
    moved_to         VARCHAR,
    moved_sightings  INTEGER NOT NULL,
    is_gone          BOOLEAN NOT NULL,
    hub_url          VARCHAR
);
COMMENT ON TABLE state.rhythms IS 'One row per feed polled: when to ask next, and with which validators; grain feed_url.';
COMMENT ON COLUMN state.rhythms.feed_url IS 'See feeds.';
COMMENT ON COLUMN state.rhythms.next_poll_at IS 'UTC; null = at once.';
COMMENT ON COLUMN state.rhythms.interval_seconds IS 'Interval chosen last.';
COMMENT ON COLUMN state.rhythms.etag IS 'Validator to send; null if none.';
COMMENT ON COLUMN state.rhythms.last_modified IS 'Validator to send; null if none.';
COMMENT ON COLUMN state.rhythms.body_hash IS 'Hex digest of the last body; null if none.';
COMMENT ON COLUMN state.rhythms.polled_at IS 'Last poll, UTC.';
COMMENT ON COLUMN state.rhythms.succeeded_at IS 'Last poll that was answered, UTC.';
COMMENT ON COLUMN state.rhythms.new_entry_at IS 'Last poll that brought something new, UTC.';
COMMENT ON COLUMN state.rhythms.polls IS 'Polls so far.';
COMMENT ON COLUMN state.rhythms.failures IS 'Weighted, consecutive; 0 after a success.';
COMMENT ON COLUMN state.rhythms.last_error IS 'One line; null after a success.';
COMMENT ON COLUMN state.rhythms.moved_to IS 'Target of a repeating 301; null if none.';
COMMENT ON COLUMN state.rhythms.moved_sightings IS 'How often in a row.';
COMMENT ON COLUMN state.rhythms.is_gone IS 'Answered 410.';
COMMENT ON COLUMN state.rhythms.hub_url IS 'WebSub hub announced; null if none.';

CREATE TABLE state.entries (
    feed_url        VARCHAR NOT NULL,
    entry_key       VARCHAR NOT NULL,
    url             VARCHAR,
    canonical_url   VARCHAR,
    title           VARCHAR,
    published_at    TIMESTAMPTZ,
    other_keys      VARCHAR[] NOT NULL,
    entry_hash      BIGINT NOT NULL,
    first_seen_at   TIMESTAMPTZ NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    status          VARCHAR NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_at TIMESTAMPTZ,
    outcome         VARCHAR,
    payload         VARCHAR
);
COMMENT ON TABLE state.entries IS 'One row per item a feed has announced; grain (feed_url, entry_key).';
COMMENT ON COLUMN state.entries.feed_url IS 'See feeds.';
COMMENT ON COLUMN state.entries.entry_key IS 'Identity within the feed.';
COMMENT ON COLUMN state.entries.url IS 'Address of the page; null if the entry has none.';
COMMENT ON COLUMN state.entries.canonical_url IS 'Its canonical form; null if the entry has none.';
COMMENT ON COLUMN state.entries.title IS 'As announced; null if none.';
COMMENT ON COLUMN state.entries.published_at IS 'As announced, UTC; null if none.';
COMMENT ON COLUMN state.entries.other_keys IS 'What else names it, GUID or former link: an entry is known when any of its keys is.';
COMMENT ON COLUMN state.entries.entry_hash IS '63-bit hash of what it says (title, summary, content, updated_at): a change makes it pending again.';
COMMENT ON COLUMN state.entries.first_seen_at IS 'UTC.';
COMMENT ON COLUMN state.entries.changed_at IS 'When entry_hash was first seen, UTC.';
COMMENT ON COLUMN state.entries.status IS 'pending, done or failed (given up).';
COMMENT ON COLUMN state.entries.attempts IS 'Tries that failed for the entry''s own reasons.';
COMMENT ON COLUMN state.entries.next_attempt_at IS 'Not before, UTC; null = at once.';
COMMENT ON COLUMN state.entries.outcome IS 'Last outcome; null before the first.';
COMMENT ON COLUMN state.entries.payload IS 'The whole entry as JSON while it is pending; null after.';

CREATE TABLE state.rechecks (
    article_id    BIGINT NOT NULL,
    url           VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    step          INTEGER NOT NULL,
    due_at        TIMESTAMPTZ NOT NULL,
    etag          VARCHAR,
    last_modified VARCHAR,
    body_hash     VARCHAR
);
COMMENT ON TABLE state.rechecks IS 'One row per article still watched for changes; grain article_id. Due 15 min, 1 h, 3 h, 24 h and 7 d after it was first seen.';
COMMENT ON COLUMN state.rechecks.article_id IS 'See articles.';
COMMENT ON COLUMN state.rechecks.url IS 'Address to ask.';
COMMENT ON COLUMN state.rechecks.first_seen_at IS 'UTC.';
COMMENT ON COLUMN state.rechecks.step IS 'Checks done, from 0.';
COMMENT ON COLUMN state.rechecks.due_at IS 'Next check, UTC.';
COMMENT ON COLUMN state.rechecks.etag IS 'Validator to send; null if none.';
COMMENT ON COLUMN state.rechecks.last_modified IS 'Validator to send; null if none.';
COMMENT ON COLUMN state.rechecks.body_hash IS 'Hex digest of the last body; null if unknown.';

CREATE TABLE state.lines (
    outlet        VARCHAR NOT NULL,
    line_key      BIGINT NOT NULL,
    text          VARCHAR NOT NULL,
    stories       DOUBLE NOT NULL,
    sketches      BIGINT[][] NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at  TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE state.lines IS 'One row per line that an outlet''s pages have shown; grain (outlet, line_key). Lines that recur from story to story are residue.';
COMMENT ON COLUMN state.lines.outlet IS 'Publisher.';
COMMENT ON COLUMN state.lines.line_key IS '63-bit hash of the line''s shape.';
COMMENT ON COLUMN state.lines.text IS 'The line as last seen.';
COMMENT ON COLUMN state.lines.stories IS 'Distinct stories it stood in, halved with time.';
COMMENT ON COLUMN state.lines.sketches IS 'Sketches of the latest of them.';
COMMENT ON COLUMN state.lines.first_seen_at IS 'UTC.';
COMMENT ON COLUMN state.lines.last_seen_at IS 'UTC.';

CREATE TABLE state.dirty_days (
    published_date DATE NOT NULL
);
COMMENT ON TABLE state.dirty_days IS 'One row per day whose roll-ups are out of date; grain published_date.';
COMMENT ON COLUMN state.dirty_days.published_date IS 'UTC day of articles.';

INSERT INTO state.counters VALUES ('load_seq', 0);
