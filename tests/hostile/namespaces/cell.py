import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
tries = {
    "mount": lambda: libc.mount(b"none", b"/given", b"tmpfs", 0, None),
    "umount": lambda: libc.umount2(b"/proc", 2),
    "remount": lambda: libc.mount(None, b"/", None, 32, None),
    "chroot": lambda: libc.chroot(b"/tmp"),
    "setuid": lambda: libc.setuid(0),
    "setgid": lambda: libc.setgid(0),
    "hostname": lambda: libc.sethostname(b"mine", 4),
    "mount namespace": lambda: libc.unshare(0x20000),
}
for name, attempt in tries.items():
    if attempt() == 0:
        print("GAINED", name)
print(os.getuid())
