import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { LocalApp, LocalFunction } from '../../../scripts/local/functions-core.ts';
import { requestListener } from '../../../scripts/local/http.ts';
import { logTo } from '../../../shared/audit/log.ts';
import { withErrorResponse } from '../../../shared/service/http/error-response.ts';
import { reportAnswer } from '../../../shared/service/http/report.ts';
import { cluster, report } from '../../report/builders.ts';

/** More than a socket takes at once, so that a client can leave in the midst of it. */
const large = report(
  Array.from({ length: 3000 }, (_, at) => cluster({ name: `aks-${at}`, id: `/c/${at}` })),
);

const trigger = {
  name: 'request',
  type: 'httpTrigger',
  direction: 'in',
  route: 'report',
  methods: ['GET', 'POST'],
};
const called: LocalFunction = { name: 'report', bindings: {}, trigger, callback: () => undefined };

let server: Server;
let port = 0;
let lines: string[] = [];
/** Questions that reached the handler, and those that it is done with. */
let begun = 0;
let done = 0;
let reached = Promise.withResolvers<void>();
/** Until then no answer is made. */
let ready = Promise.withResolvers<void>();
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeEach(async () => {
  [begun, done, lines] = [0, 0, []];
  unhandled.length = 0;
  reached = Promise.withResolvers();
  ready = Promise.withResolvers();
  process.on('unhandledRejection', note).on('uncaughtException', note);
  server = createServer(requestListener(app, (line) => lines.push(line)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  process.off('unhandledRejection', note).off('uncaughtException', note);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const text = (): Promise<string> => Promise.resolve('');

const app: LocalApp = {
  functions: [called],
  async invoke(_called, data) {
    const { http } = data as { http: Asked };
    begun += 1;
    reached.resolve();
    const question = { ...http, query: new URL(http.url).searchParams, params: {} };
    const headers = new Headers(http.headers);
    const log = logTo((_level, line) => lines.push(line));
    const answer = await withErrorResponse(question, log, async () => {
      await ready.promise;
      return await reportAnswer(
        { ...question, headers, text },
        { read: () => Promise.resolve(large) },
      );
    });
    done += 1;
    const { status, body } = answer;
    const bytes = Buffer.from(body ?? '');
    return {
      returnValue: {
        http: { statusCode: String(status), headers: answer.headers, body: { bytes } },
      },
    };
  },
};

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const get = 'GET /api/report?format=json HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** Everything that a server does about a client that left, it has done by the time that another is served. */
async function isServed(): Promise<void> {
  const url = `http://127.0.0.1:${port}/api/report?format=json`;
  const whole = await fetch(url);
  expect((await whole.text()).length).toBeGreaterThan(500_000);
  const etag = whole.headers.get('etag') ?? '';
  const again = await fetch(url, { headers: { 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
}

async function openConnections(): Promise<number> {
  return await new Promise((resolve) => {
    server.getConnections((_error, count) => resolve(count));
  });
}

const leaving: readonly {
  readonly when: string;
  readonly sent: string;
  /** Until the client is where it leaves. */
  readonly until: (socket: ReturnType<typeof connect>) => Promise<void>;
  readonly reached: number;
  readonly lines: readonly unknown[];
}[] = [
  {
    when: 'in the midst of the question',
    sent: 'POST /api/report HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\nhalf',
    until: () => once(server, 'request').then(() => undefined),
    reached: 0,
    lines: [expect.stringMatching(/^POST \/api\/report: /u)],
  },
  {
    when: 'while the answer is made',
    sent: get,
    until: async () => {
      await reached.promise;
    },
    reached: 1,
    lines: [],
  },
  {
    when: 'in the midst of the answer',
    sent: get,
    until: async (socket) => {
      ready.resolve();
      await once(socket, 'data');
      socket.pause();
    },
    reached: 1,
    lines: [],
  },
];

test.each(leaving)('a client that leaves $when costs one line at most', async (row) => {
  const socket = connect(port, '127.0.0.1', () => socket.write(row.sent));
  const gone = Promise.withResolvers<void>();
  server.once('connection', (each) => each.once('close', () => gone.resolve()));
  await row.until(socket);
  socket.resetAndDestroy();
  await gone.promise;
  ready.resolve();
  await isServed();
  expect({ begun, done }).toEqual({ begun: row.reached + 2, done: row.reached + 2 });
  expect(lines).toEqual(row.lines);
  expect(unhandled).toEqual([]);
  // Those of `fetch`, kept for its next questions.
  expect(await openConnections()).toBeLessThanOrEqual(2);
});
