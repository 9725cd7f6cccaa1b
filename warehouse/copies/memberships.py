"""Decisions of a batch in, clusters, members and moves out; every article concerned then names its original."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from extractors.records import Decisions
from warehouse.copies.tables import run_over


def store_clusters(connection: duckdb.DuckDBPyConnection, decisions: Decisions) -> None:
    """Remember clusters, memberships and moves, and set `original_id` and `copy_kind` of every article concerned.

    Runs in the caller's transaction, after the batch's articles have been inserted.
    """
    if not decisions.memberships and not decisions.moves:
        return
    _take_in(connection, decisions)
    members = decisions.memberships
    joined: Mapping[str, Any] = {
        "article_id": pa.array([member.article_id for member in members], pa.int64()),
        "cluster_id": pa.array([member.cluster_id for member in members], pa.int64()),
        "kind": pa.array([member.kind for member in members], pa.string()),
        "via_id": pa.array([member.via_id for member in members], pa.int64()),
        "joined_at": pa.array([member.joined_at for member in members], pa.timestamp("us", tz="UTC")),
    }
    run_over(connection, _TELL_ANEW, joined)
    run_over(
        connection,
        "INSERT INTO state.copy_members BY NAME SELECT * FROM incoming ANTI JOIN state.copy_members USING (article_id)",
        joined,
    )
    clusters = decisions.clusters
    changed: Mapping[str, Any] = {
        "cluster_id": pa.array([cluster.cluster_id for cluster in clusters], pa.int64()),
        "head_id": pa.array([cluster.head_id for cluster in clusters], pa.int64()),
        "head_reason": pa.array([cluster.head_reason for cluster in clusters], pa.string()),
        "size": pa.array([cluster.size for cluster in clusters], pa.int32()),
    }
    run_over(connection, "DELETE FROM state.copy_clusters WHERE cluster_id IN (SELECT cluster_id FROM incoming)", changed)
    run_over(connection, "INSERT INTO state.copy_clusters BY NAME SELECT * FROM incoming", changed)
    moves = decisions.moves
    run_over(
        connection,
        "INSERT INTO state.copy_moves BY NAME SELECT * FROM incoming",
        {
            "cluster_id": pa.array([move.cluster_id for move in moves], pa.int64()),
            "from_id": pa.array([move.from_id for move in moves], pa.int64()),
            "to_id": pa.array([move.to_id for move in moves], pa.int64()),
            "reason": pa.array([move.reason for move in moves], pa.string()),
            "moved_at": pa.array([move.moved_at for move in moves], pa.timestamp("us", tz="UTC")),
            "from_cluster_id": pa.array([move.from_cluster_id for move in moves], pa.int64()),
        },
    )
    run_over(connection, _NAME_ORIGINALS, {"cluster_id": changed["cluster_id"]})


# A member decided before is here again where its cluster's head has moved: it was compared with the new one.
_TELL_ANEW = """
UPDATE state.copy_members AS members
SET kind = incoming.kind,
    via_id = incoming.via_id
FROM incoming
WHERE members.article_id = incoming.article_id
  AND members.cluster_id = incoming.cluster_id
  AND incoming.kind IS NOT NULL
"""

# A member that was the head takes the kind "near" until it is compared again; the head itself is no copy.
_NAME_ORIGINALS = """
UPDATE main.articles AS articles
SET original_id = named.original_id,
    copy_kind = named.copy_kind
FROM (
    SELECT
        members.article_id,
        nullif(clusters.head_id, members.article_id) AS original_id,
        CASE WHEN clusters.head_id <> members.article_id THEN coalesce(members.kind, 'near') END AS copy_kind
    FROM incoming
    JOIN state.copy_clusters AS clusters USING (cluster_id)
    JOIN state.copy_members AS members USING (cluster_id)
) AS named
WHERE articles.article_id = named.article_id
  AND (articles.original_id, articles.copy_kind) IS DISTINCT FROM (named.original_id, named.copy_kind)
"""


def _take_in(connection: duckdb.DuckDBPyConnection, decisions: Decisions) -> None:
    """Move the members of clusters that proved to be part of another one."""
    merged = {move.from_cluster_id: move.cluster_id for move in decisions.moves if move.from_cluster_id is not None}
    last = {gone: _end_of(merged, kept) for gone, kept in merged.items()}
    columns = {"gone_id": pa.array(list(last), pa.int64()), "kept_id": pa.array(list(last.values()), pa.int64())}
    run_over(
        connection,
        "UPDATE state.copy_members SET cluster_id = incoming.kept_id, kind = coalesce(kind, 'near') FROM incoming"
        " WHERE cluster_id = incoming.gone_id",
        columns,
    )
    run_over(connection, "DELETE FROM state.copy_clusters WHERE cluster_id IN (SELECT gone_id FROM incoming)", columns)


def _end_of(merged: Mapping[int, int], cluster_id: int) -> int:
    while cluster_id in merged:
        cluster_id = merged[cluster_id]
    return cluster_id
