"""How `script/docs` makes the site. Nothing in it is loaded from elsewhere; a test holds that."""

project = "LeadHub"
author = "LeadHub"
html_title = "LeadHub"
language = "en"

extensions = ["myst_parser"]
exclude_patterns = ["_static"]
nitpicky = True

# Headings can be linked to down to the third level, in the way that Markdown readers elsewhere do.
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

html_theme = "furo"
html_static_path = ["_static", "../static/icon.svg"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_favicon = "../static/icon.svg"
html_logo = "../static/icon.svg"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#4a40c9",
        "color-brand-content": "#4339bf",
        "color-brand-visited": "#5833ad",
    },
    "dark_css_variables": {
        "color-brand-primary": "#aaa4ff",
        "color-brand-content": "#aaa4ff",
        "color-brand-visited": "#c6b2fb",
    },
}
