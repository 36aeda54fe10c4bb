"""The door: `flask …` finds the application here, and so does granian (`wsgi:app`)."""

import gc

from views.app import create_app

app = create_app()
# What is loaded stays loaded: looking through it again and again for garbage took a
# sixth of an import's time (measured).
gc.freeze()
