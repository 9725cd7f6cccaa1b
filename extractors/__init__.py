"""The web in, records out. No Prefect, no DuckDB; only fetch opens sockets, only archive writes files."""
