#!/usr/bin/env python3
"""What CPython's logging makes of conformance scenarios: where their expectations come from.

    reference.py [--write] FILE...

Runs each scenario with the logging module of this Python and a clock of its own, and prints where
the outcome is not what `expect` says; --write puts the outcome there. Scenarios that are to show
ringlog's own way have `expect_ringlog` beside it, which no program writes.
"""

import datetime
import io
import json
import logging
import logging.handlers
import os
import queue
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SERVER = ["/usr/bin/python3", "-B", str(Path(__file__).with_name("smtp_server.py"))]
NEVER_BEFORE = ("log", "log_default", "log_seq")
ARGUMENTS = {"s": str, "d": int, "D": int, "c": int, "f": float}


class Clock:
    """Stands in for the time module inside logging."""

    def __init__(self, sec):
        self.now = sec + 0.0005

    def time(self):
        return self.now

    def __getattr__(self, name):
        return getattr(time, name)


class Custom(logging.Handler):
    def __init__(self, stream, name, fails):
        super().__init__()
        self.stream, self.id, self.fails = stream, name, fails

    def emit(self, record):
        try:
            text = self.format(record)
            if self.fails:
                raise OSError("told to fail")
            self.stream.write(f"emit {self.id} {text}\n")
        except Exception:
            self.handleError(record)

    def close(self):
        self.stream.write(f"close {self.id}\n")
        super().close()


class Run:
    """One scenario, in a process and a directory of its own."""

    def __init__(self, scenario):
        os.environ["TZ"] = scenario["tz"]
        time.tzset()
        self.fake = Clock(scenario["t0_sec"])
        self.results, self.sinks, self.objects = [], {}, {}
        self.listening = {}
        self.errors = self.reported = 0
        self.server = self.port = self.mails = None
        self.site = ("test.c", 1, "test", None)
        self.exc_text = None
        sys.stdout, sys.stderr = self.sink("stdout"), self.sink("stderr")
        self.replace_parts()

    # ---- the parts of logging that the scenario decides ----

    def replace_parts(self):
        logging.time = logging.handlers.time = self.fake
        logging._startTime = self.fake.now
        logging.Handler.handleError = lambda _handler, _record: self.count_error()
        logging.Logger.findCaller = lambda *_arguments: self.site
        make_record = logging.Logger.makeRecord

        def make(*arguments, **keywords):
            record = make_record(*arguments, **keywords)
            record.exc_text = self.exc_text
            return record

        logging.Logger.makeRecord = make
        flush = logging.StreamHandler.flush

        def flush_and_stamp(handler):
            flush(handler)
            self.stamp(handler)

        logging.StreamHandler.flush = flush_and_stamp
        open_file = logging.FileHandler._open

        def open_and_stamp(handler):
            existed = os.path.exists(handler.baseFilename)
            stream = open_file(handler)
            if not existed:
                self.stamp(handler)
            return stream

        logging.FileHandler._open = open_and_stamp

    def stamp(self, handler):
        """Files that are written in the run are as old as its clock says."""
        if isinstance(handler, logging.FileHandler) and os.path.exists(handler.baseFilename):
            os.utime(handler.baseFilename, (self.fake.now, self.fake.now))

    def count_error(self):
        self.errors += 1
        self.reported += bool(logging.raiseExceptions)

    def sink(self, name):
        return self.sinks.setdefault(name, io.StringIO())

    # ---- steps ----

    def run(self, steps):
        for number, step in enumerate(steps):
            if step["op"] not in NEVER_BEFORE:
                self.barrier()
            try:
                value = getattr(self, step["op"])(step)
            except (ValueError, KeyError, TypeError, OSError):
                value = "error"
            if value is not None:
                self.results.append({"step": number, "value": str(value)})
        self.barrier()
        return self.found()

    def barrier(self):
        for listened in self.listening.values():
            listened.join()

    def found(self):
        files = sorted(os.fsencode(p) for p in Path(".").rglob("*") if p.is_file())
        return {
            "results": self.results,
            "sinks": [{"name": n, "text": s.getvalue()}
                      for n, s in sorted(self.sinks.items())],
            "files": [{"path": os.fsdecode(p), "text": Path(os.fsdecode(p)).read_text()}
                      for p in files],
            "mails": self.mails_found(),
            "errors": self.errors,
            "errors_reported": self.reported,
        }

    def clock(self, step):
        self.fake.now = step["sec"] + step["nsec"] / 1e9

    def thread_name(self, step):
        import threading
        threading.current_thread().name = step["name"]

    def process_name(self, step):
        import multiprocessing
        multiprocessing.current_process().name = step["name"]

    def level_name(self, step):
        logging.addLevelName(step["level"], step["name"])

    def get_logger(self, step):
        logging.getLogger(step["logger"])

    @staticmethod
    def level_of(step):
        return step["level_name"] if "level_name" in step else step["level"]

    def set_level(self, step):
        logging.getLogger(step["logger"]).setLevel(self.level_of(step))

    def set_propagate(self, step):
        logging.getLogger(step["logger"]).propagate = bool(step.get("value", 1))

    def set_disabled(self, step):
        logging.getLogger(step["logger"]).disabled = bool(step.get("value", 0))

    def disable(self, step):
        logging.disable(step["level"])

    def last_resort(self, step):
        logging.lastResort = logging._defaultLastResort if step["value"] else None

    def raise_errors(self, step):
        logging.raiseExceptions = bool(step["value"])

    # ---- formatters, filters, handlers ----

    @staticmethod
    def fields(step, keys, values):
        return dict(zip(step.get(keys, []), step.get(values, [])))

    def formatter(self, step):
        made = logging.Formatter(step.get("fmt"), step.get("datefmt"),
                                 defaults=self.fields(step, "default_keys", "default_vals"))
        if step.get("utc"):
            made.converter = time.gmtime
        self.objects["formatter", step["id"]] = made

    def filter(self, step):
        def set_extra(record):
            setattr(record, step["key"], step["value"])
            return True

        self.objects["filter", step["id"]] = {
            "name": lambda: logging.Filter(step["value"]),
            "contains": lambda: lambda record: step["value"] in record.getMessage(),
            "max_level": lambda: lambda record: record.levelno <= step["level"],
            "set_extra": lambda: set_extra,
        }[step["kind"]]()

    def handler(self, step):
        made = getattr(self, "new_" + step["type"])(step)
        if step.get("formatter"):
            made.setFormatter(self.objects["formatter", step["formatter"]])
        made.setLevel(step.get("level", 0))
        self.objects["handler", step["id"]] = made

    def new_stream(self, step):
        return logging.StreamHandler(self.sink(step["sink"]))

    def new_null(self, _step):
        return logging.NullHandler()

    def new_file(self, step):
        return logging.FileHandler(step["path"], step.get("mode", "a"), delay=bool(step.get("delay")))

    def new_rotating(self, step):
        return self.with_namer(step, logging.handlers.RotatingFileHandler(
            step["path"], step.get("mode", "a"), step.get("max_bytes", 0),
            step.get("backup_count", 0), delay=bool(step.get("delay"))))

    def new_timed(self, step):
        at_time = step.get("at_time")
        return self.with_namer(step, logging.handlers.TimedRotatingFileHandler(
            step["path"], step.get("when", "h"), step.get("interval", 1),
            step.get("backup_count", 0), delay=bool(step.get("delay")), utc=bool(step.get("utc")),
            atTime=datetime.time.fromisoformat(at_time) if at_time else None))

    @staticmethod
    def with_namer(step, handler):
        if "namer_suffix" in step:
            handler.namer = lambda name: name + step["namer_suffix"]
        return handler

    def new_queue(self, step):
        return logging.handlers.QueueHandler(self.objects["queue", step["queue"]])

    def new_custom(self, step):
        return Custom(self.sink(step["sink"]), step["id"], bool(step.get("fail")))

    def new_smtp(self, step):
        credentials = (step["user"], step["password"]) if "user" in step else None
        return logging.handlers.SMTPHandler(("127.0.0.1", self.port), step["from_addr"],
                                            step["to_addrs"], step["subject"], credentials)

    def target(self, step):
        if step["target"] == "logger":
            return logging.getLogger(step["name"])
        return self.objects["handler", step["name"]]

    def add_filter(self, step):
        self.target(step).addFilter(self.objects["filter", step["filter"]])

    def remove_filter(self, step):
        self.target(step).removeFilter(self.objects["filter", step["filter"]])

    def set_handler_level(self, step):
        self.objects["handler", step["handler"]].setLevel(step["level"])

    def set_formatter(self, step):
        made = self.objects["formatter", step["formatter"]] if step["formatter"] else None
        self.objects["handler", step["handler"]].setFormatter(made)

    def add_handler(self, step):
        logging.getLogger(step["logger"]).addHandler(self.objects["handler", step["handler"]])

    def remove_handler(self, step):
        logging.getLogger(step["logger"]).removeHandler(self.objects["handler", step["handler"]])

    def close_handler(self, step):
        self.objects["handler", step["handler"]].close()

    def basic_config(self, step):
        names = {"filename": "filename", "filemode": "filemode", "format": "format",
                 "datefmt": "datefmt", "level": "level", "level_name": "level", "force": "force"}
        keywords = {name: step[key] for key, name in names.items() if key in step}
        if "sink" in step:
            keywords["stream"] = self.sink(step["sink"])
        if "handlers" in step:
            keywords["handlers"] = [self.objects["handler", h] for h in step["handlers"]]
        logging.basicConfig(**keywords)

    # ---- records ----

    def adapter(self, step):
        self.objects["adapter", step["id"]] = logging.LoggerAdapter(
            logging.getLogger(step["logger"]), self.fields(step, "extra_keys", "extra_vals"))

    def log_on(self, log, step):
        self.site = (step.get("file", "test.c"), step.get("line", 1), step.get("func", "test"),
                     step.get("stack_text"))
        self.exc_text = step.get("exc_text")
        arguments = [ARGUMENTS[letter](value)
                     for letter, value in zip(step.get("sig", ""), step.get("args", []))]
        extra = self.fields(step, "extra_keys", "extra_vals")
        log(step["level"], step["msg"], *arguments, extra=extra)

    def log(self, step):
        if "adapter" in step:
            self.log_on(self.objects["adapter", step["adapter"]].log, step)
        else:
            self.log_on(logging.getLogger(step["logger"]).log, step)

    def log_default(self, step):
        self.log_on(logging.log, step)

    def log_seq(self, step):
        for i in range(step["from"], step["to"] + 1):
            if i != step["from"]:
                self.fake.now += step["step_sec"]
            logging.getLogger(step["logger"]).log(step["level"], step["msg"], i)

    # ---- queues ----

    def queue(self, step):
        self.objects["queue", step["id"]] = queue.Queue(-1)

    def listener(self, step):
        handlers = [self.objects["handler", h] for h in step["handlers"]]
        self.objects["listener", step["id"]] = logging.handlers.QueueListener(
            self.objects["queue", step["queue"]], *handlers,
            respect_handler_level=bool(step.get("respect_level", 0)))

    def listener_start(self, step):
        listener = self.objects["listener", step["id"]]
        listener.start()
        self.listening[step["id"]] = listener.queue

    def listener_stop(self, step):
        self.objects["listener", step["id"]].stop()
        self.listening.pop(step["id"], None)

    # ---- the world ----

    def put_file(self, step):
        Path(step["path"]).write_text(step["text"])
        os.utime(step["path"], (step["mtime_sec"], step["mtime_sec"]))

    def shutdown(self, _step):
        logging.shutdown()

    def smtp_server(self, step):
        if step["mode"] == "down":
            self.port = 1
            return
        if self.server is None:
            self.mails = tempfile.TemporaryFile()
            fd = self.mails.fileno()
            self.server = subprocess.Popen([*SERVER, str(fd)], stdin=subprocess.PIPE, text=True,
                                           stdout=subprocess.PIPE, pass_fds=[fd], bufsize=1)
            self.server_port = int(self.server.stdout.readline())
        self.server.stdin.write(step["mode"] + "\n")
        self.server.stdout.readline()
        self.port = self.server_port

    def mails_found(self):
        if self.server is None:
            return []
        self.server.stdin.close()
        self.server.wait()
        self.mails.seek(0)
        return [json.loads(line) for line in self.mails]

    # ---- queries ----

    def q_effective_level(self, step):
        return logging.getLogger(step["logger"]).getEffectiveLevel()

    def q_enabled(self, step):
        return int(logging.getLogger(step["logger"]).isEnabledFor(step["level"]))

    def q_has_handlers(self, step):
        return int(logging.getLogger(step["logger"]).hasHandlers())

    def q_handler_count(self, step):
        return len(logging.getLogger(step["logger"]).handlers)

    def q_logger_name(self, step):
        return logging.getLogger(step["logger"]).name

    def q_parent(self, step):
        parent = logging.getLogger(step["logger"]).parent
        return parent.name if parent else ""

    def q_same_logger(self, step):
        return int(logging.getLogger(step["logger"]) is logging.getLogger(step["other"]))

    def q_level_name(self, step):
        return logging.getLevelName(step["level"])

    def q_level_number(self, step):
        return logging.getLevelNamesMapping()[step["name"]]

    def q_rollover_at(self, step):
        return self.objects["handler", step["handler"]].rolloverAt

    def q_sink_empty(self, step):
        return int(self.sink(step["sink"]).getvalue() == "")

    def q_sink_lines(self, step):
        return self.sink(step["sink"]).getvalue().count("\n")


def outcome_of(scenario):
    """Runs it in a child of fork(2)."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        with tempfile.TemporaryDirectory() as directory:
            os.chdir(directory)
            found = Run(scenario).run(scenario["steps"])
            os.chdir("/")
        with os.fdopen(write_end, "w") as to:
            json.dump(found, to)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as outcome:
        found = outcome.read()
    os.waitpid(child, 0)
    # What a process cannot know beforehand; a whole number, as a time may begin with the same digits.
    found = re.sub(rf"(?<!\d){child}(?!\d)", "{{PID}}", found)
    return json.loads(found) if found else None


def layout(value, indent=0):
    """JSON with a line for each step, and for each entry of an outcome."""
    flat = json.dumps(value, ensure_ascii=False)
    if indent == 5 or not isinstance(value, (dict, list)) or not value or len(flat) < 90:
        return flat
    start, end = "{}" if isinstance(value, dict) else "[]"
    inner = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    lines = [" " * (indent + 1) + (f"{json.dumps(key)}: " if key else "") + layout(item, indent + 1)
             for key, item in inner]
    return start + "\n" + ",\n".join(lines) + "\n" + " " * indent + end


def main(arguments):
    write = arguments[:1] == ["--write"]
    differences = 0
    for path in map(Path, arguments[write:]):
        file = json.loads(path.read_text())
        for scenario in file["scenarios"]:
            found = outcome_of(scenario)
            if found != scenario.get("expect"):
                differences += 1
                print(f"{scenario['id']}: {json.dumps(found, ensure_ascii=False)}")
            scenario["expect"] = found
        if write:
            path.write_text(layout(file) + "\n")
    print(f"CPython {sys.version.split()[0]}: {differences} not as expected")
    return differences != 0 and not write


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
