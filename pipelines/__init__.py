"""One file a data set: what it is, and how its raw rows become tidy ones. Plus the one run that everything calls."""
