"""The stages of the road, as plain functions: each ties extractors and warehouse for one batch, and none knows Prefect.

polling -> fetching -> reading -> relating -> loading. `flows.tasks` gives them names, retries and a place in the interface.
"""
