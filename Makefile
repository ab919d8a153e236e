# SmoothSchedule. `make help` lists the targets.
SHELL       := bash
.DEFAULT_GOAL := help
.SILENT: help

GOLANGCI    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.2
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BINARY      := bin/smoothschedule
SOURCES     := $(shell git ls-files '*.go' '*.sql' go.mod go.sum static 2>/dev/null)
# The three that take longest begin first, so that no core waits at the end.
PACKAGES    := ./store ./cmd/internal/e2e ./handlers ./...

help: ## List the targets
	awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Start everything for development on http://platform.localhost:8000
	exec $(BINARY) dev

build: ## Build bin/smoothschedule
	go build -ldflags '-X main.version=$(VERSION)' -o $(BINARY) ./cmd/smoothschedule

test: browser node_modules ## Run every test, browser included, with the race detector
	go test -race -shuffle=on -timeout 40m $(PACKAGES)

check: node_modules ## Lint, vet and see that generated files are fresh
	.ci/check

generate: node_modules ## Make *_templ.go and static/css/app.css anew
	go tool templ generate
	npm run --silent css

fmt: ## Format Go and templ
	gofmt -w $$(git ls-files '*.go')
	go tool templ fmt views

bench: ## Benchmarks against a floor measured in the same run; see docs/performance.md
	.ci/bench

migrate: build ## Migrate the development database
	$(BINARY) migrate up

seed: build ## Load the demo data into an empty development database
	$(BINARY) seed demo

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund --silent
	touch node_modules

browser:
	.ci/browser

.PHONY: help run build test check generate fmt bench migrate seed browser
