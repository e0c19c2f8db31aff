"""What git knows of a repository, asked so that the repository can run nothing of its own."""

from cfguard.git.process import GitFailure
from cfguard.git.repository import Entry, IgnoreRule, Repository, Unavailable, find_work_tree

__all__ = ["Entry", "GitFailure", "IgnoreRule", "Repository", "Unavailable", "find_work_tree"]
