from kankei.release.database import open_database


def test_a_database_shows_no_progress_and_fetches_nothing() -> None:
    with open_database(memory_limit="64MB") as connection:
        rows = connection.execute("SELECT name, value FROM duckdb_settings()").fetchall()
    settings = dict(rows)
    names = ("enable_progress_bar", "autoinstall_known_extensions", "autoload_known_extensions", "threads")
    assert [settings[name] for name in names] == ["false", "false", "false", "1"]
    assert settings["memory_limit"] == "61.0 MiB"
