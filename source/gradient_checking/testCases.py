"""The examples of this assignment, and the checks for your functions.

    from testCases import *

gives you one function per example (`numerical_gradient_test_case()` and so on),
`check("function_name", globals())`, which tells you what is right and what is not yet, and
`progress_report(globals())`, which sums it all up.
"""

from public_tests.gradient_checking.public import (
    backward_propagation_test_case,
    check,
    numerical_gradient_test_case,
    progress_report,
    relative_difference_test_case,
)

__all__ = [
    "backward_propagation_test_case",
    "check",
    "numerical_gradient_test_case",
    "progress_report",
    "relative_difference_test_case",
]
