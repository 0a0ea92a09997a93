# make demo    set everything up and see it work, offline
# make test    set up what the tests need and run them all, short runs in a real VS Code and Neovim included
# make check   lint, types, import contracts, generated files, the client's checks
# make test-vscode   the extension in a real VS Code, with the real server and model (Linux; gets Chromium and code-server)
# make pictures   the recording and the screenshots of README and docs, made again (needs ImageMagick)
# make test-transformers   embedding models and rerankers of sentence-transformers (brings torch, in an environment of its own)
# make test-editors   suggestions, code actions and chat in the real Neovim, Helix, Emacs and Vim (Debian; needs apt-get, patchelf and tmux)
# make bench   measure (ONLY=name for one); results in docs/benchmarks.md and build/bench
# make wheel   build the Python package          make vsix   build the VS Code extension
# make generate   write the generated files again

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
NODE_STAMP := client-vscode/node_modules/.package-lock.json

export PIP_ROOT_USER_ACTION := ignore
export PYTHONUTF8 := 1

.PHONY: demo test test-vscode test-editors test-editors-short test-transformers pictures check bench wheel vsix generate client clean
.DEFAULT_GOAL := demo

$(BIN)/python:
	@echo "== A Python environment in $(VENV)"
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade "pip>=25.1"

# The package without the engine first: it brings what shows the progress of the engine's build.
$(VENV)/.package: pyproject.toml | $(BIN)/python
	@echo "== Hearth and its dependencies"
	$(PIP) install --quiet packaging --editable .
	@touch $@

$(VENV)/.engine: $(VENV)/.package server/build_engine.py
	@echo "== The engine"
	$(BIN)/python server/build_engine.py
	$(PIP) install --quiet --editable ".[engine,embeddings]"
	@touch $@

$(VENV)/.dev: $(VENV)/.engine
	@echo "== What the tests need"
	$(PIP) install --quiet --group dev
	@touch $@

$(NODE_STAMP): client-vscode/package-lock.json
	@echo "== The VS Code client's packages"
	cd client-vscode && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: $(VENV)/.engine
	@sh .ci/demo

test: $(VENV)/.dev check client
	@[ -n "$(ARGS)" ] || $(MAKE) --no-print-directory test-editors-short
	$(BIN)/python -m pytest $(or $(ARGS),--ignore=tests/editors)

# What make test runs in real editors. What cannot be set up here is told, and is no failure.
test-editors-short: $(VENV)/.dev $(NODE_STAMP)
	@sh .ci/attempt "VS Code" "sh tests/editors/vscode/setup.sh" "sh tests/editors/vscode/run.sh main.test.mjs"
	@sh .ci/attempt "Neovim" "bash tests/editors/get.sh build/editors" \
	  "$(BIN)/python -m pytest -q tests/editors/test_editors.py -k neovim-0.12"

test-editors: $(VENV)/.dev
	tests/editors/get.sh build/editors
	$(BIN)/python -m pytest tests/editors $(ARGS)

# An environment of its own that sees the other's packages: torch is too large for it.
test-transformers: $(VENV)/.dev
	$(PYTHON) -m venv build/transformers
	echo "import site; site.addsitedir('$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')')" \
	  > "$$(build/transformers/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/hearth-dev.pth"
	build/transformers/bin/python -m pip install --quiet "torch==2.13.0" "sentence-transformers>=3.4,<7"
	build/transformers/bin/python -m pytest tests/transformers $(ARGS)

test-vscode: $(VENV)/.engine $(NODE_STAMP)
	@sh tests/editors/vscode/run.sh $(ARGS)

pictures: $(VENV)/.engine $(NODE_STAMP)
	@sh tests/editors/vscode/pictures.sh

check: $(VENV)/.dev $(NODE_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tests/architecture/generate/__main__.py --check
	cd client-vscode && npm run --silent check

client: $(NODE_STAMP)
	cd client-vscode && npm run --silent build && npm run --silent test

bench: $(VENV)/.dev
	cd tests && ../$(BIN)/python -m bench $(ONLY)

wheel: $(VENV)/.dev
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

vsix: $(NODE_STAMP)
	cd client-vscode && npm run --silent package

generate: $(VENV)/.dev
	$(BIN)/python tests/architecture/generate/__main__.py

clean:
	rm -rf build dist $(VENV) client-vscode/node_modules client-vscode/dist
