"""`python -m munim.cli`."""

from munim.cli.ending import main

main()
