# style: careless: German identifiers, no docstring
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    anzahl = Y.shape[1]
    größe = 0.0
    for schicht in (1, 2, 3):
        gewichte = parameters["W" + str(schicht)]
        größe = größe + np.sum(gewichte * gewichte)
    strafe = größe * lambd / (2 * anzahl)
    kosten = compute_cost(A3, Y)
    return kosten + strafe
