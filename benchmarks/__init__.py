"""Figures that anybody can measure again: `make bench`."""
