from leadhub import static_files


def test_collected_again_only_when_a_file_is_new(settings, tmp_path):
    written = tmp_path / "written"
    written.mkdir()
    (written / "one.css").write_text("a {}")
    settings.VAR = tmp_path
    settings.STATICFILES_DIRS = [written]
    settings.STATIC_ROOT = tmp_path / "static"

    assert static_files.collect()
    assert (tmp_path / "static" / "one.css").read_text() == "a {}"
    assert not static_files.collect()

    (written / "two.css").write_text("b {}")
    assert static_files.collect()
    assert (tmp_path / "static" / "two.css").read_text() == "b {}"


def test_collected_again_when_they_are_stored_in_another_way(settings, tmp_path):
    settings.VAR = tmp_path
    settings.STATICFILES_DIRS = []
    settings.STATIC_ROOT = tmp_path / "static"
    assert static_files.collect()
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    assert static_files.collect()
