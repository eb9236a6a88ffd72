"""How it looks: figures, and every text that is shown."""
