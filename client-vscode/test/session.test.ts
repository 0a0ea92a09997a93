import { expect, test } from 'vitest';

import type { Conversation } from '../src/chat/conversation';
import { type Asking, Session } from '../src/chat/session';
import type { ChatAskParams, ChatAskResult } from '../src/protocol';

const RANGE = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
const ABOUT = { uri: 'file:///a.py', range: RANGE, label: 'a.py' };

function resultOf(text: string): ChatAskResult {
  const usage = { promptTokens: 30, cachedTokens: 0, completionTokens: 10, promptMs: 1, completionMs: 1 };
  return { text, reason: 'stop', model: 'm', usage, tokensPerSecond: 20, contextTokens: 400 };
}

/** A session with a server that answers when it is told to. */
function setUp() {
  const asked: ChatAskParams[] = [];
  const saved: Conversation[] = [];
  const shown: string[] = [];
  const stopped: string[] = [];
  /** Set: what another window went on with is saved under this id. */
  const renamed: { id?: string } = {};
  const ends: { done: (result: ChatAskResult) => void; fail: (error: Error) => void }[] = [];
  let id = 0;
  const ask = (params: ChatAskParams): Asking => {
    asked.push(params);
    const result = new Promise<ChatAskResult>((done, fail) => {
      ends.push({ done, fail });
    });
    const end = ends.at(-1);
    return {
      result,
      stop: () => {
        stopped.push(params.token ?? '');
        end?.fail(new Error('cancelled'));
      },
    };
  };
  const session = new Session(
    {
      ask,
      save: (conversation) => {
        saved.push(conversation);
        return Promise.resolve(renamed.id ?? conversation.id);
      },
      explain: (error) => ({ problem: error instanceof Error ? error.message : '', remedies: ['log'] }),
      newId: () => `id-${(id += 1)}`,
      now: () => 0,
      warn: (message) => expect.unreachable(message),
    },
    {
      show: () => shown.push('show'),
      turn: (turn) => shown.push(`turn ${turn.state}`),
      text: (_id, text) => shown.push(`text ${text}`),
    },
  );
  return { session, asked, saved, shown, stopped, ends, renamed };
}

test('an answer is put together, shown as it comes and saved', async () => {
  const { session, asked, saved, shown, ends } = setUp();
  const ended = session.ask('What?', ABOUT);
  const token = asked[0]?.token ?? '';
  session.takeSources({
    token,
    sources: [{ uri: 'file:///a.py', range: RANGE, title: 'a.py' }],
    notes: ['n'],
  });
  session.take({ token, text: 'So' });
  session.take({ token, text: ' so' });
  expect(session.busy).toBe(true);
  ends[0]?.done(resultOf('So so.'));
  await ended;
  const [turn] = session.conversation.turns;
  expect([
    turn?.answer,
    turn?.state,
    turn?.notes,
    turn?.stats?.usedTokens,
    turn?.stats?.contextTokens,
  ]).toStrictEqual(['So so.', 'done', ['n'], 40, 400]);
  expect(shown).toStrictEqual(['turn answering', 'turn answering', 'text So', 'text  so', 'turn done']);
  expect(asked[0]?.textDocument).toStrictEqual({ uri: 'file:///a.py' });
  expect(saved.at(-1)).toStrictEqual(session.conversation);
  expect(session.busy).toBe(false);
});

test('a question is saved before its answer begins', async () => {
  const { session, saved } = setUp();
  void session.ask('What?', null);
  await new Promise(setImmediate);
  expect(saved.map(({ turns }) => turns.map(({ question, state }) => [question, state]))).toStrictEqual([
    [['What?', 'answering']],
  ]);
  await session.close();
});

test('a conversation that was saved as a copy goes on as that', async () => {
  const { session, ends, shown, renamed } = setUp();
  renamed.id = 'copy';
  const ended = session.ask('What?', null);
  ends[0]?.done(resultOf('So.'));
  await ended;
  expect(session.conversation.id).toBe('copy');
  expect(session.conversation.turns[0]?.answer).toBe('So.');
  expect(shown).toContain('show');
});

test('what was said before goes along, slash commands written out', async () => {
  const { session, asked, ends } = setUp();
  const first = session.ask('/explain briefly', null);
  ends[0]?.done(resultOf('It adds.'));
  await first;
  void session.ask('Why?', null);
  expect(asked[0]?.question ?? '').toMatch(/^Explain .*\n\nbriefly$/);
  expect(asked[1]?.messages).toStrictEqual([
    { role: 'user', content: asked[0]?.question },
    { role: 'assistant', content: 'It adds.' },
  ]);
  await session.close();
});

test('pictures go along with their question, and with those that follow', async () => {
  const { session, asked, ends } = setUp();
  const picture = { kind: 'image/png', data: 'QUJD', name: 'a.png' };
  const first = session.ask('What is this?', null, [picture]);
  expect(asked[0]?.images).toStrictEqual(['QUJD']);
  ends[0]?.done(resultOf('A cat.'));
  await first;
  void session.ask('And its colour?', null);
  expect(asked[1]?.messages?.[0]).toStrictEqual({ role: 'user', content: 'What is this?', images: ['QUJD'] });
  expect(asked[1]?.images).toBeUndefined();
  void session.resend(session.conversation.turns[0]?.id ?? '');
  expect(asked.at(-1)?.images).toStrictEqual(['QUJD']);
  await session.close();
});

test('a stop ends the answer at once; what comes later is not wanted', async () => {
  const { session, asked, shown, stopped, saved } = setUp();
  const ended = session.ask('What?', null);
  const token = asked[0]?.token ?? '';
  session.take({ token, text: 'Par' });
  session.stop();
  session.take({ token, text: 'tial' });
  await ended;
  expect(stopped).toStrictEqual([token]);
  expect(
    session.conversation.turns.map(({ state, answer, problem }) => [state, answer, problem]),
  ).toStrictEqual([['stopped', 'Par', '']]);
  expect(shown.at(-1)).toBe('turn stopped');
  expect(saved.at(-1)?.turns[0]?.state).toBe('stopped');
});

test('a failure keeps what had come and says why', async () => {
  const { session, asked, ends } = setUp();
  const ended = session.ask('What?', null);
  session.take({ token: asked[0]?.token ?? '', text: 'Par' });
  ends[0]?.fail(new Error('The engine is gone.'));
  await ended;
  expect(
    session.conversation.turns.map(({ state, answer, problem }) => [state, answer, problem]),
  ).toStrictEqual([['failed', 'Par', 'The engine is gone.']]);
});

test('a question asked again in other words drops what followed it', async () => {
  const { session, asked, ends } = setUp();
  for (const question of ['One', 'Two', 'Three']) {
    const ended = session.ask(question, ABOUT);
    ends.at(-1)?.done(resultOf(`${question}!`));
    await ended;
  }
  const ended = session.resend(session.conversation.turns[1]?.id ?? '', 'Zwei');
  ends.at(-1)?.done(resultOf('Zwei!'));
  await ended;
  expect(session.conversation.turns.map(({ question }) => question)).toStrictEqual(['One', 'Zwei']);
  expect(asked.at(-1)?.messages?.length).toBe(2);
  expect(asked.at(-1)?.textDocument).toStrictEqual({ uri: 'file:///a.py' });
});

test('another chat stops the answer of this one, and keeps it', async () => {
  const { session, asked, saved, shown } = setUp();
  const ended = session.ask('What?', null);
  session.take({ token: asked[0]?.token ?? '', text: 'Par' });
  session.open();
  await ended;
  expect(session.conversation.turns).toStrictEqual([]);
  expect(shown.at(-1)).toBe('show');
  expect(saved.at(-1)?.turns.map(({ answer, state }) => [answer, state])).toStrictEqual([['Par', 'stopped']]);
});
