"""The memory of copies: fingerprints of a batch in, what may be copied out; decisions in, tables of schema `state` out."""

from warehouse.copies.lookup import WINDOW_DAYS, candidates_for, load_sequence
from warehouse.copies.memberships import store_clusters
from warehouse.copies.sketches import forget_other_versions, has_other_versions, has_unsketched, store_fingerprints, unsketched

__all__ = [
    "WINDOW_DAYS",
    "candidates_for",
    "forget_other_versions",
    "has_other_versions",
    "has_unsketched",
    "load_sequence",
    "store_clusters",
    "store_fingerprints",
    "unsketched",
]
