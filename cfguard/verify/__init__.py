"""Runs a Worker with the real wrangler and measures it: nothing here is imported by ``cfguard check``.

Unlike everything else in cfguard this executes the project's code, so it is a command of its own. What it
starts lives in process groups that a watchdog ends, in a copy of the project that the watchdog removes.
"""
