"""The regularization assignment: L2 penalty and dropout in a network of three layers."""
