"""The examples of this assignment, and the checks for your functions.

    from testCases import *

gives you one function per example (`compute_cost_with_regularization_test_case()` and so on),
`check("function_name", globals())`, which tells you what is right and what is not yet, and
`progress_report(globals())`, which sums it all up.
"""

from public_tests.regularization.public import (
    backward_propagation_with_dropout_test_case,
    backward_propagation_with_regularization_test_case,
    check,
    compute_cost_with_regularization_test_case,
    forward_propagation_with_dropout_test_case,
    progress_report,
)

__all__ = [
    "backward_propagation_with_dropout_test_case",
    "backward_propagation_with_regularization_test_case",
    "check",
    "compute_cost_with_regularization_test_case",
    "forward_propagation_with_dropout_test_case",
    "progress_report",
]
