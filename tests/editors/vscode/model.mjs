// A stand-in for a model: an OpenAI-compatible server that writes what a test tells it to, when the test tells it to.
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Starts it. Answers come from `answers`, one per question; when there are no more, the last one again. `facts` are told
 * of the model beside its name.
 */
export async function startModel(facts = {}) {
  const model = {
    answers: ['An answer.'],
    /** What it writes behind a prompt that is spelled out, such as a next-edit model's; nothing that it can. */
    continues: () => undefined,
    /** Bodies of the questions. */
    asked: [],
    /** Answers that their reader gave up. */
    abandoned: 0,
    /** Paths that were asked for beside those of the interface: nothing should. */
    strange: [],
    /** Answers under way. */
    writing: 0,
    /** Resolves when none is. */
    async idle() {
      while (model.writing > 0) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) {
      body += piece;
    }
    if (request.url === '/v1/models') {
      const data = [{ id: 'stand-in', object: 'model', max_model_len: 32768, ...facts }];
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data }));
    } else if (request.url === '/v1/chat/completions') {
      model.asked.push(JSON.parse(body));
      response.setHeader('content-type', 'text/event-stream');
      model.writing += 1;
      response.on('close', () => {
        model.abandoned += response.writableFinished ? 0 : 1;
        model.writing -= 1;
      });
      const answer = model.answers.length > 1 ? model.answers.shift() : model.answers[0];
      await stream(response, answer);
    } else if (request.url === '/v1/completions') {
      const text = model.continues(JSON.parse(body).prompt);
      if (text === undefined) {
        response.statusCode = 400;
        response.setHeader('content-type', 'application/json').end('{"error": {"message": "no completions here"}}');
      } else {
        const chunk = { object: 'text_completion', model: 'stand-in', choices: [{ index: 0, text, finish_reason: 'stop' }] };
        response.setHeader('content-type', 'text/event-stream').end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
      }
    } else {
      model.strange.push(request.url);
      response.statusCode = 404;
      response.end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  model.url = `http://127.0.0.1:${server.address().port}/v1`;
  /** What makes it the editor's model for everything; nothing is suggested while one types. */
  model.settings = {
    'hearth.models.chat': 'openai',
    'hearth.models.completion': 'openai',
    'hearth.openai.baseUrl': model.url,
    'hearth.completion.enabled': false,
  };
  model.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return model;
}

/** A string is written in pieces of four characters; an iterable as it gives its pieces. */
async function stream(response, answer) {
  const pieces = typeof answer === 'string' ? (answer.match(/[^]{1,4}/g) ?? []) : answer;
  const send = (choice, more = {}) => {
    const chunk = { object: 'chat.completion.chunk', model: 'stand-in', choices: [{ index: 0, ...choice }], ...more };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  let tokens = 0;
  for await (const content of pieces) {
    if (response.destroyed) {
      return;
    }
    tokens += 1;
    send({ delta: { content } });
  }
  send({ delta: {}, finish_reason: 'stop' }, { usage: { prompt_tokens: 100, completion_tokens: tokens } });
  response.end('data: [DONE]\n\n');
}

/** Pieces that are written when the test says so: `gate.more(text)`, then `gate.end()`. */
export function gate() {
  const waiting = [];
  let wake = () => undefined;
  return {
    more(text) {
      waiting.push(text);
      wake();
    },
    end() {
      waiting.push(null);
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (waiting.length === 0) {
          await new Promise((resolve) => (wake = resolve));
        }
        const text = waiting.shift();
        if (text === null) {
          return;
        }
        yield text;
      }
    },
  };
}
