"""The demonstration: three invented practices, their people, feeds and sixty days of work."""
