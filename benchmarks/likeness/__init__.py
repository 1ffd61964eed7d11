"""How often independent answers look alike by chance, and how often copies are found."""
