"""The pages: each function takes a connection and what was asked for, and gives the values that its template shows."""
