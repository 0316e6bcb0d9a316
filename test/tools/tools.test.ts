/* oxlint-disable no-control-regex -- control characters are what is looked for */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { folderSource } from '../../shared/cli/mcp/folder-source.ts';
import type { Report } from '../../shared/report/index.ts';
import { toolServer, type ToolSource } from '../../shared/tools/index.ts';
import { tools } from '../../shared/tools/server.ts';
import { ownCase } from '../engine/case-file.ts';
import {
  finding,
  cluster as clusterReport,
  port,
  report,
  service,
  endpoint,
} from '../report/builders.ts';
import { hostileStrings, poisoned } from '../report/hostile.ts';
import { articleReport, fleetReport } from '../report/samples.ts';
import { serveMcp } from './serve.ts';

const root = path.join(import.meta.dirname, '../..');
const article = (): ToolSource =>
  folderSource({ now: () => new Date(), directories: [ownCase('seed-1-basic-local')] });
const echo = { cluster: 'aks-app', namespace: 'default', service: 'echo-service' };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function clientOf(source: ToolSource): Promise<Client> {
  const [here, there] = InMemoryTransport.createLinkedPair();
  const server = toolServer({ source, version: '1.0.0' });
  await server.connect(there);
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(here);
  closers.push(async () => {
    await client.close();
    await server.close();
  });
  return client;
}

async function toolNames(source: ToolSource): Promise<readonly string[]> {
  return (await (await clientOf(source)).listTools()).tools.map(({ name }) => name);
}

interface Called {
  readonly value: Record<string, unknown>;
  readonly text: string;
  readonly isError: boolean;
  readonly bytes: number;
}

/** Calls a tool; the client checks what comes back against the output schema. */
async function call(client: Client, name: string, input: Record<string, unknown>): Promise<Called> {
  const result = await client.callTool({ name, arguments: input });
  const [first] = result.content as { type: string; text: string }[];
  return {
    value: (result.structuredContent ?? {}) as Record<string, unknown>,
    text: first?.text ?? '',
    isError: result.isError === true,
    bytes: Buffer.byteLength(JSON.stringify(result)),
  };
}

function reports(given: Report): ToolSource {
  return { report: () => Promise.resolve(given) };
}

describe('the tools', () => {
  test('all of them on a folder, without plan and audit on a report', async () => {
    expect(await toolNames(article())).toEqual([
      'list_findings',
      'explain_service',
      'what_if',
      'plan',
      'explain_rule',
      'audit_cluster',
    ]);
    expect(await toolNames(reports(fleetReport))).toEqual([
      'list_findings',
      'explain_service',
      'what_if',
      'explain_rule',
    ]);
  });

  test('say that they read only', async () => {
    const { tools: listed } = await (await clientOf(article())).listTools();
    for (const { annotations, outputSchema } of listed) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(outputSchema).toBeDefined();
    }
  });

  test('list_findings: the worst first, with what is the cluster’s marked', async () => {
    const { value } = await call(await clientOf(article()), 'list_findings', {
      severity: 'critical',
    });
    expect(value).toMatchObject({
      total: 1,
      findings: [
        {
          rule: 'traffic/starved-endpoints',
          untrusted: { cluster: 'aks-app', subject: 'Service default/echo-service' },
        },
      ],
    });
  });

  test('explain_service: a port that its owner closed says so', async () => {
    const shut = {
      ...articleReport,
      clusters: articleReport.clusters.map((each) => ({
        ...each,
        services: each.services.map((own) => ({
          ...own,
          ports: own.ports.map((open) => ({
            ...open,
            verdict: 'none' as const,
            disabled: true as const,
          })),
        })),
      })),
    };
    const client = await clientOf({ report: () => Promise.resolve(shut) });
    const { value } = await call(client, 'explain_service', echo);
    expect(value).toMatchObject({
      ports: { items: [{ verdict: 'none', closed_by_annotation: true }] },
    });
  });

  test('explain_service: pods without traffic first, and why', async () => {
    const { value } = await call(await clientOf(article()), 'explain_service', echo);
    expect(value).toMatchObject({
      external_traffic_policy: 'Local',
      ports: {
        items: [{ verdict: 'starved', ready_pods: 3, pods_without_share: 2, largest_share: 1 }],
      },
      total: 3,
    });
    const pods = value['pods'] as { share: number; because?: string }[];
    expect(pods.map(({ share }) => share)).toEqual([0, 0, 1]);
    expect(pods[0]?.because).toContain('node-not-in-backend-pool');
  });

  test('what_if: the shares after a change, computed', async () => {
    const { value } = await call(await clientOf(article()), 'what_if', {
      ...echo,
      change: 'use-cluster-policy',
    });
    expect(value).toMatchObject({
      before: [{ verdict: 'starved', pods_without_share: 2 }],
      after: [{ verdict: 'even', pods_without_share: 0, smallest_share: 0.333333 }],
    });
  });

  test('what_if on a report alone: the fixes that it holds', async () => {
    const source = article();
    const stored = reports(await source.report());
    const { value } = await call(await clientOf(stored), 'what_if', {
      ...echo,
      change: 'use-cluster-policy',
    });
    expect(value['after']).toEqual([]);
    expect(value['note']).toContain('only the report is at hand');
    expect((value['fixes'] as { items: unknown[] }).items.length).toBeGreaterThan(0);
  });

  test('plan: manifests as text, with the line of what they bring', async () => {
    const manifests = `apiVersion: v1\nkind: Service\nmetadata: { name: echo-service }\nspec: { type: LoadBalancer, externalTrafficPolicy: Cluster, ports: [{ name: http, port: 80 }] }\n---\nhalf: [`;
    const { value } = await call(await clientOf(article()), 'plan', {
      cluster: 'aks-app',
      manifests,
    });
    // A half that could not be planned is no pass.
    expect(value).toMatchObject({ effect: 'unknown', unchanged_services: 0 });
    expect(value['items']).toMatchObject([
      { kind: 'problem', line: 6 },
      { kind: 'service', effect: 'better', certainty: 'exact', line: 1 },
      { kind: 'new-finding', rule: 'traffic/source-ip-hidden' },
      ...Array.from({ length: 3 }, () => ({ kind: 'gone-finding' })),
      { kind: 'change', effect: 'update' },
    ]);
  });

  test('plan: node pools and deletions', async () => {
    const client = await clientOf(article());
    const { value } = await call(client, 'plan', {
      cluster: 'aks-app',
      node_pools: [{ name: 'pool-1', count: 0 }],
      delete: ['Deployment/default/echo-deployment'],
    });
    expect(value['effect']).toBe('worse');
  });

  test('explain_rule: the page; a near name where there is none', async () => {
    const client = await clientOf(article());
    const { value } = await call(client, 'explain_rule', { rule: 'traffic/starved-endpoints' });
    expect(value['page']).toContain('## ');
    const { isError, text } = await call(client, 'explain_rule', { rule: 'traffic/starved' });
    expect([isError, text]).toEqual([true, expect.stringContaining('unknown rule')]);
  });

  test('audit_cluster: counts, and what could not be judged', async () => {
    const { value } = await call(await clientOf(article()), 'audit_cluster', {
      cluster: 'aks-app',
    });
    expect(value).toMatchObject({
      result: expect.any(String),
      services: 1,
      findings: { critical: 1 },
    });
  });

  test.each([
    ['list_findings', { cluster: 'nope' }, 'no cluster of that name'],
    ['list_findings', { cursor: 'nonsense' }, 'the cursor is not one of this tool'],
    ['explain_service', { ...echo, service: 'nope' }, 'no LoadBalancer Service of that name'],
    ['explain_service', { ...echo, cluster: 'nope' }, 'no cluster of that name'],
    ['what_if', { ...echo, change: 'remove-annotation' }, 'needs annotation'],
    ['list_findings', { rule: 'traffic/nope' }, 'unknown rule or family'],
    ['list_findings', { severty: 'high' }, 'Unrecognized key: "severty"'],
    ['what_if', { ...echo, external_traffic_policy: 'Cluster' }, 'Unrecognized key'],
    ['what_if', { ...echo, annotation: 'a' }, 'annotation is for the change remove-annotation'],
    ['plan', { cluster: 'aks-app', node_pools: [{ name: 'p', taint: 'x' }] }, 'Unrecognized key'],
    ['plan', { cluster: 'aks-app' }, 'say what changes'],
    ['plan', { cluster: 'nope', manifests: 'a: b' }, 'no saved cluster is named nope'],
    ['plan', { cluster: 'aks-app', delete: ['x'] }, 'is not KIND/NAMESPACE/NAME'],
    ['plan', { cluster: 'aks-app', node_pools: [{ name: 'p', taints: ['x'] }] }, 'is not a taint'],
    ['audit_cluster', { cluster: 'nope' }, 'no saved cluster is named nope'],
  ])('%s %j: one line that says what to do', async (name, input, line) => {
    const { isError, text } = await call(await clientOf(article()), name, input);
    expect(isError).toBe(true);
    expect(text).toContain(line);
    expect(text).not.toMatch(/\n| at \S+ \(|:\d+:\d+/u);
  });

  test('a failure of ours is told without its detail', async () => {
    const errors: unknown[] = [];
    const [here, there] = InMemoryTransport.createLinkedPair();
    const server = toolServer({
      source: { report: () => Promise.reject(new Error('secret detail')) },
      version: '1.0.0',
      onFailure: (error) => errors.push(error),
    });
    await server.connect(there);
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(here);
    const { text, isError } = await call(client, 'list_findings', {});
    expect([isError, text]).toEqual([true, 'the tool failed; the log of the server says why']);
    expect(errors).toHaveLength(1);
    await client.close();
  });
});

describe('nothing that a tool reaches can write', () => {
  const writing =
    /\b(?:writeFile|appendFile|createWriteStream|rmSync|unlink|mkdir|child_process|begin\w+AndWait|createOrUpdate|putBlob|uploadData)\w*/u;

  test.each(globSync('shared/{tools,plan}/**/*.ts', { cwd: root }).toSorted())('%s', (file) => {
    expect(readFileSync(path.join(root, file), 'utf8')).not.toMatch(writing);
  });

  test('no input of a tool is a path', () => {
    for (const { input } of tools)
      expect(Object.keys(input.shape).join()).not.toMatch(/path|file|dir|url/iu);
  });
});

const invisible =
  /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u;

/** Texts of an answer that stand outside every field called `untrusted`. */
function trustedTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(trustedTexts);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) =>
    key === 'untrusted' ? [] : trustedTexts(field),
  );
}

function allTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(allTexts);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(allTexts) : [];
}

describe.each(hostileStrings.map((text) => ({ text, name: JSON.stringify(text) })))(
  '$name',
  ({ text }) => {
    test('stays in fields that are marked, cleaned, within the size', async () => {
      const bad = poisoned(articleReport, text);
      const client = await clientOf(reports(bad));
      const [first] = bad.clusters;
      const [named] = first?.services ?? [];
      const answers = [await call(client, 'list_findings', {})];
      if (named !== undefined && first !== undefined)
        for (const tool of ['explain_service', 'what_if'])
          answers.push(
            await call(client, tool, {
              cluster: first.id,
              namespace: named.namespace,
              service: named.name,
            }),
          );
      expect(answers.map(({ isError }) => isError)).toEqual([false, false, false]);
      for (const { value, bytes } of answers) {
        expect(allTexts(value).filter((each) => invisible.test(each))).toEqual([]);
        expect(bytes).toBeLessThanOrEqual(20_000);
        expect(trustedTexts(value).filter((each) => each.includes(text.trim()))).toEqual([]);
      }
    });
  },
);

describe('no answer is larger than 20 KB', () => {
  const long = '<ä"\\'.repeat(300);
  const large = report(
    Array.from({ length: 3 }, (_, at) =>
      clusterReport({
        id: `c${at}`,
        name: `${long}${at}`,
        services: [
          service({
            ports: Array.from({ length: 12 }, (__, index) =>
              port({
                port: index + 1,
                verdict: 'uneven',
                endpoints: Array.from({ length: 50 }, (___, pod) =>
                  endpoint({ pod: `${long}${pod}`, node: long, nodePool: long }),
                ),
              }),
            ),
          }),
        ],
        findings: Array.from({ length: 60 }, (__, index) =>
          finding({
            fingerprint: `${at}-${index}`,
            title: long,
            message: long,
            subject: { kind: 'Service', namespace: 'shop', name: 'web' },
          }),
        ),
      }),
    ),
  );

  test('findings come in pages that lead through all of them, each once', async () => {
    const client = await clientOf(reports(large));
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const { value, bytes, isError } = await call(
        client,
        'list_findings',
        cursor === undefined ? {} : { cursor },
      );
      expect(isError).toBe(false);
      expect(bytes).toBeLessThanOrEqual(20_000);
      seen.push(
        ...(value['findings'] as { fingerprint: string }[]).map(({ fingerprint }) => fingerprint),
      );
      cursor = value['next_cursor'];
    } while (cursor !== undefined);
    expect(seen).toHaveLength(180);
    expect(new Set(seen).size).toBe(180);
  });

  test('a Service of 600 endpoints with names of 1 KB', async () => {
    const client = await clientOf(reports(large));
    let cursor: unknown;
    let pods = 0;
    do {
      const { value, bytes, isError, text } = await call(client, 'explain_service', {
        cluster: 'c0',
        namespace: 'shop',
        service: 'web',
        ...(cursor !== undefined && { cursor }),
      });
      expect([isError, isError ? text : '']).toEqual([false, '']);
      expect(bytes).toBeLessThanOrEqual(20_000);
      pods += (value['pods'] as unknown[]).length;
      cursor = value['next_cursor'];
    } while (cursor !== undefined);
    expect(pods).toBe(600);
    const { bytes, isError } = await call(client, 'what_if', {
      cluster: 'c0',
      namespace: 'shop',
      service: 'web',
    });
    expect([isError, bytes <= 20_000]).toEqual([false, true]);
  });

  test('a plan of hundreds of Services', async () => {
    const manifests = Array.from(
      { length: 300 },
      (_, at) =>
        `apiVersion: v1\nkind: Service\nmetadata: { name: web-${at}, namespace: ${'x'.repeat(60)} }\nspec: { type: LoadBalancer, selector: { app: web }, ports: [{ name: a, port: 80 }, { name: b, port: 81 }] }\n`,
    )
      .concat(`apiVersion: v1\nkind: Namespace\nmetadata: { name: ${'x'.repeat(60)} }\n`)
      .join('---\n');
    const client = await clientOf(article());
    const first = await call(client, 'plan', { cluster: 'aks-app', manifests });
    expect([first.isError, first.bytes <= 20_000]).toEqual([false, true]);
    expect(first.value['total']).toBeGreaterThan(600);
    const { value } = await call(client, 'plan', {
      cluster: 'aks-app',
      manifests,
      cursor: first.value['next_cursor'],
    });
    expect((value['items'] as unknown[]).length).toBeGreaterThan(0);
  });

  test('manifests of more than half a megabyte are refused', async () => {
    const client = await clientOf(article());
    const { isError } = await call(client, 'plan', {
      cluster: 'aks-app',
      manifests: '#'.repeat(600_000),
    });
    expect(isError).toBe(true);
  });
});

describe('the ways in', () => {
  test('standard input and output, as an editor starts it', async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [path.join(root, 'shared/cli/main.ts'), 'mcp', '--from', ownCase('seed-1-basic-local')],
    });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(transport);
    const { value } = await call(client, 'explain_service', echo);
    expect(value).toMatchObject({ total: 3 });
    await client.close();
  }, 60_000);

  test.each([
    [
      'a request that is cancelled is not waited for',
      [
        { id: 2, method: 'tools/call', params: { name: 'explain_service', arguments: echo } },
        { method: 'notifications/cancelled', params: { requestId: 2 } },
      ],
      { code: 0, said: '' },
    ],
    [
      'a message that is too large is one line',
      [{ id: 2, method: 'ping', params: { text: 'a'.repeat(11 * 1024 * 1024) } }],
      {
        code: 2,
        said: 'evenkeel mcp: the client sent a message of more than 10 MiB; the connection is closed\n',
      },
    ],
  ])(
    'standard input and output: %s',
    async (_, messages, expected) => {
      const child = spawn(
        process.execPath,
        ['shared/cli/main.ts', 'mcp', '--from', ownCase('seed-1-basic-local')],
        { cwd: root },
      );
      let said = '';
      child.stderr.on('data', (part: Buffer) => (said += part.toString('utf8')));
      child.stdin.on('error', () => undefined);
      const params = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'test', version: '1.0.0' },
      };
      for (const message of [{ id: 1, method: 'initialize', params }, ...messages])
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      child.stdin.end();
      const [code] = (await once(child, 'close')) as [number | null];
      expect({ code, said }).toEqual(expected);
    },
    60_000,
  );

  test('HTTP without a session', async () => {
    const served = await serveMcp({ source: article(), version: '1.0.0' });
    closers.push(served.close);
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(served.url)));
    const { value } = await call(client, 'list_findings', {});
    expect(value['total']).toBeGreaterThan(0);
    await client.close();
  });

  test.each([
    ['a page of another origin', { origin: 'https://evil.example' }, 403, 'wrong-origin'],
    ['a page whose name leads here', { host: 'evil.example' }, 403, 'wrong-host'],
    ['a body that is too large', { 'content-length': '2000000' }, 413, 'too-large'],
  ])('%s is refused', async (_, headers, status, code) => {
    const { mcpAnswer } = await import('../../shared/service/http/mcp.ts');
    const answer = await mcpAnswer(
      {
        method: 'POST',
        url: 'http://127.0.0.1/api/mcp',
        headers: new Headers({ 'content-type': 'application/json', ...headers }),
        query: new URLSearchParams(),
        params: {},
        text: () => Promise.resolve('{}'),
      },
      { source: article(), version: '1.0.0' },
    );
    expect(answer.status).toBe(status);
    expect(String(answer.body)).toContain(code);
  });

  test('a caller without the role is refused the tool that takes it', async () => {
    const served = await serveMcp({
      source: article(),
      version: '1.0.0',
      refuse: ({ role }) =>
        role === 'Audit.Run' ? 'the account lacks the role Audit.Run' : undefined,
    });
    closers.push(served.close);
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(served.url)));
    expect(await call(client, 'audit_cluster', { cluster: 'aks-app' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('Audit.Run'),
    });
    expect((await call(client, 'list_findings', {})).isError).toBe(false);
    await client.close();
  });
});
