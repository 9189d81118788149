"""munim keeps India's market data: fetched politely, checked, dated, and never silently wrong."""

__version__ = "0.1.0"
