// The walkthrough of the first minutes, step by step, in every theme.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

let editor, workbench;

before(async () => {
  editor = await startEditor({ name: 'walkthrough', files: FILES });
  workbench = await openWorkbench(editor, 'walkthrough');
  await workbench.status.waitFor();
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

test('the walkthrough leads through the first minutes', async () => {
  const { page } = workbench;
  // In a narrow window the page leaves out what is beside the steps; and when its width changes, it draws them anew as
  // buttons that cannot be pressed.
  await workbench.command('View: Toggle Primary Side Bar Visibility');
  await workbench.chosen('Welcome: Open Walkthrough...', 'Get Started with Hearth');
  const steps = page.locator('.gettingStartedContainer .getting-started-step');
  // They can be pressed when the page has slid in.
  await steps.and(page.locator(':enabled')).first().waitFor();
  assert.equal(await steps.count(), 4);
  for (const [step, said] of [
    ['The server', 'where pipx and uv put programs'],
    ['Suggestions', 'takes the suggestion'],
    ['Chat', 'go along with a question'],
    ['A model of your own', 'Four ways'],
  ]) {
    const button = steps.filter({ has: page.getByRole('heading', { name: step, exact: true }) }).first();
    // The one that is open cannot be pressed.
    if ((await button.getAttribute('aria-expanded')) !== 'true') {
      await button.click();
    }
    await workbench.frameSoon((frame) => frame.locator('body', { hasText: said }));
    await workbench.shots(`walkthrough-${step.split(' ').pop()}`);
  }
  await page.locator('.gettingStartedContainer').getByText('Show the models').click();
  await workbench.frameSoon((frame) => frame.locator('#models .rows'));
  await workbench.command('View: Toggle Primary Side Bar Visibility');
});
