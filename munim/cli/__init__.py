"""The command `munim`: thin doors to the rooms behind them.

Nothing heavy is imported here, nor by the modules of the commands when they are imported: what a command works with
comes when it runs. `munim --help` is asked more often than anything else.
"""

from munim.cli.ending import main

__all__ = ["main"]
