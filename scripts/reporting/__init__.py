"""The report: one HTML page on the runs of a result file, with charts that can be filtered.

`ensemble` reads the file, variable by variable; `contrasts` and `sensitivity` say what differs and why; `content` puts
together what the page shows; `page` writes it, with `page.css` and `page.js` inside.
"""
