"""One run of the validator: the top level, then every environment over it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from cfguard.wrangler import binding_names, containers, durable_objects, field_checks, pages
from cfguard.wrangler.diagnostic import Findings, WranglerDiagnostic
from cfguard.wrangler.evaluate import Check, Evaluation
from cfguard.wrangler.inheritance import Inheritance
from cfguard.wrangler.javascript import is_falsy, kind_of, string
from cfguard.wrangler.scope import Scope
from cfguard.wrangler.table import Table, load
from cfguard.wrangler.wording import noun, quoted, some

if TYPE_CHECKING:
    from cfguard.syntax.node import Document, Node
    from cfguard.wrangler.containers import PathKind

# Real configs have a handful; every one costs a walk over what it inherits.
_MOST_ENVIRONMENTS = 100

CHECKS: dict[str, Check] = {
    "capnp": field_checks.capnp,
    "compatibility-date": field_checks.compatibility_date,
    "connect": field_checks.connect,
    "container": containers.container,
    "container-observability": containers.observability,
    "export-container": durable_objects.export_container,
    "export-name": durable_objects.export_name,
    "managed-container": containers.managed_container,
    "managed-image": containers.managed_image,
    "milliseconds": field_checks.milliseconds,
    "observability": field_checks.observability,
    "pipeline": field_checks.pipeline,
    "placement": field_checks.placement,
    "preview-containers": containers.preview_containers,
    "renamed-to": durable_objects.renamed_to,
    "rollout-steps": containers.rollout_steps,
    "route": field_checks.route,
    "service-dev": field_checks.service_dev,
    "unsafe-binding": field_checks.unsafe_binding,
    "workflow-names": durable_objects.workflow_names,
}


def validate(document: Document, *, path_kind: PathKind | None = None) -> tuple[WranglerDiagnostic, ...]:
    """What wrangler's validator says about a config, in the order of the file.

    ``path_kind`` tells whether a path beside the config is a ``"file"``, a ``"folder"`` or None; without it
    nothing is said about container images that may be Dockerfiles. Never raises on the content.
    """
    table = load()
    findings = Findings(document)
    root = document.root
    if root.kind != "table":
        _report_root(root, findings)
        return findings.sorted()
    run = _Run(table, root, findings, path_kind)
    scopes = [Scope(table, root, root, None), *run.environments(root)]
    clean = [run.scope(scope) for scope in scopes]
    if "pages_build_output_dir" in root.members:
        for scope, is_clean in zip(scopes, clean, strict=True):
            if is_clean:
                pages.check(scope, findings)
    return findings.sorted()


def _report_root(root: Node, findings: Findings) -> None:
    if root.kind == "array":
        for item in root.items:
            findings.at(item, "the config is an array; a table was expected", code="unexpected-field")
            return
    elif findings.complete:
        findings.at(root, f"the config is {noun(root)}; a table was expected")


class _Run:
    """The passes over one document."""

    __slots__ = ("evaluation", "findings", "inheritance", "is_top_clean", "path_kind", "table")

    def __init__(self, table: Table, root: Node, findings: Findings, path_kind: PathKind | None) -> None:
        self.table = table
        self.findings = findings
        self.path_kind = path_kind
        self.evaluation = Evaluation(table, findings, CHECKS)
        self.inheritance = Inheritance(root, findings)
        self.is_top_clean = True

    def environments(self, root: Node) -> list[Scope]:
        """The first 100 named environments; wrangler crashes on those that are no tables."""
        node = root.members.get("env")
        scopes: list[Scope] = []
        for child in islice(node.children(), _MOST_ENVIRONMENTS) if node is not None else ():
            name = str(child.key)
            self.findings.environment = name
            message = f"environment {quoted(name)} is {noun(child)}; a table was expected"
            if kind_of(child) not in ("object", "array"):
                self.findings.at(child, message)
                continue
            scopes.append(Scope(self.table, root, child, name))
            if child.items:
                help = f"Use [single brackets]: `[env.{name}]`" if self.evaluation.toml else ""
                self.findings.at(child, message, code="unexpected-field", help=help)
        return scopes

    def scope(self, scope: Scope) -> bool:
        """One pass; returns whether wrangler would find no error in it, shared ones included."""
        self.findings.environment = scope.name
        before = self.findings.errors
        self._sections(scope)
        middle = self.findings.errors
        # wrangler does these for the chosen environment only, so the top level's own do not count for it.
        self._site(scope)
        self._python(scope)
        is_pages = "pages_build_output_dir" in scope.root.members
        binding_names.check_unique(scope, self.findings, pages=is_pages)
        if scope.is_top:
            self.is_top_clean = middle == before
        return self.is_top_clean and self.findings.errors == before

    def _sections(self, scope: Scope) -> None:
        """Every section by the table, and what sections say together."""
        sections = self.table.sections if scope.is_top else self.table.environment
        self.evaluation.members(scope.node, sections, self._policy(scope))
        if scope.is_top:
            self._experimental(scope)
        else:
            self.inheritance.check(scope)
            self._inherited_domains(scope)
            if "unsafe" not in scope.root.members:
                self._experimental(scope)
        self._routes(scope)
        durable_objects.check(scope, self.findings)
        containers.check(scope, self.findings, self.path_kind)

    def _policy(self, scope: Scope) -> dict[str, object]:
        if scope.is_top:
            return {"x-removed": self.table.root["x-removed"], "x-legal": self.table.root["x-legal"]}
        removed = {k: v for k, v in self.table.root["x-removed"].items() if k != "legacy_env"}
        return {"x-removed": removed}

    def _experimental(self, scope: Scope) -> None:
        unsafe = scope.node.members.get("unsafe")
        if unsafe is not None:
            message = "`unsafe` is experimental and may change or break at any time"
            self.findings.at(unsafe, message, code="experimental-field", part="key")

    def _routes(self, scope: Scope) -> None:
        route, routes = scope.own("route"), scope.own("routes")
        if route is not None and routes is not None:
            message = "`route` and `routes` exclude each other; one of them was expected"
            self.findings.at(route, message, part="key", related=((routes.part("key"), "the other one"),))

    def _inherited_domains(self, scope: Scope) -> None:
        routes = scope.root.members.get("routes")
        if routes is None or "routes" in scope.node.members:
            return
        domains = [
            item.members["pattern"]
            for item in routes.items
            if item.get("custom_domain") is not None
            and item.members["custom_domain"].value is True
            and string(item.members.get("pattern")) is not None
        ]
        if domains:
            names = some([str(domain.value) for domain in domains])
            self.findings.missing(
                scope.node,
                "routes",
                f"environment {quoted(str(scope.name))} inherits the custom domain {names}: "
                "deploying it takes the domain away from the top-level Worker",
                code="custom-domain-inherited",
                help="Set `routes` in the environment, to an empty array or to its own domains",
                related=tuple((domain.span, "the custom domain") for domain in domains[:8]),
            )

    def _site(self, scope: Scope) -> None:
        site = scope.root.members.get("site")
        if site is None or site.kind != "table":
            return
        main, entry = scope.effective("main"), site.members.get("entry-point")
        # wrangler makes an absolute path of `main`, so even an empty one counts.
        has_main = main is not None and (main.kind == "string" or not is_falsy(main))
        if main is not None and has_main and entry is not None and not is_falsy(entry):
            message = "`main` and `site.entry-point` both name the entry point; only `main` was expected"
            self.findings.at(entry, message, part="key", related=((main.span, "set here"),))
        elif not has_main and (entry is None or is_falsy(entry)):
            message = "`site` is set without `main`; wrangler then takes `workers-site/index.js`"
            self.findings.missing(site, "entry-point", message, code="suspicious-field", help="Set `main`")

    def _python(self, scope: Scope) -> None:
        main, flags = scope.effective("main"), scope.effective("compatibility_flags")
        if main is None or not (string(main) or "").endswith(".py"):
            return
        named = [string(item) for item in flags.items] if flags is not None else []
        if "python_workers" not in named and self.findings.complete:
            message = "`main` is Python, which needs the flag `python_workers`; it is not set"
            help = 'Add "python_workers" to `compatibility_flags`'
            self.findings.at(main, message, help=help)
