import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, jest, test } from '@jest/globals';
import { liveSource } from '../../shared/cli/mcp/live-source.ts';
import type { Plan } from '../../shared/plan/index.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import { serveMcp } from '../tools/serve.ts';
import { logInTo, run, sound, currentContext } from './run-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

jest.setTimeout(120_000);

const folder = temporaryFolder();

const id = '00000000-0000-0000-0000-0000000000a1';
const production = fleet({
  subscriptions: [subscription(id, 'Production', [cluster('shop', sound), cluster('pay', sound)])],
});

const toCluster = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'main', name: 'web' },
  spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', ports: [{ port: 80 }] },
});

function manifest(text: string): string {
  const file = path.join(folder, 'web.json');
  writeFileSync(file, text);
  return file;
}

describe('a plan of a live cluster', () => {
  test('reads the one that is named', async () => {
    await logInTo(production);
    const args = ['plan', '--cluster', 'shop', '--with', manifest(toCluster), '--format', 'json'];
    const { status, out, err } = await run(args);
    expect({ status, err: err.includes('pay') }).toEqual({ status: 0, err: false });
    const plan = JSON.parse(out) as Plan;
    expect(plan.cluster.name).toBe('shop');
    expect(plan.services).toMatchObject([
      {
        name: 'web',
        ports: [
          {
            before: { sourceAddress: 'client', verdict: 'even' },
            after: { sourceAddress: 'node', certainty: 'exact', verdict: 'even' },
          },
        ],
      },
    ]);
  });

  test('of several clusters asks for one', async () => {
    await logInTo(production);
    const { status, err } = await run(['plan', '--with', manifest(toCluster)]);
    expect(status).toBe(2);
    expect(err).toContain('--cluster NAME');
  });
});

test('the tools for agents with a login: findings, one Service, a plan', async () => {
  await logInTo(production);
  const served = await serveMcp({
    source: liveSource(currentContext(), { subscriptions: [] }),
    version: '1.0.0',
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(served.url)));
  const call = async (name: string, args: Record<string, unknown>) => {
    const { structuredContent, isError } = await client.callTool({ name, arguments: args });
    return { value: structuredContent, isError: isError === true };
  };
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'audit_cluster',
    'explain_rule',
    'explain_service',
    'list_findings',
    'plan',
    'what_if',
  ]);
  expect(await call('audit_cluster', { cluster: 'shop' })).toMatchObject({ isError: false });
  expect(
    await call('explain_service', { cluster: 'shop', namespace: 'main', service: 'web' }),
  ).toMatchObject({ isError: false });
  expect(await call('plan', { cluster: 'shop', manifests: toCluster })).toMatchObject({
    isError: false,
    value: { effect: 'same' },
  });
  await client.close();
  await served.close();
});
