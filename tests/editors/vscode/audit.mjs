// axe-core, the accessibility checker, on a frame.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const AXE = readFileSync(join(process.env.HEARTH_VSCODE_TOOLS, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** Fails if axe finds anything in the panel. */
export async function audit(frame) {
  // Evaluated by the browser's own debugger: the page's policy would let no script in.
  await frame.evaluate(AXE);
  const violations = await frame.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document);
    return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html, any }) => [html, any.map((each) => each.message)])]);
  });
  assert.deepEqual(violations, []);
}
