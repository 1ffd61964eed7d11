"""What students of this exercise get wrong: by name, with the formula that it leads to. Private."""
