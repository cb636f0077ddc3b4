"""An estate of loopback web servers, good and bad, to be scanned. It imports nothing of the other rooms.

`estate.running_estate` starts and stops it; `sites` says what stands there, `faults` what is wrong with it.
"""
