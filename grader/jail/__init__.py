"""Running untrusted code. Start reading in `outside.py`: theory of operation and threat model."""
