"""nbgrader's configuration of this course. Everything that differs from nbgrader's defaults is here."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "regularization-course"

# The text that replaces a solution in the release. The grader reads this exception as "not attempted".
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("this gap is still empty")'}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Seconds per cell. Cells that train or plot at length are tagged skip-execution and do not run here.
c.ExecutePreprocessor.timeout = 60
c.ExecutePreprocessor.interrupt_on_timeout = True
# The kernel would warn at every start that it listens on TCP, on this machine only.
c.ExecutePreprocessor.extra_arguments = ["--log-level=ERROR"]

# `nbgrader autograde` and the formgrader's Autograde button run submissions in our jail and ask our
# judge, as `grader grade` does. Remove this line where the package `grader` is not installed, or where
# no jail can be set up (`grader doctor`): nbgrader then runs students' code with your rights, and
# believes what it prints. See docs/operator.md.
c.Autograde.exporter_class = "grader.plugins.JailedExporter"
