"""Everything on one machine: the servers, their processes and the commands of run.py.

Nothing here imports Django: the launcher must be able to say what is wrong before settings load.
"""
