-- Where the section of an article comes from.

COMMENT ON COLUMN main.articles.section IS 'Section as readers are shown it (last breadcrumb, kicker, category), else as JSON-LD or a property says; null if unknown.';
