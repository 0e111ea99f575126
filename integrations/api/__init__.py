"""The REST API: tasks read and worked by other programs, with keys of a practice."""
