"""SQL of strangers in, the reason why it is not run out; looked into before, because some functions act when they are read.

Read-only, no files and no network is not enough: `SELECT * FROM enable_logging(…)` counts as reading, changes the connection for
whoever uses it next, and with a folder that may not be opened it ends the process when the connection is closed (1.5.5). So a
statement may call only table functions that are known to do nothing but tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import duckdb

TELLING = frozenset(
    {
        "duckdb_columns",
        "duckdb_constraints",
        "duckdb_functions",
        "duckdb_keywords",
        "duckdb_schemas",
        "duckdb_settings",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
        "generate_series",
        "json_each",
        "json_tree",
        "pragma_database_size",
        "pragma_storage_info",
        "pragma_table_info",
        "pragma_version",
        "range",
        "repeat",
        "repeat_row",
        "summary",
        "unnest",
    }
)
"""Table functions of DuckDB that only tell. `query('…')` and its like would hide others in a text, so they are not among them."""
ACTING = frozenset({"nextval", "pg_sleep", "setseed", "write_log"})
"""Functions of single values that do more than return one, or sleep where no interrupt wakes them."""
_EXPLAIN = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*EXPLAIN(?:\s+ANALYZE)?(?:\s*\([^)]*\))?\s", re.IGNORECASE | re.DOTALL)
_FOR_TABLES = (
    "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE internal AND function_type IN ('table', 'pragma')"
)
_WORD = re.compile(r"[^\W\d]\w*")
STATIC_PIVOT = "write its columns out instead, as in PIVOT articles ON language IN ('en', 'de') USING count(*)"
_MACROS = "SELECT function_name FROM duckdb_functions() WHERE function_type = 'table_macro' AND NOT internal"


def objection_to(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """Say why one statement that reads is not run; `None` = it may be.

    Args:
        connection: Of the database that it would be run on: its own table macros may be called.
        sql: One statement that DuckDB takes for reading. What does not parse has no objection: DuckDB says better what is wrong.

    """
    inner = _EXPLAIN.sub("", sql, count=1) if _EXPLAIN.match(sql) else sql
    try:
        tree = json.loads(str(connection.execute("SELECT json_serialize_sql($sql::VARCHAR)", {"sql": inner}).fetchall()[0][0]))
        called = set(_calls(tree))
    except RecursionError:
        return "it is nested too deeply"
    if tree.get("error"):
        return None if tree.get("error_type") == "parser" else "only a plain SELECT can be looked into before it is run"
    macros = {name for (name,) in connection.execute(_MACROS).fetchall()}
    for kind, name in sorted(called):
        if kind == "table" and name not in TELLING and name not in macros:
            return f"the function {name} is not for reading the published copy (no files, no settings, no SQL inside a text)"
        if name in ACTING:
            return f"the function {name} does more than read"
    return None


def is_pivot(sql: str, kinds: list[str]) -> bool:
    """Tell whether a statement is DuckDB's PIVOT without IN: one text that it makes two or more statements of.

    Each such PIVOT becomes a temporary type of the values that are there, and then a SELECT. DuckDB 2 calls all of it MULTI.
    """
    if kinds != ["MULTI"] and not (len(kinds) > 1 and kinds[-1] == "SELECT" and set(kinds[:-1]) == {"CREATE"}):
        return False
    tokens = _tokens(sql)
    while tokens and tokens[-1] == ";":
        tokens.pop()
    words = {token.upper() for token in tokens}
    return "PIVOT" in words and tokens[0].upper() in ("PIVOT", "WITH", "SELECT", "FROM") and ";" not in tokens


def objection_to_pivot(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """Say why a PIVOT without IN is not run; `None` = it may be.

    DuckDB writes it out as no tree, so no word of it, wherever it stands, may be the name of a function that does more than tell.
    """
    acting = {name for (name,) in connection.execute(_FOR_TABLES).fetchall()} - TELLING | ACTING
    for word in sorted({word.lower() for word in _WORD.findall(sql)} & acting):
        return f"a PIVOT that finds its columns itself may not hold the word {word}; {STATIC_PIVOT}"
    return None


def _tokens(sql: str) -> list[str]:
    """Return what DuckDB's own lexer sees, without comments: version 1 sees none, version 2 says which tokens are."""
    raw, found = sql.encode(), duckdb.tokenize(sql)
    texts = [raw[start:end].decode().strip() for start, end in pairwise([*(start for start, _ in found), len(raw)])]
    return [text for text, (_, kind) in zip(texts, found, strict=True) if kind != duckdb.token_type.comment]


def _calls(tree: Any) -> Iterator[tuple[str, str]]:
    """Find every function called, by a stack of our own: a statement may be nested deeper than Python calls."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if item.get("type") == "TABLE_FUNCTION":
                yield "table", str(item["function"].get("function_name", "")).lower()
            elif "function_name" in item:
                yield "value", str(item["function_name"]).lower()
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
