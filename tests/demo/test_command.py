"""`manage.py demo` refuses, in a sentence, where its world would be false or do harm."""

import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leadhub import heartbeats
from leadhub.demo.models import DemoWorld
from leadhub.records.models import Contact
from scoring import starter, versions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_var(settings, tmp_path):
    settings.VAR = tmp_path


def test_not_while_workers_run():
    heartbeats.beat("now@machine", at=timezone.now())
    with pytest.raises(CommandError, match="stop it"):
        call_command("demo")


def test_not_without_leadforge(monkeypatch):
    monkeypatch.setitem(sys.modules, "leadforge", None)
    with pytest.raises(CommandError, match=r"-m pip install -r requirements-demo\.txt"):
        call_command("demo")


def test_not_among_data_of_ones_own():
    Contact.objects.create(email="real@customer.test")
    with pytest.raises(CommandError, match="without data"):
        call_command("demo")
    assert not DemoWorld.objects.exists()


def test_not_beside_versions_of_ones_own():
    live = starter.install(at=timezone.now())
    versions.copy_as_draft(original=live, by=None, at=timezone.now())
    with pytest.raises(CommandError, match="versions"):
        call_command("demo")
    assert not DemoWorld.objects.exists()


def test_nothing_to_remove():
    with pytest.raises(CommandError, match="no demo world"):
        call_command("demo", "--remove")


@pytest.mark.parametrize("scale", ["-1", "nan", "inf", "much"])
def test_not_of_a_size_that_no_world_has(scale):
    with pytest.raises(CommandError, match="invalid scale value"):
        call_command("demo", f"--scale={scale}")


@pytest.mark.parametrize("seed", [2**63, -(2**63) - 1, "mine"])
def test_not_of_a_seed_that_cannot_be_kept(seed):
    with pytest.raises(CommandError, match="invalid seed value"):
        call_command("demo", f"--seed={seed}")
