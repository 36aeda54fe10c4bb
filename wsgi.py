"""The door: `flask …` finds the application here, and so does granian (`wsgi:app`)."""

from views.app import create_app

app = create_app()
