"""The image without Docker: `python -m tests.bench.image` (as root, with a package index; some three minutes of CPU).

Does what deploy/Dockerfile says, step by step, in overlays over this machine's own Debian instead of over python:3.11-slim, with
the files that the build context would have; then starts it as compose.yaml does: user 10001, no capabilities, a root that cannot
be written, one volume. What is not shown: the base image itself, layers, and Docker's own network.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from flows.engine import EPHEMERAL_STARTUP_SECONDS

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
PYTHON = "/usr/bin/python3.11"
"""Stands in for the base image's /usr/local/bin/python: the same minor version of Debian's own build."""
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
KEPT = ("PIP_", "HTTP", "http", "SSL_CERT", "REQUESTS_CA")


@dataclass
class Stage:
    """A file system that grows: what differs from the machine's own lies in `upper`."""

    upper: Path
    work: Path
    folder: str = "/"
    variables: dict[str, str] = field(default_factory=dict)
    entrypoint: list[str] = field(default_factory=list)
    user: str = "0:0"

    def run(self, *words: str, volume: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command inside; with a volume as a container of compose.yaml would, else as a step of the build."""
        mount = f"lowerdir=/,upperdir={self.upper},workdir={self.work}"
        script = [
            'set -e; m=$(mktemp -d); mount -t overlay overlay -o "$0" "$m"',
            'mount --bind /dev "$m/dev"; mount -t proc proc "$m/proc"; mount -t tmpfs tmpfs "$m/tmp"',
            'mount -t tmpfs -o size=64m,mode=1777 shm "$m/dev/shm"',  # as Docker does
        ]
        drop = ""
        if volume is not None:
            home = self.variables["NEWSLOOM_HOME"]
            script.append(f'mount --bind "{volume}" "$m{home}"; mount -o remount,ro "$m"')
            user, group = self.user.split(":")
            drop = f"setpriv --reuid {user} --regid {group} --clear-groups --no-new-privs --bounding-set -all --inh-caps -all"
        script.append(f'exec chroot "$m" {drop} /bin/sh -c \'cd "$0" && exec "$@"\' "$@"')
        kept = {name: value for name, value in os.environ.items() if volume is None and name.startswith(KEPT)}
        given = {"PATH": SYSTEM_PATH, "HOME": "/tmp", **kept, **self.variables}
        return subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", "; ".join(script), mount, self.folder, *words],
            env=given,
            capture_output=True,
            text=True,
            check=False,
        )


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile with their words, comments and continued lines resolved."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(kind.upper(), rest.strip()) for kind, _, rest in (line.partition(" ") for line in joined.splitlines())]


def built(text: str, folder: Path, arguments: dict[str, str]) -> Stage:
    """Do what the Dockerfile says.

    Raises:
        SystemExit: A step failed.

    """
    stages: dict[str, Stage] = {}
    stage = Stage(folder, folder)
    for number, (kind, rest) in enumerate(instructions(text), start=1):
        began = time.monotonic()
        if kind == "FROM":
            name = rest.split(" AS ")[-1] if " AS " in rest else str(len(stages))
            stage = stages[name] = _new_stage(folder / name)
        elif kind == "COPY":
            _copy(rest, stage, stages)
        else:
            STEPS[kind](stage, rest, arguments)
        print(f"| {number} | {kind} {rest[:90]} | {time.monotonic() - began:.1f} s |", flush=True)
    return stage


def _workdir(stage: Stage, rest: str, _arguments: dict[str, str]) -> None:
    stage.folder = rest
    (stage.upper / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)


def _env(stage: Stage, rest: str, _arguments: dict[str, str]) -> None:
    for word, value in re.findall(r"(\w+)=(\S+)", rest):
        stage.variables[word] = value.replace("$PATH", stage.variables.get("PATH", SYSTEM_PATH))


def _arg(stage: Stage, rest: str, arguments: dict[str, str]) -> None:
    word, _, default = rest.partition("=")
    stage.variables[word] = arguments.get(word, default.strip('"'))


def _run(stage: Stage, rest: str, _arguments: dict[str, str]) -> None:
    done = stage.run("/bin/sh", "-c", rest)
    if done.returncode:
        sys.exit(f"RUN {rest}\n{done.stdout[-2000:]}{done.stderr[-3000:]}")


def _user(stage: Stage, rest: str, _arguments: dict[str, str]) -> None:
    stage.user = rest


def _entrypoint(stage: Stage, rest: str, _arguments: dict[str, str]) -> None:
    stage.entrypoint = json.loads(rest)


def _cmd(stage: Stage, rest: str, _arguments: dict[str, str]) -> None:
    """What is run when nothing is named; here something always is."""


STEPS = {
    "WORKDIR": _workdir,
    "ENV": _env,
    "ARG": _arg,
    "RUN": _run,
    "USER": _user,
    "ENTRYPOINT": _entrypoint,
    "CMD": _cmd,
}


def _new_stage(folder: Path) -> Stage:
    stage = Stage(folder / "upper", folder / "work")
    (stage.upper / "usr/local/bin").mkdir(parents=True)
    stage.work.mkdir()
    for name in ("python", "python3"):
        (stage.upper / "usr/local/bin" / name).symlink_to(PYTHON)
    return stage


def _copy(rest: str, stage: Stage, stages: dict[str, Stage]) -> None:
    words = rest.split()
    options = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
    *sources, target = (word for word in words if not word.startswith("--"))
    origin = stages[options["from"]].upper if "from" in options else ROOT
    into = stage.upper / (target if target.startswith("/") else f"{stage.folder}/{target}").lstrip("/")
    for name in sources:
        source = origin / name.lstrip("/")
        place = into / source.name if target.endswith("/") else into
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, place)
        if "chmod" in options:
            place.chmod(int(options["chmod"], 8))


def looks(stage: Stage, folder: Path, *, with_lake: bool) -> list[tuple[str, bool, str]]:
    """Start the image as compose.yaml does, and tell what is seen."""
    volume = folder / "volume"
    volume.mkdir()
    os.chown(volume, *(int(number) for number in stage.user.split(":")))
    start = lambda *words: stage.run(*stage.entrypoint, *words, volume=volume)  # noqa: E731 - read four times, here
    told = []
    patience = round(EPHEMERAL_STARTUP_SECONDS * max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1)))
    patient = ("env", f"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS={patience}")  # a busy machine starts its server late
    for what, words, code, sign in (
        ("it says what it can do", ("newsloom", "--help"), 0, "import"),
        ("Prefect is in it", ("prefect", "version"), 0, "3."),
        ("it is nobody", ("id",), 0, "uid=10001"),
        ("it has no capabilities", ("sh", "-c", "grep -h CapEff /proc/self/status"), 0, "0000000000000000"),
        ("it writes nothing but its volume and /tmp", ("sh", "-c", "touch /srv/newsloom/x || touch /var/lib/x"), 1, "Read-only"),
        ("the demo runs in its volume", (*patient, "newsloom", "demo", "--home", "/var/lib/newsloom/data/demo"), 0, "articles"),
        *((("DuckDB's extensions for a lake", ("newsloom", "setup", "lake"), 0, "its wheel"),) if with_lake else ()),
    ):
        done = start(*words)
        said = (done.stdout + done.stderr).strip()
        told.append((what, done.returncode == code and sign in said, said[-400:]))
    return told


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lake", action="store_true", help="as compose.lake.yaml builds it")
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsloom-image-") as folder:
        print("| step | | took |\n|---|---|---|")
        stage = built(DOCKERFILE.read_text(), Path(folder), {"LAKE": "1"} if given.lake else {})
        size = sum(file.lstat().st_size for file in (stage.upper / "srv").rglob("*"))
        print(f"\n{size / 1e6:.0f} MB in /srv/newsloom\n")
        told = looks(stage, Path(folder), with_lake=given.lake)
        for what, is_well, said in told:
            print(f"- {what}: {'yes' if is_well else f'NO: {said}'}")
    sys.exit(not all(is_well for _, is_well, _ in told))


if __name__ == "__main__":
    main()
