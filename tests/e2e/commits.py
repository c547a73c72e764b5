"""Commits that a test adds to the sandbox's remote repository; the next reset takes them away."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from demo.sandbox.sandbox import Sandbox


def push(
    sandbox: Sandbox, branch: str, files: Mapping[str, str], *, parent: str = "", author: str = "Ada Whitfield"
) -> str:
    """Put a commit with these files on top of a branch, or of ``parent`` (main) where it begins; return its id."""
    repository = sandbox.layout.repository
    with tempfile.TemporaryDirectory() as folder:
        mail = author.lower().replace(" ", ".") + "@example.test"
        who = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", author), ("EMAIL", mail))
        }
        environment = os.environ | who | {"GIT_INDEX_FILE": str(Path(folder) / "index")}

        def git(*words: str, text: str | None = None) -> str:
            command = ["git", "-C", str(repository), *words]
            done = subprocess.run(command, env=environment, input=text, check=True, capture_output=True, text=True)
            return done.stdout.strip()

        known = git("for-each-ref", f"refs/heads/{branch}", "--format=%(objectname)")
        before = known or git("rev-parse", parent or "main")
        git("read-tree", before)
        for path, text in files.items():
            blob = git("hash-object", "-w", "--stdin", text=text)
            git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        commit = git("commit-tree", git("write-tree"), "-p", before, "-m", f"Change {', '.join(files)}")
        git("update-ref", f"refs/heads/{branch}", commit)
        return commit
