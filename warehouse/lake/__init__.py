"""The warehouse as a lake: Parquet files in a folder or an object store, their catalog in PostgreSQL. For several machines.

The tables, the ids and the SQL are those of the embedded file. DuckLake has neither keys nor indexes, enums, checks or
sequences; no migration uses any. What else it lacks is solved in `opening.py` (comments, checkpoints).
"""
