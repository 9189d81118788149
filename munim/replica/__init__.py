"""A stand-in for the sites: their exact formats, made data, the same every time, with faults on demand.

Importing this, or `munim.replica.faults`, brings in neither numpy nor pandas.
"""
