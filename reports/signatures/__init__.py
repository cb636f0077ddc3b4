"""Signatures of the files that are issued: made (`sign`, with `keys`, `token`, `timestamp`) and checked (`verify`).

PAdES (ETSI EN 319 142-1) by pyHanko. Bytes in, bytes out, and the time is a parameter.
"""

import logging

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())  # what they find comes back as values
