# Peras. `make` lists what there is to do.

# Everything runs on a JDK that is new enough, whatever `java` is here.
export JAVA_HOME := $(shell infra/find-jdk 2>/dev/null)
# Maven's own libraries use what newer JDKs warn about.
export MAVEN_OPTS := --sun-misc-unsafe-memory-access=allow $(MAVEN_OPTS)

ifdef PORT
export PORT
endif
ifdef DATA_DIR
export DATA_DIR
endif

# What `make run` is made of: it builds only when one of these is newer than the last build. Directories
# count, so that a file (or a target) that goes missing is noticed.
RUN_SOURCES := $(shell find pom.xml template.yaml functions infra/local \
	\( -name target -o -path '*/src/test' \) -prune -o -print)
RUN_BUILT := infra/local/target/built
RUN_CLASS_PATH := infra/local/target/classpath

.DEFAULT_GOAL := help
.PHONY: help run test simulate bench bench-cold test-localstack format package clean jdk lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_BUILT) ## run Peras here: http://localhost:3000 (PORT=, DATA_DIR= or DATA_DIR=memory)
	@exec "$$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC \
		-XX:TieredStopAtLevel=1 -Dperas.stop-with-parent=true \
		-cp "infra/local/target/classes:$$(cat $(RUN_CLASS_PATH))" dev.peras.local.LocalRunner

$(RUN_BUILT): $(RUN_SOURCES) | jdk
	@echo "Building Peras"
	@infra/build process-classes -pl infra/local -am -Dspotless.check.skip -Dmaven.test.skip
	@touch $@

test: jdk lint ## check everything: format, template, every test
	@./mvnw -B -ntp verify

lint:
	@if cfn-lint --version >/dev/null 2>&1; then echo "cfn-lint template.yaml" && cfn-lint template.yaml; \
	else echo "SKIPPED: template.yaml is not checked, for there is no cfn-lint here (pip install cfn-lint)"; fi

simulate: jdk ## run the store under every fault, by seed (SEEDS=1..1000, or one to replay)
	@./mvnw -B -q -ntp test -pl functions/store -am -Dspotless.check.skip \
		-Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dseeds=$(or $(SEEDS),1..1000)

bench: jdk ## time the engine (JMH)
	@infra/build package -pl infra/bench -am -DskipTests -Dspotless.check.skip
	@"$$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow -jar infra/bench/target/benchmarks.jar $(ARGS)

bench-cold: jdk ## time the packaged functions beside a plain handler: start, first and warm calls (FLAGS=)
	@infra/build package -pl infra/packaged -am -DskipTests -Dspotless.check.skip
	@"$$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED $(if $(FLAGS),"-Dflags=$(FLAGS)") \
		-cp "infra/packaged/target/classes:$$(cat infra/packaged/target/classpath)" \
		dev.peras.packaged.ColdStart

test-localstack: jdk ## run the store's contract and the packaged functions on LocalStack (needs Docker)
	@./mvnw -B -ntp verify -pl infra/localstack -am -Dspotless.check.skip -DskipTests=false \
		-Dtest='LocalStack*Test' -Dsurefire.failIfNoSpecifiedTests=false \
		$(if $(LOCALSTACK_IMAGE),-Dlocalstack.image=$(LOCALSTACK_IMAGE))

format: jdk ## format the Java sources
	@./mvnw -B -q spotless:apply

package: jdk ## build the functions that template.yaml deploys (functions/*/target/function.zip)
	@infra/build package -DskipTests
	@ls -l functions/*/target/function.zip

clean: jdk ## remove what was built (the data in .peras stays)
	@./mvnw -B -q clean

jdk:
	@infra/find-jdk >/dev/null
