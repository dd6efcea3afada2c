"""Small faults made by a machine, each tried in a process of its own that is forked where the tests stand ready."""
