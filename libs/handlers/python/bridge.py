"""Entry of Flyball's Python bridge: python bridge.py serve|test HANDLER [arguments]

Written so that any Python can read it: the oldest thing it has to say is that the interpreter is too old.
"""

import json
import os
import sys

OLDEST = (3, 10)


def refuse_old_python(mode):
    found = ".".join(str(part) for part in sys.version_info[:3])
    message = "%s is Python %s, and handlers need 3.10 or newer. Set PYTHON to a newer interpreter." % (
        sys.executable,
        found,
    )
    if mode == "serve":
        frame = {"type": "refused", "code": "HANDLER_FAILED", "message": message}
        os.write(4, (json.dumps(frame) + "\n").encode("ascii"))
    else:
        sys.stderr.write(message + "\n")
    sys.exit(1)


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        refuse_old_python(sys.argv[1])
    here = os.path.dirname(os.path.abspath(__file__))
    writes_bytecode = not sys.dont_write_bytecode
    # No cache files among the installed ones; the user's own code keeps its setting.
    sys.dont_write_bytecode = True
    sys.path = [here] + [entry for entry in sys.path if os.path.abspath(entry) != here]
    from flyball_bridge.main import main

    del sys.path[0]
    main(sys.argv[1], sys.argv[2], sys.argv[3:], os.path.join(here, "stand_in"), writes_bytecode)
