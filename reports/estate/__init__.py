"""The report on the whole estate: from the scanning unit to the body above it."""
