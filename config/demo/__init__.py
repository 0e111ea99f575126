"""The demonstration: two invented practices, their people, feeds and two days of work."""
