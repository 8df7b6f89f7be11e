"""Simulated portals on loopback: a site per publishing system, and faults that any of them can be given."""
