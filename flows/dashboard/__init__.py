"""The published copy in, the analyst's pages in a browser out: server-rendered, offline, every answer with its SQL.

Knows neither Prefect nor the working file; SQL goes through `warehouse.query` alone.
"""
