"""Making a file safe to read: its real kind by content, then built anew without what it hides.

Nothing here knows Django or a database: all of it but `ask` runs in a child process that can reach neither network nor files.
"""
