"""What the config of a Worker asks of the place where it is developed."""

from __future__ import annotations

from cfguard.model.entity import boolean_of, text_of
from cfguard.model.worker import Worker


def entry_point(worker: Worker) -> str:
    """The entry point at the top level of its config, or empty."""
    return text_of(worker.node.get("main")) or "" if worker.node is not None else ""


def listens_everywhere(worker: Worker) -> bool:
    """Whether its config names the address that `wrangler dev` listens on."""
    return worker.node is not None and text_of(worker.node.get("dev", "ip")) is not None


def builds_images(worker: Worker) -> bool:
    """Whether `wrangler dev` builds images for Cloudflare Containers, which takes a Docker daemon."""
    if worker.node is None:
        return False
    array = worker.node.get("containers")
    enabled = boolean_of(worker.node.get("dev", "enable_containers"))
    return array is not None and bool(array.items) and enabled is not False
