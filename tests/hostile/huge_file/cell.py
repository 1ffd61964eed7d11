import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with open("hostile_big", "wb") as file:
        file.truncate(10**9)
        print("MADE")
except OSError:
    print("refused")
