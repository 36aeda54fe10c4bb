"""The web: factory, settings, pages, API, command line. The only folder with HTTP."""
