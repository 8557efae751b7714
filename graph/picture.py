"""The picture of the graph, as Mermaid for a Markdown page: `python -m graph.picture`."""

import sys

from langchain_core.runnables.graph import NodeStyles

from graph.build import build
from graph.studio import shut

# Text has a colour of its own, because a page in dark mode would write light text on these light boxes.
STYLES = NodeStyles(
    default="fill:#f2f0ff,color:#1f1b33,line-height:1.2",
    first="fill-opacity:0",
    last="fill:#bfb6fc,color:#1f1b33",
)


def draw() -> str:
    """Return the compiled graph as Mermaid text, left to right, without opening a port or a server."""
    drawn = build(shut()).get_graph().draw_mermaid(node_colors=STYLES)
    return drawn.replace("graph TD;", "graph LR;").expandtabs(2)


if __name__ == "__main__":
    sys.stdout.write(draw())
