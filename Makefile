# Peras. `make` lists what there is to do.

# A JDK that is new enough, even where `java` itself is older.
export JAVA_HOME := $(shell infra/tools/find-jdk 2>/dev/null)
# Newer JDKs warn about what Maven's own libraries do.
export MAVEN_OPTS := --sun-misc-unsafe-memory-access=allow $(MAVEN_OPTS)

ifdef PORT
export PORT
endif
ifdef DATA_DIR
export DATA_DIR
endif

# The inputs of `make run`, which builds only when one of them is newer than the last build. Directories
# count, so that a removed file (or target) is noticed.
RUN_SOURCES := $(shell find pom.xml template.yaml functions infra/local \
	\( -name target -o -path '*/src/test' \) -prune -o -print)
RUN_BUILT := infra/local/target/built
RUN_CLASS_PATH := infra/local/target/classpath

# Recursive, since the class path exists only after the build.
BENCH = "$$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
	-cp "infra/bench/target/classes:$$(cat infra/bench/target/classpath)"
TEMPLATES := template.yaml infra/deploy/jwt-api.yaml infra/deploy/key-api.yaml infra/deploy/monitoring.yaml
# .ci/run installs the tools that check the templates there.
PYTHON := $(or $(abspath $(wildcard target/venv/bin/python3)),python3)

.DEFAULT_GOAL := help
.PHONY: help run test test-python test-emulator simulate bench bench-engine bench-claims bench-sweep bench-load bench-cold bench-otlp bench-build test-localstack format generate package prices prices-sources prices-check clean jdk lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# As on Lambda only the first compiler is used, which starts fastest; what runs for hours is faster with both.
RUN_FLAGS = -XX:+UseSerialGC -Xmx$(or $(HEAP),256m) $(if $(FAST),,-XX:TieredStopAtLevel=1)

run: $(RUN_BUILT) ## run Peras on http://localhost:3000 (PORT=, DATA_DIR=, DATA_DIR=memory; FAST=1 to run for long)
	@exec "$$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED $(RUN_FLAGS) -Dperas.stop-with-parent=true \
		-cp "infra/local/target/classes:$$(cat $(RUN_CLASS_PATH))" dev.peras.local.LocalRunner

$(RUN_BUILT): $(RUN_SOURCES) | jdk
	@echo "Building Peras"
	@infra/tools/build process-classes -pl infra/local -am -Dspotless.check.skip -Dmaven.test.skip
	@touch $@

test: jdk lint ## run every check: format, docs, templates, tests
	@./mvnw -B -ntp verify
	@$(MAKE) --no-print-directory test-python

test-python: $(RUN_BUILT) ## test the Python client (its SDKs: pip install -r clients/python/requirements-test.txt)
	@if ! $(PYTHON) -c 'import pytest, mypy' 2>/dev/null; then \
		echo "SKIPPED: the Python client is not tested, since pytest or mypy is missing (pip install -r clients/python/requirements-test.txt)"; \
	else \
		cd clients/python && $(PYTHON) -m mypy && $(PYTHON) -m pytest -q -W ignore; \
	fi

test-emulator: jdk ## run the store's contracts on the DynamoDB emulator, too (takes a quarter of an hour)
	@./mvnw -B -ntp test -pl functions/core/store -am -Dspotless.check.skip -Demulator=all \
		-Dtest='DynamoDb*Test' -Dsurefire.failIfNoSpecifiedTests=false

lint:
	@echo "infra/tools/check-docs: lines of at most 120 characters" && infra/tools/check-docs
	@$(PYTHON) -B infra/tools/parameter-lists
	@if ! $(PYTHON) -c 'import cfnlint, samtranslator' 2>/dev/null; then \
		echo "SKIPPED: the templates are not checked, since cfn-lint or aws-sam-translator is missing (pip install -r infra/deploy/checks/requirements.txt)"; \
	else \
		echo "cfn-lint $(TEMPLATES)" && $(PYTHON) -c 'from cfnlint.runner import main; main()' $(TEMPLATES) && \
		echo "infra/deploy/checks: what would be deployed" && $(PYTHON) -B -m unittest discover -b -s infra/deploy/checks; \
	fi

simulate: jdk ## simulate the store under faults (SEEDS=1..1000, or one to replay)
	@./mvnw -B -q -ntp test -pl functions/core/store -am -Dspotless.check.skip \
		-Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dseeds=$(or $(SEEDS),1..1000)

bench: bench-engine bench-claims bench-sweep bench-load bench-cold ## measure everything; bench-engine, -claims, -sweep, -load, -cold for a part

bench-engine: bench-build
	@$(BENCH) dev.peras.bench.BenchEngine $(ARGS)

bench-claims: bench-build
	@$(BENCH) dev.peras.bench.BenchClaims

bench-sweep: bench-build
	@$(BENCH) dev.peras.bench.BenchSweep

# RUNNER= is the class path of another runner, to compare with: an older checkout's, say.
bench-load: bench-build $(RUN_BUILT)
	@$(BENCH) dev.peras.bench.BenchLoad \
		"$(or $(RUNNER),infra/local/target/classes:$$(cat $(RUN_CLASS_PATH)))" $(RUN_FLAGS)

bench-otlp: bench-build ## spans a second that are parsed and reduced, and end to end
	@$(BENCH) dev.peras.ingestotlp.BenchOtlp $(ARGS)

bench-build: jdk
	@infra/tools/build package -pl infra/bench -am -DskipTests -Dspotless.check.skip

bench-cold: jdk ## compare cold starts and warm calls with a plain handler (FUNCTION=, FLAGS=)
	@infra/tools/build package -pl infra/verify/packaged -am -DskipTests -Dspotless.check.skip
	@"$$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED $(if $(FLAGS),"-Dflags=$(FLAGS)") \
		$(if $(FUNCTION),-Dfunction=$(FUNCTION)) \
		-cp "infra/verify/packaged/target/classes:$$(cat infra/verify/packaged/target/classpath)" \
		dev.peras.packaged.ColdStart

test-localstack: jdk ## run the store's contract and the packaged functions on LocalStack (requires Docker)
	@./mvnw -B -ntp verify -pl infra/verify/localstack -am -Dspotless.check.skip -DskipTests=false \
		-Dtest='LocalStack*Test' -Dsurefire.failIfNoSpecifiedTests=false \
		$(if $(LOCALSTACK_IMAGE),-Dlocalstack.image=$(LOCALSTACK_IMAGE))

format: jdk ## format the Java sources
	@./mvnw -B -q spotless:apply

generate: jdk ## write routes, samples and docs/api.md from Call
	@infra/tools/build process-classes -pl infra/deploy -am -Dspotless.check.skip -Dmaven.test.skip
	@"$$JAVA_HOME/bin/java" -cp "infra/deploy/target/classes:$$(cat infra/deploy/target/classpath)" dev.peras.deploy.Generate

package: jdk ## build functions/*/target/function.zip for template.yaml
	@infra/tools/build package -DskipTests
	@ls -l functions/*/target/function.zip

prices: ## rebuild the price table from its sources and print the changes (requires Node)
	@node infra/price-table/prices.mjs

prices-sources: ## read the packages that sources.json pins anew (requires Python with pip)
	@python3 infra/price-table/snapshot.py

prices-check: ## prove that the table is what the pinned sources give
	@node --test infra/price-table/test/*.test.mjs
	@node infra/price-table/prices.mjs --check
	@./mvnw -B -q -ntp test -pl functions/core/json -am -Dspotless.check.skip \
		-Dtest='WorkedExamplesTest,PriceTableTest' -Dsurefire.failIfNoSpecifiedTests=false

clean: jdk ## remove build output (data in .peras stays)
	@./mvnw -B -q clean

jdk:
	@infra/tools/find-jdk >/dev/null
