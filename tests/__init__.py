"""One file per room or behaviour."""
