import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { freePort } from '../../scripts/local/azurite.ts';
import { formats, type Report } from '../../shared/report/index.ts';
import { leaksIn } from '../../simulator/canaries.ts';
import { isLong } from '../support/long.ts';
import { killStarted, start, type Started } from './npm-start.ts';

const root = path.join(import.meta.dirname, '..', '..');

interface Registered {
  readonly functionName: string;
  readonly type: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly authLevel?: string;
  readonly schedule?: string;
  readonly runOnStartup?: boolean;
  readonly queueName?: string;
  readonly connection?: string;
}

let functions: readonly Registered[] = [];
let port = 0;
let run: Started;

// One run, which builds the app, for all tests of this file: two would build into the same folder.
beforeAll(async () => {
  port = await freePort();
  run = start(port, [], { EVENKEEL_MCP: 'true', WEBSITE_AUTH_ENABLED: 'True' });
  await run.until('Ctrl-C ends it.');
  functions = metadata({ ...process.env, WEBSITE_AUTH_ENABLED: '' });
}, 180_000);

function metadata(env: NodeJS.ProcessEnv): readonly Registered[] {
  const text = execFileSync(process.execPath, ['scripts/local/metadata.ts'], { cwd: root, env });
  return text
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Registered);
}

function mcp(env: NodeJS.ProcessEnv): readonly string[] {
  return metadata({ ...process.env, WEBSITE_AUTH_ENABLED: '', ...env })
    .filter(({ functionName }) => functionName === 'mcp')
    .map(
      ({ type, authLevel, methods, route }) => `${type} ${authLevel} ${methods?.join()} ${route}`,
    );
}

describe('what the built app registers with the host', () => {
  test('these functions, with these triggers, routes and levels', () => {
    const rows = functions.map(
      ({ functionName, type, authLevel, methods, route, schedule, runOnStartup, queueName }) =>
        [functionName, type, authLevel, methods?.join(), route, schedule, runOnStartup, queueName]
          .filter((each) => each !== undefined)
          .join(' '),
    );
    expect(rows).toEqual([
      'audit-cluster queueTrigger evenkeel-audit-cluster',
      'audit-cluster-poison queueTrigger evenkeel-audit-cluster-poison',
      'audit-progress httpTrigger function GET audits/{id}',
      'audit-timer timerTrigger %EVENKEEL_SCHEDULE% false',
      'audits httpTrigger function POST audits',
      'health httpTrigger anonymous GET,HEAD health',
      'preflight httpTrigger function GET preflight',
      'report httpTrigger function GET,HEAD report',
      'rule httpTrigger function GET,HEAD rules/{family}/{rule}',
      'slack-interaction queueTrigger evenkeel-slack-interaction',
      'slack-interactions httpTrigger anonymous POST slack/interactions',
      'sweeper timerTrigger 0 */5 * * * * false',
    ]);
  });

  test('behind App Service Authentication people sign in, and a role takes the place of the key', () => {
    const env = { ...process.env, WEBSITE_AUTH_ENABLED: 'True' };
    const levels = metadata(env)
      .filter(({ type }) => type === 'httpTrigger')
      .map(({ functionName, authLevel }) => `${functionName} ${authLevel}`);
    expect(levels).toEqual([
      'audit-progress anonymous',
      'audits anonymous',
      'health anonymous',
      'preflight anonymous',
      'report anonymous',
      'rule anonymous',
      'slack-interactions anonymous',
    ]);
  });

  test('tools for agents only where EVENKEEL_MCP is true: with a key, or behind a sign-in', () => {
    expect(mcp({ EVENKEEL_MCP: 'false' })).toEqual([]);
    expect(mcp({ EVENKEEL_MCP: 'true' })).toEqual(['httpTrigger function GET,POST,DELETE mcp']);
    expect(mcp({ EVENKEEL_MCP: 'true', WEBSITE_AUTH_ENABLED: 'True' })).toEqual([
      'httpTrigger anonymous GET,POST,DELETE mcp',
    ]);
  });

  test("queues are those of the app's own storage account", () => {
    const queues = functions.filter(({ type }) => type === 'queueTrigger');
    expect(queues.map(({ connection }) => connection)).toEqual([
      'AzureWebJobsStorage',
      'AzureWebJobsStorage',
      'AzureWebJobsStorage',
    ]);
  });

  test('package.json and host.json lead the host to them', () => {
    const { main } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      main: string;
    };
    expect(main).toBe('dist/functions/app/main.js');
    const host = JSON.parse(readFileSync(path.join(root, 'host.json'), 'utf8')) as {
      extensions: { http: { routePrefix: string } };
    };
    expect(host.extensions.http.routePrefix).toBe('api');
  });

  test('the OpenAPI file has these routes and methods, and no others', () => {
    const openapi = parse(readFileSync(path.join(root, 'docs/openapi.yaml'), 'utf8')) as {
      paths: Record<string, Record<string, { operationId: string; security?: unknown[] }>>;
      components: { parameters: { format: { schema: { enum: string[] } } } };
    };
    const written = Object.entries(openapi.paths).flatMap(([route, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId, security }]) =>
          `${operationId.replace(/Head$/u, '')} ${method.toUpperCase()} ${route.slice(1)} ${security?.length === 0 ? 'anonymous' : 'function'}`,
      ),
    );
    const registered = functions
      .filter(({ type }) => type === 'httpTrigger')
      .flatMap(({ functionName, methods = [], route, authLevel }) =>
        methods.map((method) => `${functionName} ${method} ${route} ${authLevel}`),
      );
    expect(written.toSorted()).toEqual(registered.toSorted());
    expect(openapi.components.parameters.format.schema.enum.toSorted()).toEqual(formats.toSorted());
  });
});

describe('a cold start', () => {
  test.each(['health', 'report', 'audit-timer', 'audits', 'audit-cluster'])(
    '%s loads no client of Azure Resource Manager before it audits',
    (name) => {
      const files = [...staticFiles(path.join(root, 'dist/functions', `${name}.js`))];
      expect(files.length).toBeGreaterThan(1);
      expect(files.filter(isHeavy)).toEqual([]);
      expect(globSync(path.join(root, 'dist/chunks/*.js')).filter(isHeavy)).not.toEqual([]);
    },
  );
});

test('the app loads whole from less than 400 KB: what a handler works with comes when it is called', () => {
  const files = new Set(staticFiles(path.join(root, 'dist/functions/app/main.js')));
  expect(files.size).toBeGreaterThan(functions.length);
  const bytes = [...files].reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeLessThan(400_000);
});

describe('npm start, with the tools for agents, behind a sign-in', () => {
  test('audits the fleet twice, and tells it', () => {
    const text = run.said();
    expect(text).toContain('stands in for the Azure Functions host');
    expect(text).toContain('echo-1-local');
    expect(text).toMatch(/[1-9]\d* new, [1-9]\d* resolved, [1-9]\d* stale/u);
    expect(text).toContain('Slack shows in its channel');
    expect(leaksIn(text)).toEqual([]);
  });

  const everything = ['Report.Read', 'Audit.Run', 'Finding.Snooze'];
  const ask = (route: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/api/${route}`, {
      ...init,
      headers: { 'x-ms-client-principal': principal(everything) },
    });

  test('report and health are served', async () => {
    const report = await ask('report?format=json');
    expect(report.status).toBe(200);
    const body = await report.text();
    expect((JSON.parse(body) as Report).clusters.length).toBeGreaterThan(10);
    expect(leaksIn(body)).toEqual([]);
    for (const format of ['text', 'markdown', 'html'])
      expect((await ask(`report?format=${format}`)).status).toBe(200);
    expect(await (await ask('health')).json()).toMatchObject({ status: 'ok' });
  });

  test.each([
    ['audits/%zz', 'GET', 404],
    ['audits/..%2f..%2fstate', 'GET', 404],
    ['report?run=%00', 'GET', 404],
    ['report?cluster=a&cluster=b', 'GET', 404],
    ['report', 'DELETE', 405],
    ['rules/traffic/starved-endpoints', 'GET', 200],
    ['rules/traffic/starved-endpoint', 'GET', 404],
    ['rules/..%2f..%2fpackage/json', 'GET', 404],
    ['slack/interactions', 'POST', 404],
    ['nosuch', 'POST', 404],
  ])('%s by %s: %d', async (route, method, status) => {
    expect((await ask(route, { method })).status).toBe(status);
  });

  test('an audit that is waited for answers with its report', async () => {
    const waited = await ask('audits?wait=true&format=json', {
      method: 'POST',
      body: JSON.stringify({ clusters: ['echo-1-local'] }),
    });
    expect(waited.status).toBe(200);
    expect((await waited.json()) as Report).toMatchObject({
      clusters: [{ name: 'echo-1-local', result: 'complete' }],
    });
  }, 60_000);

  test('the tools answer the protocol, each by the role of the account', async () => {
    const reader = await connect('Report.Read');
    expect((await reader.listTools()).tools.map(({ name }) => name)).toContain('list_findings');
    const listed = await reader.callTool({ name: 'list_findings', arguments: {} });
    expect([listed.isError ?? false, Buffer.byteLength(JSON.stringify(listed)) <= 20_000]).toEqual([
      false,
      true,
    ]);
    const audit = { name: 'audit_cluster', arguments: { cluster: 'echo-1-local' } };
    const refusal = await reader.callTool(audit);
    expect(refusal.isError).toBe(true);
    expect(JSON.stringify(refusal.content)).toContain('Audit.Run');
    const auditor = await connect('Report.Read', 'Audit.Run');
    expect((await auditor.callTool(audit)).isError ?? false).toBe(false);
    const planned = await auditor.callTool({
      name: 'plan',
      arguments: { cluster: 'echo-1-local', delete: ['svc/default/echo-service'] },
    });
    expect(JSON.stringify(planned)).toContain('echo-service');
    await Promise.all([reader.close(), auditor.close()]);
  }, 60_000);

  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const cases: readonly (readonly [string, () => RequestInit, number])[] = [
    ['right', () => ({}), 200],
    ['from its own origin', () => ({ headers: { origin: `http://localhost:${port}` } }), 200],
    ['from another origin', () => ({ headers: { origin: 'https://evil.example' } }), 403],
    ['from no origin', () => ({ headers: { origin: 'null' } }), 403],
    ['of nobody', () => ({ headers: { 'x-ms-client-principal': '' } }), 401],
    [
      'of another role',
      () => ({ headers: { 'x-ms-client-principal': principal(['Finding.Snooze']) } }),
      403,
    ],
    ['by GET', () => ({ method: 'GET', body: null }), 405],
    ['that is no JSON', () => ({ body: '{' }), 400],
    [
      'of more than a megabyte',
      () => ({ body: JSON.stringify({ ...list, pad: 'x'.repeat(1_100_000) }) }),
      413,
    ],
  ];
  test.each(cases)('a request to the tools %s', async (_, given, status) => {
    const init = given();
    const answer = await fetch(`http://127.0.0.1:${port}/api/mcp`, {
      method: 'POST',
      body: JSON.stringify(list),
      ...init,
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'x-ms-client-principal': principal(['Report.Read']),
        ...(init.headers as Record<string, string>),
      },
    });
    expect(answer.status).toBe(status);
  });

  test('a second one says that the port is taken', async () => {
    const second = start(port, ['--once']);
    expect(await second.ended).toBe(2);
    expect(second.said()).toMatch(/^npm start: port \d+ is taken[^\n]*\n$/u);
  }, 60_000);

  test('Ctrl-C ends it, which leaves nothing behind', async () => {
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    await expect(ask('health')).rejects.toThrow('fetch failed');
    expect(leaksIn(run.said())).toEqual([]);
  }, 60_000);
});

describe('npm start that ends', () => {
  afterEach(killStarted);

  (isLong ? test : test.skip)(
    '--once ends by itself with 0',
    async () => {
      const once = start(await freePort(), ['--once']);
      expect(await once.ended).toBe(0);
      expect(once.said()).toContain('Slack shows in its channel');
    },
    180_000,
  );

  test('Ctrl-C before it serves ends it at once', async () => {
    const broken = start(await freePort());
    await broken.until('stands in for');
    broken.child.kill('SIGINT');
    expect(await broken.ended).toBe(130);
  }, 60_000);
});

/** A client of the tools, with these roles. */
async function connect(...roles: readonly string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const headers = { 'x-ms-client-principal': principal(roles) };
  const url = new URL(`http://127.0.0.1:${port}/api/mcp`);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return client;
}

/** What App Service Authentication says of an account with these roles. */
function principal(roles: readonly string[]): string {
  const claims = roles.map((val) => ({ typ: 'roles', val }));
  return Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64');
}

function isHeavy(file: string): boolean {
  return readFileSync(file, 'utf8').includes('NetworkManagementClient');
}

/** Files that are loaded with an entry, before anything is asked for by `import()`. */
function staticFiles(entry: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const text = readFileSync(entry, 'utf8');
  const imports = /(?:^|[;}\n])(?:import|export)\s*(?:[\w$*{}\s,]+from)?\s*"(\.[^"]+)"/gu;
  for (const [, file = ''] of text.matchAll(imports))
    staticFiles(path.resolve(path.dirname(entry), file), seen);
  return seen;
}
