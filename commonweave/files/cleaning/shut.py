"""Shutting the child in: after this it can read and write its pipes, reckon and end; nothing else.

Limits hold on every system. On Linux a filter of system calls (seccomp) refuses the rest: opening files, sockets, starting
programs, looking at or signalling other processes. Numbers: the kernel's tables for x86-64 and AArch64; `man 2 seccomp`.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys

MEMORY = 1_500_000_000
SECONDS = 25
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
SECCOMP_MODE_FILTER = 2
LOAD, EQUAL, AT_LEAST, ANY_BIT, ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, UNKNOWN_CALL, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000  # EPERM, ENOSYS
NUMBER, MACHINE, FIRST_WORD = 0, 4, 16
THREAD, CLONE3, X32 = 0x10000, 435, 0x40000000

# read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn mremap madvise
# sched_yield getpid exit futex sched_getaffinity clock_gettime clock_nanosleep exit_group set_robust_list getrandom
# rseq gettid sigaltstack; then clone, for threads only.
CALLS = {
    "x86_64": (
        0xC000003E,
        "0 1 3 5 8 9 10 11 12 13 14 15 25 28 24 39 60 202 204 228 230 231 273 318 334 186 131",
        56,
    ),
    "aarch64": (
        0xC00000B7,
        "63 64 57 80 62 222 226 215 214 134 135 139 216 233 124 172 93 98 123 113 115 94 99 278 293 178 132",
        220,
    ),
}


def can_shut() -> bool:
    """Say whether this system has the filter, too, and not only the limits."""
    return sys.platform == "linux" and platform.machine() in CALLS


def shut_in() -> None:
    """Give up everything but what is open. Not to be undone."""
    os.closerange(3, 256)
    os.nice(10)  # whoever asks for a page comes first
    for name, most in (
        ("RLIMIT_AS", MEMORY),
        ("RLIMIT_CPU", SECONDS),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 3),
    ):
        resource.setrlimit(getattr(resource, name), (most, most))
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL.value)
        _prctl(PR_SET_DUMPABLE, 0)
        _prctl(PR_SET_NO_NEW_PRIVS, 1)
    if can_shut():
        _filter(*CALLS[platform.machine()])


def _prctl(*words: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(*words, *[0] * (5 - len(words))):
        raise OSError(ctypes.get_errno(), "prctl")


def _filter(machine: int, allowed: str, clone: int) -> None:
    steps = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, machine),
        (ANSWER, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        (ANSWER, 0, 0, KILL),
    ]
    for number in map(int, allowed.split()):
        steps += [(EQUAL, 0, 1, number), (ANSWER, 0, 0, ALLOW)]
    steps += [(EQUAL, 0, 1, CLONE3), (ANSWER, 0, 0, UNKNOWN_CALL)]  # the C library then asks for `clone`
    steps += [(EQUAL, 0, 3, clone), (LOAD, 0, 0, FIRST_WORD), (ANY_BIT, 0, 1, THREAD), (ANSWER, 0, 0, ALLOW)]
    steps += [(ANSWER, 0, 0, REFUSE)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("@HxxxxxxP", len(steps), ctypes.addressof(code)))
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")
