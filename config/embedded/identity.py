"""Who a server runs as. PostgreSQL refuses to run as root, so root has to become somebody else.

A user namespace is the first choice: the files stay root's, no user is made and no folder is
opened to others. Where the kernel or a container refuses one, the server runs as `nobody`.
"""

import ctypes
import enum
import os
import pwd
import signal
from collections.abc import Callable

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534

libc = ctypes.CDLL(None, use_errno=True)


class Identity(enum.Enum):
    OURSELVES = "ourselves"
    NAMESPACE = "namespace"
    NOBODY = "nobody"


def unprivileged_identity() -> Identity:
    """The identity for a server that refuses root."""
    if os.geteuid() != 0:
        return Identity.OURSELVES
    return Identity.NAMESPACE if namespaces_work() else Identity.NOBODY


def namespaces_work() -> bool:
    """Tries it in a child: there is no other honest way to know."""
    if not hasattr(libc, "unshare"):
        return False
    child = os.fork()
    if child == 0:
        try:
            enter_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def enter_namespace() -> None:
    """From here on this process sees itself as `nobody`, while its files stay root's."""
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {user} 1"),
        ("gid_map", f"{NOBODY} {group} 1"),
    ):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(descriptor, line.encode())
        os.close(descriptor)


def become_nobody() -> None:
    account = nobody_account()
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def nobody_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return pwd.getpwuid(NOBODY)


def in_child(identity: Identity, death_signal: signal.Signals) -> Callable[[], None]:
    """What a new process does between fork and exec.

    The death signal is set last: the kernel clears it when the user id changes.
    """
    parent = os.getpid()

    def prepare() -> None:
        if identity is Identity.NAMESPACE:
            enter_namespace()
        elif identity is Identity.NOBODY:
            become_nobody()
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare
