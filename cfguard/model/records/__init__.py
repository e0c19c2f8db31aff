"""Records: what a project writes while it lives, and the definitions of its contract and integration tests."""

from __future__ import annotations

from cfguard.model.records.gathered import (
    RECORD_COLLECTIONS,
    RECORD_ENTITIES,
    RecordFiles,
    Surrounding,
    WithRecords,
)

__all__ = ["RECORD_COLLECTIONS", "RECORD_ENTITIES", "RecordFiles", "Surrounding", "WithRecords"]
