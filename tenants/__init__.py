"""Practices, and the scope that fails closed."""
