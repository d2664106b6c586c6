"""`python -m apim_ai`."""

from apim_ai.cli import main

if __name__ == "__main__":
    main()
