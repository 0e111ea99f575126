"""What goes over the ways out, and what comes back by them: bytes in, typed values out. Pure."""
