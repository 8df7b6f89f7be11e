"""Order only: which step when, for which portal and year. Prefect lives here and nowhere else."""
