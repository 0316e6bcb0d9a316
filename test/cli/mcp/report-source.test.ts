import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { appSource } from '../../../shared/cli/mcp/report-source.ts';
import { render } from '../../../shared/report/index.ts';
import { articleReport } from '../../report/samples.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** The host of an app that answers like this. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
}

const json = render(articleReport, 'json');

describe('the report of a deployed app', () => {
  test('is read with the function key', async () => {
    const host = await serve((request, response) => {
      const known =
        request.headers['x-functions-key'] === 'K' && request.url === '/api/report?format=json';
      response.writeHead(known ? 200 : 500).end(json);
    });
    expect(await appSource(`http://${host}`, 'K').report()).toEqual(articleReport);
  });

  test.each([
    {
      name: 'a refusal',
      answer: (_, response) => response.writeHead(401).end(),
      why: 'refused the request (401); set EVENKEEL_KEY to a function key',
    },
    {
      name: 'no report',
      answer: (_, response) => response.writeHead(404).end(),
      why: 'answered 404',
    },
    {
      name: 'something else',
      answer: (_, response) => response.end('<html>'),
      why: 'returned something that is not a report',
    },
    {
      name: 'another host',
      answer: (_, response) => response.writeHead(302, { location: 'http://192.0.2.1/' }).end(),
      why: 'did not respond',
    },
    {
      name: 'a body that breaks off',
      answer: (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"schemaVersion":', () => response.destroy());
      },
      why: 'broke off its response',
    },
  ] as const satisfies readonly { name: string; answer: RequestListener; why: string }[])(
    '$name: one line for the agent',
    async ({ answer, why }) => {
      const host = await serve(answer);
      const source = appSource(`http://${host}`, undefined);
      await expect(source.report()).rejects.toMatchObject({
        name: 'ToolError',
        message: `the app at ${host} ${why}`,
      });
    },
  );

  test.each(['app.azurewebsites.net', 'http://app.azurewebsites.net', 'ftp://localhost'])(
    'the key goes over TLS only: not to %s',
    (address) => {
      expect(() => appSource(address, 'K')).toThrow('--url must be the https address');
    },
  );
});
