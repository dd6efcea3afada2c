"""`python -m commonweave` is the command `commonweave`."""

from commonweave.site.cli import main

if __name__ == "__main__":
    main()
