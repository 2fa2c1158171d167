"""Pages that nobody asks for."""

from django.test import Client


def test_a_form_without_its_token_is_refused_on_a_page_of_ours(rep):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rep)
    answer = client.post("/sign-out")
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
    assert b"<style" not in answer.content
