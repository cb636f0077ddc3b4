"""DEMAND: policies as YAML, one a file, and the strict loader that makes values of them."""
