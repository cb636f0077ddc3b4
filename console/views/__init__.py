"""What answers a request: each module a part of the site. Views read through `request.door` and decide nothing."""
