"""Grading a class: `grader grade` against stock `nbgrader autograde`, and against the floor."""
