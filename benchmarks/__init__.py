"""Speed, always as a ratio against a named rival that runs in the same process, in turns with us.

A benchmark is a module with a function `run() -> bool`: it prints what it measured, and says
whether the project kept its promise. `python -m benchmarks` runs those listed in `__main__.py`.
"""
