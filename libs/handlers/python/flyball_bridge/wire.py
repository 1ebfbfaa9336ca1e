"""The bridge protocol of libs/handlers/bridge/frames.ts: JSON lines, read from descriptor 3 and written to 4."""

import json
import os
import queue
import signal
import threading
import time

READ, WRITE = 3, 4
ORPHAN_GRACE_S = 5


class Wire:
    """Reads and writes in threads of its own, so that neither a busy loop nor a slow reader stops the other."""

    def __init__(self):
        for descriptor in (READ, WRITE):
            os.set_inheritable(descriptor, False)
        self.pid = os.getpid()
        self._parent = os.getppid()
        self._outbox = queue.SimpleQueue()
        self._progress = {}
        self._early = []
        self._receive = None
        self._lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._writer = threading.Thread(target=self._write, name="flyball-writer", daemon=True)
        self._writer.start()
        threading.Thread(target=self._read, name="flyball-reader", daemon=True).start()

    def attach(self, receive):
        """`receive(frame)` is called in the reader's thread; what came before is given at once."""
        with self._lock:
            self._receive = receive
            for frame in self._early:
                receive(frame)

    def send(self, frame, **texts):
        """A frame, and JSON texts to put into it under their names as they are."""
        head = json.dumps(frame)[:-1]
        parts = "".join(f',"{name}":{text}' for name, text in texts.items())
        self._outbox.put(f"{head}{parts}}}\n".encode())

    def end(self, run, fields, output):
        text = json.dumps(fields) if output is None else f'{json.dumps(fields)[:-1]},"output":{output}}}'
        self.send({"type": "end", "run": run}, ending=text)

    def log(self, level, message, run=None):
        frame = {"type": "log", "level": level, "message": message[:4096]}
        self.send(frame if run is None else {**frame, "run": run})

    def printed(self, line, run):
        """At once: the last lines before a crash are the ones that matter."""
        frame = {"type": "printed", "line": line[:4096], "run": run}
        self._write_now(f"{json.dumps(frame)}\n".encode())

    def refuse(self, code, message):
        self.send({"type": "refused", "code": code, "message": message})

    def progress(self, run, text):
        """Latest wins: what the writer has not come to is replaced."""
        with self._lock:
            waiting = run in self._progress
            self._progress[run] = text
        if not waiting:
            self._outbox.put(run)

    def flush(self):
        self._outbox.put(None)
        self._writer.join(ORPHAN_GRACE_S)

    def _write(self):
        while True:
            item = self._outbox.get()
            if item is None:
                return
            if isinstance(item, int):
                with self._lock:
                    text = self._progress.pop(item)
                item = f'{{"type":"progress","run":{item},"data":{text}}}\n'.encode()
            self._write_now(item)

    def _write_now(self, data):
        view = memoryview(data)
        try:
            with self._write_lock:
                while view:
                    view = view[os.write(WRITE, view) :]
        except OSError:
            pass  # the worker is gone, and so are we: see _read

    def _read(self):
        rest = b""
        while data := self._read_some():
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._give(json.loads(line))
        self._give({"type": "close"})
        # Whoever closed the pipe ends this process if it lingers; when that one is gone, nobody else would.
        orphaned_at = None
        while orphaned_at is None or time.monotonic() - orphaned_at < ORPHAN_GRACE_S:
            if orphaned_at is None and os.getppid() != self._parent:
                orphaned_at = time.monotonic()
            time.sleep(0.2)
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os._exit(1)

    def _read_some(self):
        try:
            return os.read(READ, 1 << 20)
        except OSError:
            return b""

    def _give(self, frame):
        with self._lock:
            if self._receive is None:
                if frame["type"] == "close":
                    # Still loading: nothing is running that could be finished.
                    os.kill(os.getpid(), signal.SIGTERM)
                self._early.append(frame)
                return
            receive = self._receive
        receive(frame)
