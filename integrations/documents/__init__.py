"""The door for clinical documents (C-CDA)."""
