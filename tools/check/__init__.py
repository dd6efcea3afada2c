"""What `make check` looks at: our own rules, beside those of ruff, mypy, import-linter and djLint."""
