"""Where things rest, and how they are read again: archive, tables, ledger, load, query."""
