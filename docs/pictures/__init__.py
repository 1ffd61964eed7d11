"""The pictures of the course, one module per theme; `docs/make_pictures.py` writes them."""
