"""Who is measured: the programs of this folder, and such as are built elsewhere to the same contract
(peer.h)."""

import shlex
import shutil
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


class Peer:
    """A program that keeps the contract. kind: "text", "binary", or "none" where nothing is kept."""

    def __init__(self, name, command, kind="text", decoder=None, discards=True, warm=None,
                 environment=None, says_text=True):
        self.name, self.command, self.kind = name, command, kind
        self.decoder = decoder  # a command, {} where the file comes
        self.discards = discards  # can write to /dev/null
        self.warm = warm  # messages to warm up with; None: the program's own choice
        self.environment = environment or {}
        self.says_text = says_text  # what the decoder prints has the message's text in it

    @property
    def is_ours(self):
        return self.name.startswith("ringlog")


def in_tree(programs, logdump):
    """Peers of the tree, and for those that are missing, why."""
    found, missing = [], []

    def add(peer, needs=""):
        lacking = [word for word in (peer.command[0], *needs.split()) if not shutil.which(word)]
        if lacking:
            missing.append(f"{peer.name} is skipped: there is no {Path(lacking[0]).name}")
        else:
            found.append(peer)

    program = lambda name, *options: [str(programs / f"peer_{name}"), *options]
    datefmt = "%Y-%m-%d %H:%M:%S.%f"
    pattern = "%(asctime)s %(levelname)s %(thread)d %(filename)s:%(lineno)d %(message)s"
    add(Peer("floor", program("floor"), kind="none"))
    add(Peer("ringlog text", program("ringlog", "--variant", "text")))
    add(Peer("ringlog binary", program("ringlog", "--variant", "binary"), kind="binary",
             discards=False, decoder=[str(logdump), "--datefmt", datefmt, "--format", pattern, "{}"]))
    add(Peer("ringlog null", program("ringlog", "--variant", "null"), kind="none"))
    add(Peer("spdlog", program("spdlog")))
    add(Peer("glog", program("glog")))
    add(Peer("Boost.Log", program("boost_log")))
    add(Peer("LTTng", program("lttng"), kind="binary", discards=False,
             decoder=["babeltrace2", "{}"], says_text=False,
             environment={"LTTNG_UST_ALLOW_BLOCKING": "1"}), needs="lttng-sessiond babeltrace2")
    add(Peer("Python", [sys.executable, "-B", str(FOLDER / "queue_handler.py"), "--rows-from",
                        *program("floor")], warm=2000))
    return found, missing


def elsewhere(text):
    """NAME[:binary]=COMMAND, of --also."""
    name, _, command = text.partition("=")
    name, _, kind = name.partition(":")
    if not command or kind not in ("", "text", "binary"):
        raise ValueError(f"{text}: not NAME[:binary]=COMMAND")
    return Peer(name, shlex.split(command), kind=kind or "text", discards=kind != "binary")


def give_decoder(peers, text):
    """NAME=COMMAND, of --decoder."""
    name, _, command = text.partition("=")
    for peer in peers:
        if peer.name == name and "{}" in command:
            peer.decoder = shlex.split(command)
            return
    raise ValueError(f"{text}: not NAME=COMMAND with a peer's name and {{}} for its file")
