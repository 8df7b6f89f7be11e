"""Releases: what others get of a warehouse, and nothing else."""
