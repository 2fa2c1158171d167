"""Django's test client for somebody."""

from django.test import Client


def signed_in(user) -> Client:
    """A client in which the user is signed in; None: nobody is."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client
