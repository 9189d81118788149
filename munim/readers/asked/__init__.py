"""The questions that people and agents ask, one module each: parameters in, one `Answer` out."""
