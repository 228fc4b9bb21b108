"""A first mapping for a log that nobody has mapped yet."""

from service_flow.insight.histories.guessing.guess import Guess, guess_mapping

__all__ = ["Guess", "guess_mapping"]
