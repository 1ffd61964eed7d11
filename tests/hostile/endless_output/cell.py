while True:
    print("y" * 10**5)
