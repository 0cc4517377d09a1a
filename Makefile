# The front door. `make help` lists the targets.
PRESET ?= release
JOBS ?= $(shell nproc)
BUILD := build/$(PRESET)
# Runs a command with Go and Node.js on PATH, fetched where this machine has none that is new enough.
WITH_TOOLCHAINS := python3 tools/fetch_toolchains.py
# Written by tools/generate_tables.py, which formats them its own way.
GENERATED := ':!include/tabletheory/error_codes.h' ':!*_table.h' ':!include/tabletheory/c_constants.h'

.DEFAULT_GOAL := help
.PHONY: help bootstrap bootstrap-test build sdks package demo test test-quick test-packages test-targets sanitize bench bench-server fuzz fmt \
  fmt-check lint drift rubric docker-up docker-down clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

bootstrap: ## install the Debian packages the build needs, if missing
	@tools/bootstrap.sh build

bootstrap-test:
	@tools/bootstrap.sh test

build: bootstrap ## build the library and the command; leaves build/bin/tabletheory (PRESET=dev|release|asan|tsan)
	@cmake --preset $(PRESET) -DTABLETHEORY_TESTS=OFF >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)
	@mkdir -p build/bin && cp -f $(BUILD)/bin/* build/bin/

sdks: build ## build the SDKs of the other languages (Go, Python and TypeScript), from PRESET's library
	@python3 go/place_library.py $(BUILD)
	@python3 py/build.py $(BUILD)
	@$(WITH_TOOLCHAINS) env TABLETHEORY_LIB_DIR=$(CURDIR)/$(BUILD)/lib \
	  sh -c 'cd ts && npm ci --no-audit --no-fund --loglevel=error && node build.mjs --addon'

package: bootstrap-test sdks ## make the wheel, the npm tarballs, the Go module and the CMake package; leaves them in build/packages
	@$(WITH_TOOLCHAINS) python3 tools/package.py $(BUILD) build/packages

demo: sdks ## tell one story in four languages on one table, transcripts side by side
	@$(WITH_TOOLCHAINS) python3 examples/orders/demo.py $(BUILD)

test: bootstrap-test ## run every test: unit, contract, all SDKs, interoperation, fuzzers of the lower layers, drift
	@python3 tools/run_tests.py all

test-quick: bootstrap-test ## run unit and contract tests only
	@python3 tools/run_tests.py quick

test-packages: bootstrap-test ## install and use the wheel, the npm tarballs, the Go module and the CMake package
	@python3 tools/run_tests.py packages

test-targets: bootstrap-test ## run our client against moto (DynamoDB, KMS, STS, metadata) and dynalite
	@python3 tools/run_tests.py targets

sanitize: bootstrap-test ## run unit tests and scenarios with ASan+UBSan, and what starts threads with TSan
	@python3 tools/run_tests.py sanitize

bench: bootstrap-test ## measure, ours beside the floor (Google Benchmark)
	@cmake --preset bench >/dev/null
	@cmake --build build/bench -j $(JOBS)
	@for program in build/bench/bench_*; do [ -x $$program ] && $$program $(BENCH_ARGS) || exit 1; done

bench-server: bootstrap-test build ## measure the engine over HTTP under wrk, beside dynalite
	@python3 bench/server/run.py $(BUILD)

FUZZ_SECONDS ?= 600
fuzz: bootstrap-test ## fuzz every parser at length (FUZZ_SECONDS each, 600 by default)
	@python3 tools/run_tests.py fuzz --fuzz-seconds $(FUZZ_SECONDS)

fmt: bootstrap-test ## format all C++ sources
	@git ls-files -z '*.cpp' '*.h' $(GENERATED) | xargs -0 clang-format-19 -i

fmt-check: bootstrap-test
	@git ls-files -z '*.cpp' '*.h' $(GENERATED) | xargs -0 clang-format-19 --dry-run -Werror

lint: bootstrap-test ## run clang-tidy over the sources
	@cmake --preset dev >/dev/null
	@run-clang-tidy-19 -quiet -p build/dev -j $(JOBS) '$(CURDIR)/src/.*(?<!_test|_fuzz|_bench)\.cpp$$' 2>/dev/null

drift: ## check that generated files match their tables and that layers point down
	@python3 tools/generate_tables.py --check
	@python3 tools/tape_vectors.py --check
	@python3 tools/check_layers.py
	@python3 tools/check_docs.py

rubric: fmt-check drift lint test sanitize ## everything a change must pass

docker-up: ## start Amazon's DynamoDB Local on 127.0.0.1:8000, for those whose licence allows it; nothing of ours needs it
	@docker run --rm -d --name tabletheory-dynamodb-local -p 127.0.0.1:8000:8000 amazon/dynamodb-local:latest

docker-down: ## stop it
	@docker stop tabletheory-dynamodb-local

clean: ## remove everything that was built
	@rm -rf build
