"""When each feed runs and by when it is due."""
