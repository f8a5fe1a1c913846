# Cyclewright's tasks; `make` alone lists them.

# The Swift driver, and what it is asked for.
SWIFT ?= swift
CONFIGURATION ?= release
# What `make simulate` runs.
ARCHITECTURE ?= Architectures/tpu-v1.yaml
WORKLOAD ?= Workloads/resnet50-int8.onnx
OUTPUT ?= reports/resnet50-tpu-v1
# Inputs for every importer in `make fuzz`.
FUZZ_INPUTS ?= 100000

export SWIFT

.DEFAULT_GOAL := help
.PHONY: help setup build simulate test verify conformance benchmark reports docs fuzz browser-test clean

help: ## List the tasks
	@echo "usage: make TASK [NAME=VALUE …]"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  %-16s%s\n' "$$name" "$$text"; done
	@echo
	@echo "  ARCHITECTURE, WORKLOAD and OUTPUT change what \`make simulate\` runs, SWIFT names the Swift driver."

setup: ## Check the tools that a build needs, and install those that are missing
	@Scripts/setup.sh build

build: setup ## Build the command line tool
	$(SWIFT) build --configuration $(CONFIGURATION) --product cyclewright

simulate: build ## Run ResNet-50 on the first TPU and write a report
	@"$$($(SWIFT) build --configuration $(CONFIGURATION) --show-bin-path)/cyclewright" simulate "$(ARCHITECTURE)" "$(WORKLOAD)" --output "$(OUTPUT)"

test: setup ## Build and run the tests
	@Scripts/setup.sh build slurm
	$(SWIFT) build --configuration $(CONFIGURATION) --build-tests
	$(SWIFT) test --configuration $(CONFIGURATION) --skip-build --parallel

verify: build ## Prove the programs of all workloads on all architectures
	@Benchmarks/verification/run.sh --jobs 2 --brief

conformance: ## Run the ONNX project's own operator tests on the reference executor
	@Scripts/setup.sh build conformance
	Scripts/conformance/run.sh

benchmark: ## Measure speed against the stated limits
	@Scripts/setup.sh build benchmark
	@set -e; for script in Benchmarks/*/run.sh; do echo "== $$script"; "$$script"; done

browser-test: simulate ## Load the reports of `make simulate` and of sweeps in headless Chromium and check their plots
	Tests/Browser/check-report.sh "$(OUTPUT)/report.html"
	Tests/Browser/check-sweep-report.sh "$$($(SWIFT) build --configuration $(CONFIGURATION) --show-bin-path)/cyclewright"

reports: build ## Write Reports/ again
	@SWIFT="$(SWIFT)" CONFIGURATION="$(CONFIGURATION)" Scripts/reports.sh

docs: setup ## Build the documentation into .build/documentation
	Scripts/documentation.sh .build/documentation

fuzz: setup ## Feed damaged files to every importer, FUZZ_INPUTS of them each
	$(SWIFT) build --configuration $(CONFIGURATION) --build-tests
	CYCLEWRIGHT_FUZZ=$(FUZZ_INPUTS) $(SWIFT) test --configuration $(CONFIGURATION) --skip-build --filter 'Fuzz|campaign'

clean: ## Remove everything that was built or downloaded
	rm -rf .build .conformance .venv
