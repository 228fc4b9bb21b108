"""The documentation site: `make docs`. The source folder is the root of the project, so that the links of its pages,
which are made for readers of the repository, lead to the same places here. Why Sphinx: docs/decisions/0008.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from contents import ROOT, START, contents

project = "service_flow"
extensions = ["myst_parser", "pages", "code_pages", "drawings", "site_search"]

root_doc = START.removesuffix(".md")
include_patterns = list(contents().pages)
exclude_patterns = [name for name in (path.name for path in ROOT.iterdir()) if name.startswith(".")]
exclude_patterns += ["site", "build", "demo", "**/__pycache__"]
suppress_warnings = ["toc.not_included"]  # `pages` says which page is missing in the map, and what to do

myst_heading_anchors = 6
myst_enable_extensions = ["html_image"]

smartquotes = False  # a word is found as it was written

html_theme = "furo"
html_title = project
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_additional_pages = {"search": "search.html"}
html_copy_source = False
html_use_index = False
html_show_copyright = False
pygments_style = "a11y-light"
pygments_dark_style = "github-dark"
# Chinese faces are named, since a page in English would otherwise get the Japanese forms of some characters.
_FACES = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans"'
_CODE_FACES = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono"'
_CHINESE_FACES = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC"'
html_theme_options = {
    "enable_search_shortcuts": True,
    "light_css_variables": {
        "font-stack": f"{_FACES}, {_CHINESE_FACES}, sans-serif",
        "font-stack--monospace": f"{_CODE_FACES}, {_CHINESE_FACES}, monospace",
    },
    "dark_css_variables": {"color-code-background": "#1b1e23"},
}
