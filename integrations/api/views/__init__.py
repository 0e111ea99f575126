"""One operation a class."""
