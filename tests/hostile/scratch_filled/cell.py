for place in ("/scratch/work/hostile_", "/scratch/hostile_", "/dev/shm/hostile_"):
    for number in range(12):
        try:
            with open(f"{place}{number}", "wb") as file:
                for _ in range(20):
                    file.write(b"z" * 10**6)
        except OSError:
            continue
