"""Real processes on servers of their own, ended at random while a hostile world goes on."""
