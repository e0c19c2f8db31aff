"""What a secret looks like, and how text leaves the program without one.

The parts are imported from their modules: :mod:`~cfguard.secrets.names` (which keys name a credential),
:mod:`~cfguard.secrets.detect` (whether a pair holds a live one), :mod:`~cfguard.secrets.masking` (what may
be shown).
"""
