"""What wrangler would bundle: the entry file of an environment, and whether it is there."""

from __future__ import annotations

import posixpath

from cfguard.model.configuration import Configuration
from cfguard.model.entity import Entity, field, text_of
from cfguard.model.surroundings import Surroundings
from cfguard.model.values import is_template_text

_CODE = (".ts", ".mts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".py")
#: Folders that builds write; a file in them need not be in the repository.
_BUILT = frozenset(
    {
        ".astro", ".cloudflare", ".next", ".nuxt", ".open-next", ".output", ".solid", ".svelte-kit", ".vercel",
        ".vinxi", ".wrangler", "_build", "bin", "build", "built", "bundle", "dist", "esm", "gen", "generated", "lib",
        "node_modules", "out", "output", "pkg", "public", "release", "target", "tmp", "worker-build",
    }
)  # fmt: skip
#: Packages whose build or plugin gives wrangler a config with the entry in it (read 2026-11-22).
_GIVES_ENTRY = frozenset(
    {
        "@astrojs/cloudflare", "@cloudflare/vite-plugin", "@opennextjs/cloudflare", "@react-router/cloudflare",
        "@sveltejs/adapter-cloudflare", "@sveltejs/adapter-cloudflare-workers", "alchemy", "nitro", "nitropack", "nuxt",
        "rwsdk", "sst", "vike-cloudflare", "vinext", "vinxi",
    }
)  # fmt: skip
#: Commands of wrangler that bundle; the entry file follows.
_BUNDLING = (["deploy"], ["publish"], ["dev"], ["versions", "upload"])


class EntryPoint(Entity):
    """The entry file of an environment."""

    expression_type = "entry_point"

    def __init__(self, configuration: Configuration, folder: str, around: Surroundings) -> None:
        super().__init__(configuration.document, configuration.node)
        self._configuration, self._folder, self._around = configuration, folder, around

    @field
    def path(self) -> str | None:
        """The path of `main`, relative to the root; absent where `main` is no path of a source file."""
        main = self._configuration.main
        if main is None or is_template_text(main) or not main.lower().endswith(_CODE) or ":" in main:
            return None
        path = posixpath.normpath(posixpath.join(self._folder, main))
        return None if path.startswith(("..", "/")) or "\0" in path else path

    @field
    def is_unset(self) -> bool:
        """Whether there is nothing to upload: no `main`, no assets, no site, and nobody else who names an entry."""
        configuration = self._configuration
        if any(configuration.setting(key) is not None for key in ("main", "site", "pages_build_output_dir")):
            return False
        assets = configuration.setting("assets")
        if assets is not None and (assets.kind != "table" or assets.get("directory") is not None):
            return False
        return not self._is_built and not self._is_given

    @field
    def is_absent(self) -> bool:
        """Whether `main` names a source file that is not there, though others of the Worker are.

        Nothing is absent that a build may make, that git ignores, or where no source file lies at all.
        """
        path = self.path
        if path is None or self._around.path_kind(path) is not None or self._is_built:
            return False
        if not _BUILT.isdisjoint(path.split("/")[:-1]) or self._is_package(self._configuration.main or ""):
            return False
        return self._around.has_code(self._folder) and not self._around.is_ignored(path)

    @property
    def _is_built(self) -> bool:
        build = self._configuration.setting("build")
        has_command = build is not None and bool(text_of(build.get("command")))
        return has_command or self._around.depends_on(self._folder, _GIVES_ENTRY)

    @property
    def _is_given(self) -> bool:
        """Whether a command of package.json names the entry file or the assets."""
        for arguments in self._around.calls(self._folder):
            if "--assets" in arguments or "--script" in arguments:
                return True
            for words in _BUNDLING:
                given = arguments[len(words) : len(words) + 1]
                if arguments[: len(words)] == words and given and not given[0].startswith("-"):
                    return True
        return False

    def _is_package(self, main: str) -> bool:
        first = main.removeprefix("./").partition("/")[0]
        return first.startswith("@") or self._around.depends_on(self._folder, frozenset({first}))
