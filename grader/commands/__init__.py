"""One module per command; each has `run(options) -> int`, its exit code."""
