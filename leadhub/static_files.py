"""Collects static files when one has changed: hashing and compressing is much of a start."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> bool:
    """Returns whether it had to."""
    kept, wanted = settings.VAR / "static-collected", fingerprint()
    if settings.STATIC_ROOT.is_dir() and kept.exists() and kept.read_text() == wanted:
        return False
    kept.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    kept.write_text(wanted)
    return True


def fingerprint() -> str:
    """Of how they are stored, and of each file's name, time and size."""
    found = [repr(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for path, storage in finder.list(None):
            found.append(f"{path} {storage.get_modified_time(path)} {storage.size(path)}")
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
