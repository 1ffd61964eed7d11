import threading


def spin():
    while True:
        sum(range(1000))


for _ in range(4):
    threading.Thread(target=spin, daemon=False).start()
