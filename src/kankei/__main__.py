"""``python -m kankei``."""

from kankei.cli.main import main

main()
