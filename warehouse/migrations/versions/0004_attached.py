"""An index to the files that are attached to a page.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("attached_to <> ''")
    op.create_index(
        "ix_page_attached", "page", ["portal_id", "attached_to"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    op.drop_index("ix_page_attached", "page")
