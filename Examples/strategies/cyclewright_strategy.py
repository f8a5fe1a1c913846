"""The lines of JSON that `cyclewright sweep` and a strategy exchange, for strategies in Python.

    from cyclewright_strategy import serve

    class Mine:
        def hello(self, space): ...          # parameters, constraints, objectives, seed
        def ask(self, count): ...            # a list of at most count points, each a dict from parameter to value; empty to end
        def tell(self, results): ...         # a list of results, see Documentation/sweep-spaces.md

    serve(Mine())

Needs nothing but Python. Standard output belongs to the exchange: print to standard error.
"""

import json
import sys


def serve(strategy, lines=sys.stdin, output=sys.stdout):
    def answer(message):
        output.write(json.dumps(message) + "\n")
        output.flush()

    for line in lines:
        message = json.loads(line)
        kind = message["type"]
        if kind == "hello":
            if message["protocol"] != 1:
                answer({"type": "error", "message": f"speaks protocol 1 and not {message['protocol']}"})
                return
            strategy.hello(message)
            answer({"type": "ready"})
        elif kind == "ask":
            answer({"type": "points", "points": strategy.ask(message["count"])})
        elif kind == "tell":
            strategy.tell(message["results"])
        elif kind == "done":
            return


def costs(result, objectives):
    """The objectives of a result in their order, less is better; None where it has none or broke a limit."""
    if not result["objectives"] or result["status"] not in ("finished", "repeated"):
        return None
    if result["status"] == "repeated" and result["reason"] != "evaluated already":
        return None
    return [result["objectives"][o["name"]] * (1 if o["goal"] == "minimize" else -1) for o in objectives]
