import socket

for family in range(1, 50):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            with socket.socket(family, kind):
                if family not in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
                    print("OPENED", family, kind)
        except OSError:
            continue
print("refused")
