"""The explorer: a warehouse or a release in the browser, by Datasette and the pages of this folder.

`app` puts it together, `plugin` has the hooks that Datasette calls, `pages` a function for each page: a connection
and what was asked for in, plain values for a template out. What takes too long to be asked on every visit, since it
is about the whole country, is computed once into a file of its own (`figures`).
"""
