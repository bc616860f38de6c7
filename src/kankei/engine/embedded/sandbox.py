"""Limits that the kernel enforces on an engine's process: system calls, memory, its parent's end.

The seccomp filter is classic BPF installed by prctl(2), which an ordinary user may do once it has given up
gaining privileges. See seccomp(2) and Documentation/userspace-api/seccomp_filter.rst of the kernel.
"""

import contextlib
import ctypes
import errno
import os
import resource
import signal
import struct
from collections.abc import Iterable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_GREATER_OR_EQUAL = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000  # SECCOMP_RET_ALLOW
_DENY = 0x00050000 | errno.EACCES  # SECCOMP_RET_ERRNO
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET = 0, 4  # within struct seccomp_data
_X32_BIT = 0x40000000  # the x32 calls of x86_64, numbered apart

# Of each machine: AUDIT_ARCH_…, and the numbers of socket, connect, socketpair, execve, ptrace,
# process_vm_readv, process_vm_writev, execveat, io_uring_setup and pidfd_getfd.
_ARCHITECTURES = {
    "x86_64": (0xC000003E, (41, 42, 53, 59, 101, 310, 311, 322, 425, 438)),
    "aarch64": (0xC00000B7, (198, 203, 199, 221, 117, 270, 271, 281, 425, 438)),
}


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def deny_network() -> bool:
    """Deny this process and its forks new sockets and programs; whether this platform has such a filter."""
    if os.uname().machine not in _ARCHITECTURES:
        return False
    instructions = _filter(*_ARCHITECTURES[os.uname().machine])
    program = _Program(len(instructions) // 8, instructions)
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program)
    )


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; exit now if it has ended already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit_memory(allowance: int | None) -> None:
    """Let the process grow by `allowance` bytes beyond its present address space, or without limit."""
    _, maximum = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (maximum if allowance is None else size + allowance, maximum))


def close_descriptors_except(descriptors: Iterable[int]) -> None:
    """Close all descriptors of this process but those.

    They are listed rather than counted up to the limit, which is 2^30 in some containers.
    """
    kept = {*descriptors}
    for descriptor in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if descriptor not in kept:
            with contextlib.suppress(OSError):  # the one that listed them is closed already
                os.close(descriptor)


def _filter(architecture: int, denied: tuple[int, ...]) -> bytes:
    """Deny what comes from another architecture, and the denied calls; allow the rest."""
    count = len(denied)
    # The two numbers in the middle are how many instructions a true and a false test skip.
    instructions = (
        (_LOAD_WORD, 0, 0, _ARCHITECTURE_OFFSET),
        (_JUMP_IF_EQUAL, 0, count + 3, architecture),
        (_LOAD_WORD, 0, 0, _NUMBER_OFFSET),
        (_JUMP_IF_GREATER_OR_EQUAL, count + 1, 0, _X32_BIT),
        *((_JUMP_IF_EQUAL, count - index, 0, number) for index, number in enumerate(denied)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    )
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def _prctl(option: int, *arguments: int) -> bool:
    # prctl(2) is variadic and takes five words, whatever the option.
    words = (*arguments, 0, 0, 0, 0)[:4]
    call = ctypes.CDLL(None, use_errno=True).prctl
    return bool(call(option, *map(ctypes.c_ulong, words)) == 0)
