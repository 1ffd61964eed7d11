import ctypes
import os
import resource
import signal

libc = ctypes.CDLL(None, use_errno=True)
for number in range(1, 65):
    try:
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
own = os.getpid() == 1  # in namespaces of one's own there is nobody else
if not own:
    for number in range(1, 65):
        try:
            os.kill(1, number)
        except OSError:
            pass
    try:
        resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0))
        print("REACHED by limit")
    except OSError:
        pass
    for name in ("environ", "mem", "maps", "fd"):
        if os.access(f"/proc/1/{name}", os.R_OK):
            try:
                os.listdir(f"/proc/1/{name}") if name == "fd" else open(f"/proc/1/{name}").read(1)
                print("REACHED", name)
            except OSError:
                pass
try:
    os.setpriority(os.PRIO_PROCESS, 1, 19)
    print("REACHED by priority")
except OSError:
    pass
try:
    os.sched_setaffinity(1, {0})
    print("REACHED by affinity")
except OSError:
    pass
print("refused")
