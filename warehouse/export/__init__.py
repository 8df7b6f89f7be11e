"""Tables as files for other programs: Parquet, CSV, Excel, Stata."""
