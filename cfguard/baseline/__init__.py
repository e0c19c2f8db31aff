"""Findings that a project has accepted for now, so that only new ones are told.

A baseline is a file beside the settings; it is read only where there is one.
"""
