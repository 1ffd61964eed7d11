"""What a feedback page says beside the notebook: what was noticed about the hand-in, and where output was cut.

It is added to whatever template the course's pages are made with. Every text is escaped: notes quote
names that students chose.
Import only inside commands: nbconvert is slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback

from testcases.core.check import MIME_TYPE

from .results import read_record

#: Put on top of that template. Jinja escapes nothing by itself in nbconvert.
_TEMPLATE = """\
{{%- extends {template!r} -%}}

{{%- block body_header -%}}
{{{{ super() }}}}
<style>pre {{ white-space: pre-wrap !important; overflow-wrap: anywhere; }}</style>
{{%- if resources.grader.notes %}}
<div class="panel panel-info" id="hand-in-notes">
  <div class="panel-heading">What was noticed about your hand-in</div>
  <div class="panel-body">
    <ul>
    {{%- for note in resources.grader.notes %}}
      <li>{{{{ note | e }}}}</li>
    {{%- endfor %}}
    </ul>
  </div>
</div>
{{%- endif %}}
{{%- endblock body_header -%}}

{{%- block any_cell scoped -%}}
{{{{ super() }}}}
{{%- if cell.metadata.output_was_cut %}}
<div class="alert alert-info output-was-cut">{{{{ resources.grader.cut_text | e }}}}</div>
{{%- endif %}}
{{%- endblock any_cell -%}}
"""
#: An object's address is shortened after the output was cut, by no more than so many characters.
_ADDRESS = "at 0x…"
_SHORTENED = len("at 0x") + 16 - len(_ADDRESS)

Preprocessor = Callable[[NotebookNode, ResourcesDict], tuple[NotebookNode, ResourcesDict]]


class NotedExporter(HTMLExporter):
    """nbconvert's exporter of pages, with the notes on top of the template that is configured."""

    def __init__(self, **options: Any) -> None:
        """The options are nbconvert's."""
        super().__init__(**options)
        self.raw_template = _TEMPLATE.format(template=self.template_file)


def add_notes(converter: GenerateFeedback, limit: int) -> None:
    """Have notes on the pages that nbgrader's converter writes, unless the course has its own exporter.

    Args:
        converter: about to be started.
        limit: how many characters a cell may show, all its outputs together.
    """
    if converter.exporter_class is HTMLExporter:
        converter.exporter_class = NotedExporter
        converter.preprocessors = [*converter.preprocessors, _notes_for(limit)]


def _notes_for(limit: int) -> Preprocessor:
    """What hands the notes on a notebook to the template."""
    text = (
        f"Of what a cell shows, the first {limit:,} characters are kept. This cell showed more, or "
        "just as many; the rest is left out here, and costs no points."
    )

    def hand_over(
        notebook: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        record = read_record(notebook)
        notes = record.notes if record is not None else ()
        resources["grader"] = {"notes": notes, "cut_text": text}
        for cell in notebook["cells"]:
            cell["metadata"]["output_was_cut"] = _was_cut(cell, limit)
        return notebook, resources

    return hand_over


def _was_cut(cell: Mapping[str, Any], limit: int) -> bool:
    """Whether the jail cut a cell's outputs. It does not say so, but cuts them to that very length."""
    texts = [text for output in cell.get("outputs", ()) for text in _texts(output)]
    length = sum(map(len, texts))
    short = sum(len(re.findall(_ADDRESS, text)) for text in texts) * _SHORTENED
    return length <= limit <= length + short


def _texts(output: Mapping[str, Any]) -> list[str]:
    """What of an output counts; the judge's own words do not, nor does an error."""
    data = output.get("data", {})
    if MIME_TYPE in data:
        return []
    return [text for text in (output.get("text"), data.get("text/plain")) if isinstance(text, str)]
