"""The door: `flask …` finds the application here, and so does granian (`wsgi:app`)."""

import gc
import os

from views.app import create_app

# The database, its logs and what is exported are for the account that runs us alone.
os.umask(0o077)
app = create_app()
# What is loaded stays loaded: looking through it again and again for garbage took a
# sixth of an import's time (measured).
gc.freeze()
