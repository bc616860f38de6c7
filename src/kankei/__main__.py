"""``python -m kankei``."""

from kankei.cli import main

main()
