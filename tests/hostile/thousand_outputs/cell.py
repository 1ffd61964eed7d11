from IPython.display import display

for number in range(5000):
    display(number)
