"""One file a site: its URLs, its handshake, its formats. Knows no SQL and no data set's tables."""
