"""Debian packages that are not installed, run from a directory of their own: mail servers exclude one
another, own users, and write where they always write. scripts/test unpacks them into
build/servers/NAME; here such a tree becomes a root with the libraries that its programs need: this
machine's, or those of another release that were unpacked with them.

Needs root: for chroot(2), and because a mail server becomes several users."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PASSWD = """root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/sh
postman:x:60000:60000:postman:/home/postman:/bin/sh
"""
GROUP = """root:x:0:
nogroup:x:65534:
postman:x:60000:
"""


class Root:
    def __init__(self, folder, package, servers, users):
        source = Path(servers, package)
        if not source.is_dir():
            raise AssertionError(f"no {source}: scripts/test --all unpacks it")
        if os.geteuid() != 0:
            raise AssertionError(f"{package} needs root")
        self.path = Path(folder, package)
        shutil.copytree(source, self.path, symlinks=True)
        self.processes = []
        if (self.path / "usr/bin/sh").exists():
            self.join_usr()
        for directory in ("dev", "tmp", "etc", "bin", "var/run", "var/log", "root", "home/postman",
                          "mail"):
            (self.path / directory).mkdir(parents=True, exist_ok=True)
        for name, numbers in (("null", (1, 3)), ("random", (1, 8)), ("urandom", (1, 9))):
            os.mknod(self.path / "dev" / name, 0o20666, os.makedev(*numbers))
            os.chmod(self.path / "dev" / name, 0o666)
        (self.path / "tmp").chmod(0o1777)
        for directory in ("home/postman", "mail"):
            os.chown(self.path / directory, 60000, 60000)
        self.write("etc/passwd", PASSWD + "".join(
            f"{name}:x:{number}:{number}:{name}:{home}:/bin/sh\n" for name, number, home in users))
        self.write("etc/group", GROUP + "".join(
            f"{name}:x:{number}:\n" for name, number, _ in users))
        self.write("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")
        self.write("etc/hosts", "127.0.0.1 localhost\n")
        shutil.copy("/etc/services", self.path / "etc/services")

    def join_usr(self):
        """What a release has in a package that is not unpacked: /lib and its like lie below /usr."""
        for directory in ("bin", "sbin", "lib", "lib64"):
            (self.path / directory).symlink_to(f"usr/{directory}")

    def write(self, name, text, mode=0o644):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def copy(self, source, name, mode=0o600):
        shutil.copy(source, self.path / name)
        (self.path / name).chmod(mode)

    def add_libraries(self):
        """What its programs and their shell are linked with, and that shell, from this machine."""
        self.add("/bin/sh")
        own = {path.parent for path in self.path.rglob("*.so*")}
        environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, own))}
        for program in [path for path in self.path.rglob("*")
                        if path.is_file() and not path.is_symlink() and is_elf(path)]:
            listing = subprocess.run(["ldd", program], capture_output=True, text=True,
                                     env=environment).stdout
            if "not found" in listing:
                raise AssertionError(f"{program} lacks a library:\n{listing}")
            for library in re.findall(r"(/\S+) \(0x", listing):
                self.add(library)

    def add(self, name):
        """A file of this machine, where it is there."""
        if name.startswith(str(self.path)) or (self.path / name.lstrip("/")).exists():
            return
        to = self.path / name.lstrip("/")
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, to)

    def run(self, *command, **options):
        return subprocess.run(["chroot", self.path, *command], check=True, capture_output=True,
                              **options)

    def start(self, *command, environment=None):
        log = (self.path / "var/log/test").open("ab")
        process = subprocess.Popen(["chroot", self.path, *command], stdout=log, stderr=log,
                                   stdin=subprocess.DEVNULL, start_new_session=True,
                                   env={"PATH": "/usr/sbin:/usr/bin:/bin", **(environment or {})})
        log.close()
        self.processes.append(process)
        return process

    def log(self):
        return "".join(path.read_text(errors="replace") for path in self.path.glob("var/log/*"))

    def stop(self):
        """Its processes are those whose session began with ours."""
        for process in self.processes:
            for number in [signal.SIGTERM, signal.SIGKILL]:
                try:
                    os.killpg(process.pid, number)
                except ProcessLookupError:
                    break
                time.sleep(0.2)
            process.wait()
        self.processes = []


def is_elf(path):
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def await_port(port, root, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}:\n{root.log()[-3000:]}")
