"""What things mean: records, the canonical indicators, the national forms and their rules."""
