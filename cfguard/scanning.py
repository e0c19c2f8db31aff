"""Looks through everything that git has for credentials: the tracked files, the index, and what was committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.discover import SKIPPED, in_scope
from cfguard.finding import Note, Problem
from cfguard.git import GitFailure
from cfguard.model.leaks import past_value, staged_value
from cfguard.model.recorded_secret import RECORD
from cfguard.reading import Unreadable
from cfguard.syntax import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cfguard.discover import Discovery
    from cfguard.git import Repository
    from cfguard.model.diagnostic import DiagnosticEntity
    from cfguard.secrets.scan.documents import LeakyDocument
    from cfguard.secrets.scan.files import Scanned
    from cfguard.syntax.node import Document


class Scanning:
    """The scans of one run. What git cannot answer joins ``late``, so that it is told.

    ``documents`` are the files that a parser of ours has read, by path; ``history`` asks for everything
    that was ever committed as well.
    """

    def __init__(
        self,
        discovery: Discovery,
        documents: Mapping[str, Document],
        is_excluded: Callable[[str], bool],
        late: list[Unreadable],
        *,
        history: bool,
    ) -> None:
        self._discovery, self._documents, self.is_excluded = discovery, documents, is_excluded
        self._late, self._history = late, history
        self._seen: dict[str, str] = {}

    def files(self, every: bool) -> Iterator[LeakyDocument]:
        """The tracked text files with live credentials or, given true, with all that may be one."""
        from cfguard.secrets.scan.documents import leaky_documents
        from cfguard.secrets.scan.files import scan_files

        paths = [
            path for path in self._tracked() if path not in self._documents and not (every and path == RECORD)
        ]
        scanned = scan_files(self._discovery.root, paths, every=every)
        self._seen |= {each.path: each.blob for each in scanned}
        if self._discovery.staged is not None:
            return self._staged_files(paths, scanned, every)
        return leaky_documents(self._discovery.root, scanned)

    def _staged_files(
        self, paths: list[str], scanned: Iterable[Scanned], every: bool
    ) -> Iterator[LeakyDocument]:
        """The same as the index has them."""
        from cfguard.secrets.scan.documents import leaky_document, leaky_documents
        from cfguard.secrets.scan.files import scan_content, suspicions
        from cfguard.secrets.scan.scope import MAX_BYTES, is_skipped
        from cfguard.staged import differing

        repository = self._discovery.repository
        if repository is None:
            return
        apart = set(differing(repository, (path for path in paths if not is_skipped(path))))
        yield from leaky_documents(self._discovery.root, [each for each in scanned if each.path not in apart])
        for path, content in sorted(repository.blobs(apart, MAX_BYTES).items()):
            hits = suspicions(path, content) if every else scan_content(path, content)
            if hits:
                yield leaky_document(decode(path, content)[0], hits)

    def elsewhere(self) -> Iterator[DiagnosticEntity]:
        """The credentials that only the index or the history holds; to be asked after :meth:`files`."""
        repository = self._discovery.repository
        if repository is not None and self._discovery.staged is None:
            yield from self._staged(repository)
        if self._history:
            yield from self._past(repository)

    def _staged(self, repository: Repository) -> Iterator[DiagnosticEntity]:
        from cfguard.secrets.scan.files import blob_ids
        from cfguard.staged import staged_leaks

        paths = self._tracked()
        parsed = set(self._documents).intersection(paths)
        self._seen |= blob_ids({path: self._documents[path].source.encoded() for path in parsed})
        try:
            leaks = staged_leaks(repository, paths, self._seen)
        except GitFailure as failure:
            self._late.append(Unreadable(Note(f"cannot tell what is staged: {failure}")))
            return
        for path, line, name, kind, exists in leaks:
            yield staged_value(path, line, name, kind, exists=exists)

    def _past(self, repository: Repository | None) -> Iterator[DiagnosticEntity]:
        from cfguard.history import past_leaks, shown_day

        if repository is None:
            reason = "cannot look through the history: git cannot be asked"
            self._late.append(Unreadable(Problem("unreadable", None, reason)))
            return
        try:
            past = past_leaks(repository)
        except GitFailure as failure:
            reason = f"cannot look through the history: {failure}"
            self._late.append(Unreadable(Problem("unreadable", None, reason)))
            return
        lost = 0
        for leak in past.leaks:
            lost += not leak.path
            if leak.path and not leak.present and self._counts(leak.path):
                when = (
                    f"commit {leak.commit[:10]} ({shown_day(leak.time)})" if leak.commit else "an old commit"
                )
                yield past_value(leak.path, leak.line, leak.name, leak.kind, when)
        self._late += [Unreadable(Note(remark)) for remark in past.remarks]
        if lost:
            words = "credential lies" if lost == 1 else "credentials lie"
            told = f"{lost} {words} in objects that no commit reaches; `cfguard secrets history` lists them"
            self._late.append(Unreadable(Note(told)))

    def _tracked(self) -> list[str]:
        """The tracked regular files of the run."""
        repository = self._discovery.repository
        entries = repository.files() if repository is not None else {}
        return [
            path
            for path, entry in entries.items()
            if not (entry.submodule or entry.symlink) and self._counts(path)
        ]

    def _counts(self, path: str) -> bool:
        is_entered = SKIPPED.isdisjoint(path.split("/")[:-1])
        return is_entered and not self.is_excluded(path) and in_scope(path, self._discovery.scopes)
