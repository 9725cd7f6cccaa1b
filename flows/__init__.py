"""Ties extractors and warehouse together: the only place that knows Prefect, the environment and the command line."""
