from IPython.display import HTML, SVG, Javascript, display

display(HTML("<script>alert('hostile markup')</script>"))
display(Javascript("alert('hostile markup')"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='hostile markup'/>"))
display({"text/html": "<b>hostile markup</b>"}, raw=True)
