"""Start one program so that it cannot outlive whoever started it; run as a script, never imported.

`kill -9` gives a supervisor no chance to clean up. On Linux the kernel can do it instead: it signals the child when
its parent dies. That must be asked for after the change of user and before the program starts, which is what this
little step between the two is for (and `preexec_fn` is not safe in a process with threads).

    python -IS child.py SIGNAL PARENT UID GID PROGRAM [ARGUMENT...]      (UID and GID are -1 to stay who we are)
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the program named on the command line."""
    signal, parent, uid, gid = (int(word) for word in sys.argv[1:5])
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.umask(0o077)
    os.execv(sys.argv[5], sys.argv[5:])  # noqa: S606 - the caller gives an absolute path; there is no shell


if __name__ == "__main__":
    main()
