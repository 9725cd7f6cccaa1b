"""Records in, DuckDB tables out. No Prefect, no HTTP."""
