"""The kicks: a small two-dimensional data set, its loader, and the program that makes it."""
