"""Bytes of TLS and values of TLS, both ways, without any input or output: SSL 2.0 to TLS 1.3 as a client meets them.

Whatever arrives, nothing here raises anything but CodecError, loops without end, or holds more than its bounds.
"""
