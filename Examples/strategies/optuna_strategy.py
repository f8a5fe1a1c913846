#!/usr/bin/env python3
"""Searches a space with Optuna (pip install optuna): TPE by default, NSGA-II or any other of its samplers by name.

    strategy:
      name: command
      points: 60
      batch: 4
      options: { command: [python3, Examples/strategies/optuna_strategy.py, --sampler, tpe] }
"""

import argparse

import optuna
from optuna.trial import TrialState

from cyclewright_strategy import costs, serve

arguments = argparse.ArgumentParser()
arguments.add_argument("--sampler", choices=["tpe", "nsga2", "random", "gp"], default="tpe")
arguments = arguments.parse_args()
optuna.logging.set_verbosity(optuna.logging.WARNING)


class Optuna:
    def hello(self, space):
        seed = space["seed"] % 2**32
        sampler = {
            "tpe": lambda: optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True),
            "nsga2": lambda: optuna.samplers.NSGAIISampler(seed=seed),
            "random": lambda: optuna.samplers.RandomSampler(seed=seed),
            "gp": lambda: optuna.samplers.GPSampler(seed=seed),
        }[arguments.sampler]()
        self.parameters = space["parameters"]
        self.objectives = space["objectives"]
        self.study = optuna.create_study(directions=["minimize"] * len(self.objectives), sampler=sampler)
        self.trials = []  # by the index of the point

    def ask(self, count):
        return [self.point(self.study.ask()) for _ in range(count)]

    def point(self, trial):
        self.trials.append(trial)
        point = {}
        for parameter in self.parameters:
            name, values = parameter["name"], parameter["values"]
            # Neighbours in an ordered list are alike: its positions are what the sampler sees.
            if parameter["ordered"]:
                point[name] = values[trial.suggest_int(name, 0, len(values) - 1)]
            else:
                point[name] = trial.suggest_categorical(name, values)
        return point

    def tell(self, results):
        for result in results:
            values = costs(result, self.objectives)
            trial = self.trials[result["index"]]
            if values is None:
                self.study.tell(trial, state=TrialState.FAIL)
            else:
                self.study.tell(trial, values)


serve(Optuna())
