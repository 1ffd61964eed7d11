import os

for number, target in enumerate(("/", "@CANARY@", "/proc/1/root", "../../..", "/dev/mem")):
    os.symlink(target, f"hostile_link{number}")
try:
    with open("hostile_link1/gradebook.db", "a") as file:
        file.write("hostile")
        print("WROTE")
except OSError:
    print("nothing there")
