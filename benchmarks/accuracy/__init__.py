"""A labelled benchmark of secret detection: made-up values in a temporary repository, and three tools.

    python -m benchmarks.accuracy [--seed 1] [--projects 4] [--secretlint FOLDER] [--show]

Every value is made when it runs; the tree holds none. :mod:`.live` makes credentials, :mod:`.harmless` what
only looks like one, :mod:`.places` the files that they stand in, :mod:`.tools` runs cfguard (the whole
program), detect-secrets and secretlint over the repository.
"""
