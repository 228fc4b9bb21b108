"""The store on SQLite, in a file or in memory."""
