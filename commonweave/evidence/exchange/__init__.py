"""Records as other systems read them: a file for each public standard (ADR 38)."""
