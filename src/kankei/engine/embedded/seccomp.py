"""A seccomp filter: from then on no new sockets, no other programs, in this process and all it forks.

Written as classic BPF and installed by prctl(2), which an ordinary user may do once it has given up gaining
privileges. See seccomp(2) and Documentation/userspace-api/seccomp_filter.rst of the kernel.
"""

import ctypes
import errno
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_GREATER_OR_EQUAL = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000  # SECCOMP_RET_ALLOW
_DENY = 0x00050000 | errno.EACCES  # SECCOMP_RET_ERRNO
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET = 0, 4  # within struct seccomp_data
_X32_BIT = 0x40000000  # the x32 calls of x86_64, numbered apart

_DENIED = {
    # machine: (AUDIT_ARCH_…, numbers of the denied calls)
    "x86_64": (
        0xC000003E,
        {
            "socket": 41,
            "connect": 42,
            "socketpair": 53,
            "execve": 59,
            "ptrace": 101,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "execveat": 322,
            "io_uring_setup": 425,
            "pidfd_getfd": 438,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "ptrace": 117,
            "socket": 198,
            "socketpair": 199,
            "connect": 203,
            "execve": 221,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "execveat": 281,
            "io_uring_setup": 425,
            "pidfd_getfd": 438,
        },
    ),
}


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine() -> bool:
    """Install the filter for good; whether this platform has one that we can write."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _DENIED:
        return False
    instructions = _program(*_DENIED[machine])
    argument = _Program(len(instructions) // 8, instructions)
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(argument)
    )


def _program(architecture: int, denied: dict[str, int]) -> bytes:
    """Deny what comes from another architecture, and the denied calls; allow the rest."""
    numbers = sorted(denied.values())
    count = len(numbers)
    # The two numbers in the middle say how many instructions a true and a false test leave out.
    instructions = (
        (_LOAD_WORD, 0, 0, _ARCHITECTURE_OFFSET),
        (_JUMP_IF_EQUAL, 0, count + 3, architecture),
        (_LOAD_WORD, 0, 0, _NUMBER_OFFSET),
        (_JUMP_IF_GREATER_OR_EQUAL, count + 1, 0, _X32_BIT),
        *((_JUMP_IF_EQUAL, count - index, 0, number) for index, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    )
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def _prctl(option: int, *arguments: int) -> bool:
    # prctl(2) is variadic and wants five words, whatever the option.
    words = (*arguments, 0, 0, 0, 0)[:4]
    call = ctypes.CDLL(None, use_errno=True).prctl
    return bool(call(option, *map(ctypes.c_ulong, words)) == 0)
