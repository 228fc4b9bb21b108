"""The store on Postgres. Importing its modules needs the extra `service-flow[postgres]`."""
