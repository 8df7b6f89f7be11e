"""What Alembic runs: the migrations, on the connection and in the transaction that `warehouse.migrate` has."""

from alembic import context

from warehouse.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
