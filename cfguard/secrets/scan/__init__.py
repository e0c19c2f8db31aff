"""The general detector for files that no parser of ours reads: detect-secrets, behind a prefilter.

detect-secrets 1.5 runs 27 regular expressions with their filters on every line, 200 to 300 µs a line.
Almost no line can hold a finding, and a few necessary conditions, searched over the bytes of a whole
file, say which. Only there its own detectors and filters run, so that what is found is exactly what
detect-secrets finds (``scripts/scan_identity.py`` and ``scripts/scan_fuzz.py`` compare).

:func:`~cfguard.secrets.scan.text.scan_text` scans one text, :func:`~cfguard.secrets.scan.files.scan_files`
many files with a cache; :mod:`~cfguard.secrets.scan.scope` says which files are not scanned, and why.
"""
