"""What every room stands on: errors, the clock, settings and the small types that travel between rooms."""
