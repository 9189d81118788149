"""The warehouse: tables, migrations, and the one transaction that a load is. Knows no site."""
