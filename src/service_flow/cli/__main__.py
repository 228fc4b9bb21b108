"""`python -m service_flow.cli` is `service-flow`."""

from service_flow.cli import main

main(prog_name="service-flow")
