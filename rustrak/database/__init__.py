"""PostgreSQL: connections, SQL files by name, migrations, the embedded server."""
