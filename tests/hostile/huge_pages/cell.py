import ctypes

if ctypes.CDLL(None).prctl(41, 0, 0, 0, 0) == 0:
    print("SWITCHED ON")
print("refused")
