"""From a URL to a report: portals, the polite session, documents, and their reading."""
