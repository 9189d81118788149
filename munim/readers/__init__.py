"""The questions that people and agents ask of the tables, one function each. Nothing here writes.

Importing these brings in no driver: a door that only says what it can do stays quick.
"""
