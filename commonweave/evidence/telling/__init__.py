"""How a body of studies is told on a page: facts, figures, and which publications stand behind it."""
