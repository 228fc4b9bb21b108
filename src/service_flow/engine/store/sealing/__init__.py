"""Personal data sealed under a key of each person, so that it is gone when the key is."""
