"""What is worth a line in the log, and what is not."""

import logging
import sys

import pytest

from leadhub.logs import Refusals


@pytest.mark.parametrize(("status", "kept"), [(403, False), (500, True), (None, True)])
def test_a_refusal_is_logged_without_the_stack(status, kept):
    try:
        raise PermissionError
    except PermissionError:
        record = logging.LogRecord("x", logging.WARNING, "", 0, "Forbidden", None, sys.exc_info())
    if status:
        record.status_code = status
    assert Refusals().filter(record)
    assert (record.exc_info is not None) is kept


def test_of_a_refused_page_one_short_line_is_written(rep_client, capsys):
    handlers = [h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler]
    for handler in handlers:
        handler.setStream(sys.stderr)
    rep_client.get("/admin/")
    said = capsys.readouterr().err
    assert "Forbidden" in said
    assert "frames" not in said
