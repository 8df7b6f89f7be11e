"""The tables of a document to the figures of one national form.

The form is recognised from its labels, never from the year. What holds the table does not matter:
grids are read by their columns, running text (`stream`) by its labels.
"""
