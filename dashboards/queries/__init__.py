"""What each screen shows, read in a fixed number of statements and handed on as rows."""
