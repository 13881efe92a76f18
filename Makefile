# The one entry: everything that is built, run, tested or measured here starts with make.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:

RID ?= linux-x64
CONFIGURATION ?= Release
ARGS ?=

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
export RecorderRid := $(RID)

HOUSE := global.json Directory.Build.props Directory.Build.targets Directory.Packages.props .editorconfig $(wildcard eng/*.props eng/*.txt)
sources = $(HOUSE) $(shell find $(1) \( -name bin -o -name obj \) -prune -o -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.json' \) -print)

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: install
install: ## Install the Debian and npm packages that are missing
	@eng/install.sh

.PHONY: build
build: out/k8srecorder-sidecar out/kubectl-recorder ## Fill out/: the sidecar and the kubectl plugin, one file each

out/k8srecorder-sidecar: $(call sources,core sidecar)
	@eng/publish.sh sidecar/Sidecar.csproj $@

out/kubectl-recorder: $(call sources,core plugin)
	@eng/publish.sh plugin/Plugin.csproj $@

.PHONY: images
images: build ## OCI images of what is in out/, tried as a node starts them (out/images/*.tar; Debian, its own platform)
	@eng/install.sh ip
	@eng/images.sh sidecar
	@eng/try-image.sh sidecar

.PHONY: run
run: install build ## The try-out: an agent recorded, read back, verified, tampered with (KEEP=1 keeps the store)
	@eng/run.sh

.PHONY: test
test: install ## All tests, at most 5 minutes on 2 cores
	@eng/install.sh nginx haproxy wrk nft ip sysctl unbound dig python3
	@eng/install.sh javac || echo "test: without Java"
	@eng/install.sh kubectl || echo "test: without kubectl"
	@eng/test.sh $(CONFIGURATION)

.PHONY: bench
bench: bench-store bench-http bench-tls ## All benchmarks

.PHONY: bench-store
bench-store: ## Count every stored byte on corpora/traj, beside restic
	@eng/install.sh restic
	@dotnet run -c Release --project tests/Benchmarks -- store $(ARGS)

.PHONY: bench-http
bench-http: build ## Speed beside direct, nginx, HAProxy, YARP, mitmdump (ARGS="--case get --peer yarp,nginx --rounds 3 --seconds 2")
	@eng/install.sh nginx haproxy mitmdump wrk
	@dotnet run -c Release --project tests/Benchmarks -- http $(ARGS)

.PHONY: bench-tls
bench-tls: build ## TLS taken off and put on again, in a pod, beside going straight and HAProxy (ARGS="--rounds N --megabytes N")
	@eng/install.sh nginx haproxy curl nft ip setpriv
	@dotnet run -c Release --project tests/Benchmarks -- tls $(ARGS)

.PHONY: soak
soak: ## The long runs: kill, recover, verify (ARGS="--seed N --kills N")
	@dotnet run -c Release --project tests/Soak -- writer-kill $(ARGS)

.PHONY: soak-memory
soak-memory: out/k8srecorder-sidecar ## Memory, CPU, idling and start of the sidecar (ARGS="--only CHECK,… --megabytes N")
	@dotnet run -c Release --project tests/Soak -- memory --sidecar out/k8srecorder-sidecar $(ARGS)

.PHONY: soak-kill
soak-kill: out/k8srecorder-sidecar ## Kill the sidecar under load, restart, hold the recording against both ends (ARGS="--seed N --kills N --mode Strict --redirect")
	@dotnet run -c Release --project tests/Soak -- sidecar-kill --sidecar out/k8srecorder-sidecar --kills 1500 $(ARGS)

.PHONY: soak-hostile
soak-hostile: out/k8srecorder-sidecar ## Besiege the sidecar from both sides, a line a siege (ARGS="NAME…" picks tests)
	@eng/soak-hostile.sh out/k8srecorder-sidecar $(ARGS)

.PHONY: fuzz
fuzz: ## Search for inputs that break a parser (ARGS="--target NAME|all --time 1h --seed N", "--list", "--replay FILE")
	@dotnet run -c Release --project tests/Fuzz -- $(ARGS)

.PHONY: fuzz-ci
fuzz-ci: ## A minute for every parser, half of it for what only uses them, two at a time; fails on any finding
	@dotnet run -c Release --project tests/Fuzz -- --target all --time 60s --jobs 2 $(ARGS)

.PHONY: verify
verify: ## Format and repository checks, nothing is changed
	@eng/verify.sh

.PHONY: crds
crds: ## Write crds/ and the field tables of docs/ from core/Policy
	@dotnet run -c Release --project eng/Crds

.PHONY: clean
clean: ## Remove everything that can be made again
	@rm -rf out artifacts TestResults examples/*/node_modules tests/node/node_modules
	@find core sidecar plugin tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
