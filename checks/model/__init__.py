"""The words that every room shares. Frozen types, no behaviour that needs the outside world."""
