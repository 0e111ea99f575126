"""Proof of life: what time it is, that sweeps run, and which obligations do not hold."""
