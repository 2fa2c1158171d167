import subprocess
import sys

import pytest
from django.core.management import call_command
from django.utils import timezone

from leadhub import demo
from leadhub.models import FirstStart
from leadhub.users import first_logins
from leadhub.users.models import Role, User

pytestmark = pytest.mark.django_db


def test_makes_a_login_for_each_role_that_works(tmp_path, client):
    kept = tmp_path / "logins.txt"
    lines = first_logins.make(kept_in=kept)

    assert kept.read_text().splitlines() == lines
    assert kept.stat().st_mode & 0o777 == 0o600
    assert {user.role for user in User.objects.all()} == set(Role)
    for line in lines:
        email, password = line.split()[-2:]
        assert client.login(username=email, password=password)
    assert User.objects.get(role=Role.REP).team is not None


def test_a_file_that_anyone_could_read_is_closed_again(tmp_path):
    kept = tmp_path / "logins.txt"
    kept.touch(mode=0o644)
    first_logins.make(kept_in=kept)
    assert kept.stat().st_mode & 0o777 == 0o600


def test_makes_none_once_there_is_a_user(tmp_path, rep):
    assert first_logins.make(kept_in=tmp_path / "logins.txt") == []
    assert list(User.objects.all()) == [rep]
    assert not (tmp_path / "logins.txt").exists()


def test_preparing_twice_changes_nothing(settings, tmp_path):
    settings.VAR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("prepare")
    first = (tmp_path / "logins.txt").read_text(), sorted(User.objects.values_list())
    call_command("prepare")
    assert ((tmp_path / "logins.txt").read_text(), sorted(User.objects.values_list())) == first


def test_a_later_start_loads_nothing_that_only_the_first_needs():
    loads = "import django, sys; django.setup(); import leadhub.management.commands.prepare"
    command = [sys.executable, "-c", f"{loads}; print(*sys.modules)"]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert "scoring.starter" in loaded
    unneeded = {"celery", "duckdb", "pyarrow", "leadhub.urls", "leadhub.demo.world"}
    assert not unneeded & set(loaded)


def test_a_later_start_runs_without_what_only_the_first_needs(settings, tmp_path, monkeypatch):
    settings.VAR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("prepare")
    # Who imports it from the package would get what an earlier test has loaded.
    monkeypatch.delattr(demo, "beginning", raising=False)
    for unneeded in ("leadhub.demo.beginning", "leadhub.demo.world", "duckdb", "pyarrow"):
        monkeypatch.setitem(sys.modules, unneeded, None)
    with pytest.raises(ImportError):
        call_command("prepare", demo=True)
    FirstStart.objects.create(at=timezone.now())
    call_command("prepare", demo=True)
