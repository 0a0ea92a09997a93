// Tests of the extension through the editor's own interface, in the process where it runs: what another extension gets
// of it. What became of each is written into the workspace's folder, where inside.test.mjs waits for it.
const assert = require('node:assert/strict');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');

const { commands, workspace, window } = vscode;
const PATIENCE_MS = Number(process.env.INSIDE_PATIENCE_MS ?? 120_000);
const hearth = () => vscode.extensions.getExtension('hearth-ls.hearth');

/** Asks until there is an answer that will do: the server may be starting still. */
async function until(ask, will) {
  for (const end = Date.now() + PATIENCE_MS; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const found = await ask();
    if (will(found)) {
      return found;
    }
    assert.ok(Date.now() < end, `still ${JSON.stringify(found)}`);
  }
}

const opened = (path) => workspace.openTextDocument(vscode.Uri.joinPath(workspace.workspaceFolders[0].uri, path));
const at = (document, text) => {
  const position = document.positionAt(document.getText().indexOf(text));
  return new vscode.Range(position, position);
};
const actions = (document, range, resolved = 0) =>
  commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, undefined, resolved);
const titled = (found, title) => found.find((each) => each.title === title);

const TESTS = {
  async 'it is active, and every command that it announces is there'() {
    await until(() => hearth().isActive, Boolean);
    const known = new Set(await commands.getCommands(true));
    const announced = hearth().packageJSON.contributes.commands.map((each) => each.command);
    assert.deepEqual(announced.filter((each) => !known.has(each)), []);
    assert.ok(announced.length > 20);
  },

  async 'every setting has a description, a default and a scope'() {
    const settings = [hearth().packageJSON.contributes.configuration].flat().flatMap((each) => Object.entries(each.properties));
    assert.ok(settings.length > 20);
    for (const [name, { description, markdownDescription, scope }] of settings) {
      assert.ok(description ?? markdownDescription, name);
      assert.ok(scope, name);
      const { defaultValue } = workspace.getConfiguration().inspect(name);
      assert.notEqual(defaultValue, undefined, name);
    }
  },

  async 'code actions come with their kinds, by what is at the place'() {
    const document = await opened('shop/text.py');
    const found = await until(() => actions(document, at(document, 'return text')), (each) => titled(each, 'Modernise `shorten`'));
    const kind = (title) => titled(found, title).kind.value;
    assert.equal(kind('Modernise `shorten`'), 'refactor.rewrite.modernise');
    assert.ok(found.some((each) => each.title.startsWith('Explain')));
    const only = vscode.CodeActionKind.RefactorRewrite.value;
    const rewrites = await commands.executeCommand(
      'vscode.executeCodeActionProvider', document.uri, at(document, 'return text'), only,
    );
    assert.ok(rewrites.length > 0 && rewrites.every((each) => each.kind.value.startsWith(only)));
  },

  async 'without the preview another extension gets an action as an edit, applies it, and takes it back in one step'() {
    const document = await opened('shop/text.py');
    await window.showTextDocument(document);
    const before = document.getText();
    await workspace.getConfiguration('hearth').update('client.previewEdits', false, vscode.ConfigurationTarget.Global);
    const found = await actions(document, at(document, 'return text'), 50);
    const { edit } = titled(found, 'Modernise `shorten`');
    assert.ok(edit, 'it was not resolved to an edit');
    assert.ok(await workspace.applyEdit(edit));
    assert.match(document.getText(), /    return text\[:most\]\n/);
    await commands.executeCommand('undo');
    await until(() => document.getText(), (text) => text === before);
  },

  async 'a diagnostic of another extension can be fixed'() {
    const document = await opened('shop/text.py');
    const wrong = vscode.languages.createDiagnosticCollection('inside');
    const { start } = at(document, 'most - 1');
    const range = new vscode.Range(start, start.translate(0, 4));
    wrong.set(document.uri, [new vscode.Diagnostic(range, 'most may be 0', vscode.DiagnosticSeverity.Warning)]);
    try {
      const found = await until(() => actions(document, range), (each) => each.some(({ title }) => /most may be 0/.test(title)));
      assert.ok(vscode.CodeActionKind.QuickFix.contains(found.find(({ title }) => /most may be 0/.test(title)).kind));
    } finally {
      wrong.dispose();
    }
  },

  async 'a conversation in a document can be sent'() {
    const document = await opened('talk.chat.md');
    const lenses = await until(
      () => commands.executeCommand('vscode.executeCodeLensProvider', document.uri, 10),
      (each) => each?.length > 0,
    );
    assert.equal(lenses[0].command.title, 'Send to Hearth');
  },
};

exports.activate = async () => {
  const results = [];
  for (const [name, run] of Object.entries(TESTS)) {
    results.push(await run().then(() => ({ name }), (error) => ({ name, error: error.stack ?? String(error) })));
  }
  writeFileSync(join(process.env.HOME, 'inside.json'), JSON.stringify(results));
};
