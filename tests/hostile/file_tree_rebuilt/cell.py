import ctypes

libc = ctypes.CDLL(None, use_errno=True)
calls = {
    "fsopen": (430, b"proc", 0),
    "open_tree": (428, -100, b"/proc", 1),
    "move_mount": (429, -100, b"/given", -100, b"/proc", 0),
    "mount_setattr": (442, -100, b"/", 0, None, 0),
    "umount /proc": (166, b"/proc", 2),
    "umount /scratch": (166, b"/scratch", 2),
    "pivot_root": (155, b"/scratch", b"/scratch/work"),
    "open_by_handle_at": (304, -100, None, 0),
}
for name, (number, *arguments) in calls.items():
    if libc.syscall(number, *arguments) >= 0:
        print("MOVED", name)
print("refused")
