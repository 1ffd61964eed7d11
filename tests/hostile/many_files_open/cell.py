kept = []
try:
    for _ in range(1000):
        kept.append(open("/dev/null"))
    print("OPENED")
except OSError:
    print("refused")
del kept
