"""Changes of the solution that leave it right: no judge could or should tell them. Private.

The release gate changes the solution in every small way it knows, and asks that the judge catch each
one that is not listed here. An entry that is not needed any more fails the gate as well.
"""

from __future__ import annotations

from ..core.protocol import Equivalent

_COST = ("compute_cost_with_regularization",)
_FORWARD = ("forward_propagation_with_dropout",)
_BACKWARD = ("backward_propagation_with_regularization", "backward_propagation_with_dropout")

_PENALTY = (
    "L2_regularization_cost = 1 / m * (lambd / 2) * sum((np.sum(W ** 2) for W in (W1, W2, W3)))"
)
_GRADIENTS = (
    "return {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2, 'db2': db2, "
    "'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}"
)
_COST_RETURNED = "return cross_entropy_cost + L2_regularization_cost"
_CACHE = "cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)"

EQUIVALENTS: tuple[Equivalent, ...] = (
    Equivalent(
        _COST,
        "m = Y.shape[1]",
        ("Y → A3",),
        "There is one output for each label.",
    ),
    Equivalent(
        _BACKWARD,
        "m = X.shape[1]",
        ("X → Y",),
        "There is one label for each example.",
    ),
    Equivalent(
        _COST,
        "m = Y.shape[1]",
        ("1 → -1",),
        "Of two axes, the last one is number 1.",
    ),
    Equivalent(
        _BACKWARD,
        "m = X.shape[1]",
        ("1 → -1",),
        "Of two axes, the last one is number 1.",
    ),
    *(
        Equivalent(
            _COST,
            f"W{layer} = parameters['W{layer}']",
            (
                f"parameters['W{layer}'] → parameters['W{layer}'].T",
                f"parameters['W{layer}'] → -parameters['W{layer}']",
            ),
            "Only squares of weights are added up, so neither sign nor order shows.",
        )
        for layer in (1, 2, 3)
    ),
    Equivalent(
        _COST,
        _PENALTY,
        (
            "W → W.T",
            "W → -W",
            "W ** 2 → (W ** 2).T",
            *(f"W{layer} → W{layer}.T" for layer in (1, 2, 3)),
            *(f"W{layer} → -W{layer}" for layer in (1, 2, 3)),
        ),
        "Only squares of weights are added up, so neither sign nor order shows.",
    ),
    Equivalent(
        _COST,
        _PENALTY,
        tuple(f"(W1, W2, W3) → ({order})" for order in ("W2, W1, W3", "W3, W2, W1", "W1, W3, W2")),
        "The layers may be added up in any order.",
    ),
    Equivalent(
        _COST,
        _PENALTY,
        (
            "np.sum(W ** 2) → np.sum(W ** 2).T",
            "sum((np.sum(W ** 2) for W in (W1, W2, W3))) → "
            "sum((np.sum(W ** 2) for W in (W1, W2, W3))).T",
            "1 / m * (lambd / 2) * sum((np.sum(W ** 2) for W in (W1, W2, W3))) → "
            "(1 / m * (lambd / 2) * sum((np.sum(W ** 2) for W in (W1, W2, W3)))).T",
        ),
        "The transpose of a single number is that number.",
    ),
    Equivalent(
        _COST,
        _COST_RETURNED,
        (
            "L2_regularization_cost → L2_regularization_cost.T",
            "cross_entropy_cost + L2_regularization_cost → "
            "(cross_entropy_cost + L2_regularization_cost).T",
        ),
        "The transpose of a single number is that number.",
    ),
    Equivalent(
        _BACKWARD,
        "db3 = np.sum(dZ3, axis=1, keepdims=True) / m",
        (
            "np.sum(dZ3, axis=1, keepdims=True) / m → (np.sum(dZ3, axis=1, keepdims=True) / m).T",
            "np.sum(dZ3, axis=1, keepdims=True) → np.sum(dZ3, axis=1, keepdims=True).T",
            "np.sum(dZ3, axis=1, keepdims=True) → np.sum(dZ3, keepdims=True)",
        ),
        "Layer 3 has one unit: db3 is one number in an array (1, 1), and the sum over all of dZ3.",
    ),
    *(
        Equivalent(
            _BACKWARD,
            f"db{layer} = np.sum(dZ{layer}, axis=1, keepdims=True) / m",
            ("1 → -1",),
            "Of two axes, the last one is number 1.",
        )
        for layer in (3, 2, 1)
    ),
    Equivalent(
        _BACKWARD,
        _GRADIENTS,
        ("db3 → db3.T",),
        "Layer 3 has one unit: db3 is one number in an array (1, 1).",
    ),
    Equivalent(
        _BACKWARD,
        "dA2 = np.dot(W3.T, dZ3)",
        ("np.dot → np.multiply", "np.dot → np.outer"),
        "Layer 3 has one unit, so a column times a row: each entry is a single product.",
    ),
    *(
        Equivalent(
            _BACKWARD,
            f"dZ{layer} = dA{layer} * (A{layer} > 0)",
            (f"A{layer} > 0 → A{layer} != 0", f"A{layer} → Z{layer}"),
            "What relu gives is never negative, and positive where Z is; where a mask has made A zero "
            "in spite of a positive Z, dA is zero already.",
        )
        for layer in (2, 1)
    ),
    *(
        Equivalent(
            _FORWARD,
            f"D{layer} = np.random.rand(*A{layer}.shape)",
            (f"A{layer} → Z{layer}",),
            "Z and A of a layer have the same shape.",
        )
        for layer in (1, 2)
    ),
    *(
        Equivalent(
            _FORWARD,
            f"D{layer} = D{layer} < keep_prob",
            (f"D{layer} < keep_prob → D{layer} <= keep_prob",),
            "The numbers drawn have 53 binary digits; that one is exactly keep_prob does not happen.",
        )
        for layer in (1, 2)
    ),
    *(
        Equivalent(
            _FORWARD,
            statement,
            (change,),
            "Layer 3 has one unit: b3 is one number in an array (1, 1).",
        )
        for statement, change in (
            ("b3 = parameters['b3']", "parameters['b3'] → parameters['b3'].T"),
            ("Z3 = np.dot(W3, A2) + b3", "b3 → b3.T"),
            (_CACHE, "b3 → b3.T"),
        )
    ),
)
