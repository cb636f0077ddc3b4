"""SHOW: the web console. It gives history and reports to people in a browser, and never looks at a target itself."""
