"""Matplotlib's SVG made fit to stand in a page: small, themed by the page's CSS, without any style of its own.

A page that forbids inline styles by its content security policy would show matplotlib's pictures in
black, and their fixed colours would not follow a dark theme. So `style="fill: #050505"` becomes
`class="f-accent"`, and the page says what that looks like. The figures are drawn with the colours in
`INKS`, each of which stands for a role.
"""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

#: Roles of colours, and what stands for each while a figure is drawn. The page's CSS has the real ones.
INKS = {
    name: f"#{number:02x}{number:02x}01"
    for number, name in enumerate(
        (
            *("ink", "muted", "grid", "paper", "accent"),
            *("full", "some", "wrong", "stopped", "untouched", "waiting", "rose", "fell"),
        ),
        start=1,
    )
}
_ROLES = {colour: name for name, colour in INKS.items()}
#: Matplotlib's settings under which figures must be drawn.
SETTINGS = {
    "svg.fonttype": "none",  # text that can be found, and read out
    "svg.hashsalt": "grader",  # the same ids in every run
    "font.family": "DejaVu Sans",  # comes with matplotlib, and is broad: other fonts have room
    "hatch.linewidth": 1.2,
    "text.parse_math": False,
}
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_NONE = {"Date": None, "Creator": None, "Format": None, "Type": None}
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
_SIZE = re.compile(r"([0-9.]+)px")
_PAINTS = {"fill": "f", "stroke": "s"}
#: What may stay, as attributes of the same name.
_KEPT = frozenset(
    {
        *(
            "fill",
            "stroke",
            "stroke-width",
            "stroke-linejoin",
            "stroke-linecap",
            "stroke-dasharray",
        ),
        *("stroke-dashoffset", "opacity", "fill-opacity", "stroke-opacity"),
        *("font-size", "font-weight", "text-anchor"),
    }
)


def to_svg(figure: Figure, alt: str, name: str, classes: str) -> str:
    """One `<svg>` element for a page.

    Args:
        figure: drawn under `SETTINGS`, in the colours of `INKS`.
        alt: what the picture says, for those who do not see it.
        name: goes before every id, so that the pictures of a page have none in common.
        classes: of the element.
    """
    drawn = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(drawn, metadata=_NONE)
    root = ElementTree.fromstring(drawn.getvalue())  # noqa: S314  matplotlib's, of our own figure
    picture = ElementTree.Element(
        "svg",
        {"viewBox": root.attrib["viewBox"], "role": "img", "aria-label": alt, "class": classes},
    )
    picture.extend(child for child in root if child.tag != f"{_SVG}metadata")
    for parent in picture.iter():
        for child in [child for child in parent if child.tag == f"{_SVG}style"]:
            parent.remove(child)
    for element in picture.iter():
        _adapt(element, f"{name}-")
    return ElementTree.tostring(picture, encoding="unicode", short_empty_elements=True)


def _adapt(element: ElementTree.Element, prefix: str) -> None:
    element.tag = element.tag.removeprefix(_SVG)
    told = [part.partition(":") for part in element.attrib.pop("style", "").split(";")]
    declared = {key.strip(): value.strip() for key, _, value in told if value}
    for paint in _PAINTS:
        if paint in element.attrib:
            declared.setdefault(paint, element.attrib.pop(paint))
    for key, value in declared.items():
        _declare(element, key, value)
    identity = element.attrib.pop("id", None)
    if identity is not None and element.tag in ("path", "pattern", "clipPath"):
        element.set("id", prefix + identity)
    target = element.attrib.pop(_LINK, None)
    if target is not None:
        element.set("href", "#" + prefix + target.removeprefix("#"))
    for key, value in element.attrib.items():
        if "url(#" in value:
            element.set(key, _REFERENCE.sub(rf"url(#{prefix}\1)", value))


def _declare(element: ElementTree.Element, key: str, value: str) -> None:
    """Put one declaration of a style on an element: as a class, or as an attribute."""
    if key == "font" and (size := _SIZE.search(value)):
        key, value = "font-size", size.group(1)
    value = value.removesuffix("px") if key == "font-size" else value
    if key in _PAINTS and value in _ROLES:
        classes = [*element.get("class", "").split(), f"{_PAINTS[key]}-{_ROLES[value]}"]
        element.set("class", " ".join(classes))
    elif key in _KEPT:
        element.set(key, value)
