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

# What one submission may use in the jail. These are the defaults: an honest notebook of this course
# needs a hundredth of each. grader/jail/limits.py says what bounds them and where the floors lie.
# Seconds per code cell, per call of a graded function, and for the whole submission.
# c.Limits.cell_seconds = 20.0
# c.Limits.call_seconds = 10.0
# c.Limits.total_seconds = 120.0
# Processor time of one process, whole seconds.
# c.Limits.cpu_seconds = 60
# Memory of one process beyond what Python has loaded, and of all its processes together, bytes.
# c.Limits.memory_bytes = 1024**3
# c.Limits.total_memory_bytes = 2 * 1024**3
# Processes and threads at a time.
# c.Limits.processes = 32
# The largest file, and all files together, bytes.
# c.Limits.file_bytes = 16 * 1024**2
# c.Limits.scratch_bytes = 64 * 1024**2
# c.Limits.open_files = 64
# What one cell may show: characters of text, and bytes of pictures.
# c.Limits.output_characters = 20_000
# c.Limits.picture_bytes = 1024**2
# How often a submission that kills its process is begun anew, without the cell or call that did it.
# c.Limits.restarts = 8

# `nbgrader autograde` and the formgrader's Autograde button run submissions in our jail and ask our
# judge, as `grader grade` does. Remove this line where the package `grader` is not installed, or where
# no jail can be set up (`grader doctor`): nbgrader then runs students' code with your rights, and
# believes what it prints. See docs/operator.md.
c.Autograde.exporter_class = "grader.plugins.JailedExporter"

# `nbgrader generate_feedback` and the formgrader's Generate Feedback button write the same pages as
# `grader feedback`. Without this line they show test cells whole, and unsanitised what students' code showed.
c.GenerateFeedback.exporter_class = "grader.feedback_exporter.FeedbackExporter"
