"""Loops that leave the building (docs/architecture.md keeps its place above routing)."""
