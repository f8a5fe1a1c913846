#!/usr/bin/env python3
"""Random search in plain Python: the shortest strategy that is one."""

import random

from cyclewright_strategy import serve


class RandomSearch:
    def hello(self, space):
        self.parameters = space["parameters"]
        self.random = random.Random(space["seed"])

    def ask(self, count):
        return [{p["name"]: self.random.choice(p["values"]) for p in self.parameters} for _ in range(count)]

    def tell(self, results):
        pass  # Points that were forbidden or repeated are asked for again by themselves.


serve(RandomSearch())
