import { stripVTControlCharacters } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import type { PreflightRow } from '../../shared/service/preflight/rows.ts';
import {
  cluster,
  deployment,
  fleet,
  nodesOfPool,
  service,
  subscription,
} from '../../simulator/build.ts';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { clusters } from '../live/world.ts';
import { subscriptionId } from '../simulator/ask.ts';
import { logInTo, run } from './run-command.ts';

jest.setTimeout(120_000);

interface Printed {
  readonly summary: Readonly<Record<PreflightRow['state'], number>>;
  readonly grants: readonly { readonly command: string; readonly for: readonly string[] }[];
  readonly rows: readonly PreflightRow[];
}

async function printed(...args: readonly string[]): Promise<Printed & { readonly status: number }> {
  const { status, out } = await run(['preflight', '--format', 'json', ...args]);
  return { status, ...(JSON.parse(out) as Printed) };
}

/** `what -> state` of a cluster, or of the subscription itself. */
function states(rows: readonly PreflightRow[], name?: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rows.filter((row) => row.cluster === name).map(({ what, state }) => [what, state]),
  );
}

const everything = [
  'credentials',
  'API server',
  'nodes',
  'services',
  'endpointslices.discovery.k8s.io',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'namespaces',
  'events',
  'pods',
  'ingresses.networking.k8s.io',
  'ingressclasses.networking.k8s.io',
  'gatewayclasses.gateway.networking.k8s.io',
  'gateways.gateway.networking.k8s.io',
  'httproutes.gateway.networking.k8s.io',
  'grpcroutes.gateway.networking.k8s.io',
  'referencegrants.gateway.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
];

describe('evenkeel preflight', () => {
  test('all readable -> 0, a line for each scope', async () => {
    const { simulator } = await logInTo(clusters({ one: {}, two: {} }));
    const ran = await run(['preflight']);
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.out).toBe(
      [
        'SCOPE       READS        MAY        WHY',
        'Production  all 7 lists  yes',
        '  one       all 19       yes',
        '  two       all 19       yes',
        '',
        '45 readable, 0 missing, 0 not read for another reason, 1 not asked',
        '',
      ].join('\n'),
    );
    const inside = simulator.log
      .entries()
      .filter(({ host, path }) => host.endsWith('.azmk8s.io') && path !== '/version');
    expect(inside).toHaveLength(34);
    for (const { query } of inside) expect(query).toMatch(/limit=1(?:&|$)/u);
  });

  test('rights that are missing -> 1, each with the command that grants it', async () => {
    await logInTo(
      fleet({
        subscriptions: [
          subscription(
            subscriptionId,
            'Production',
            [
              cluster('azure', { access: { azureRbac: true, denied: ['nodes', 'events'] } }),
              cluster('inner', { access: { azureRbac: false, denied: ['pods'] } }),
            ],
            { denied: ['loadBalancers'] },
          ),
        ],
      }),
    );
    const { status, rows, grants, summary } = await printed();
    expect(status).toBe(1);
    expect(summary).toEqual({ readable: 40, missing: 4, unreadable: 0, skipped: 2 });
    expect(states(rows)).toEqual({
      managedClusters: 'readable',
      loadBalancers: 'missing',
      networkInterfaces: 'readable',
      publicIPAddresses: 'readable',
      networkSecurityGroups: 'readable',
      metrics: 'skipped',
      changes: 'readable',
      'health of backends': 'skipped',
    });
    expect(Object.keys(states(rows, 'azure'))).toEqual(everything);
    expect(
      grants.map(({ command, for: what }) => [command.replace(/ --scope.*$/u, ''), what]),
    ).toEqual([
      [
        'az role assignment create --assignee IDENTITY_OBJECT_ID --role "Reader"',
        ['loadBalancers of Production'],
      ],
      [
        'az role definition create --role-definition infra/cluster-reader.role.json; az role assignment create --assignee IDENTITY_OBJECT_ID --role "Evenkeel Cluster Reader"',
        ['nodes of azure', 'events of azure'],
      ],
      ['kubectl apply -f infra/cluster-reader.clusterrole.yaml', ['pods of inner']],
    ]);
  });

  test('without the rights to what Azure observed -> 0, with the commands that grant them', async () => {
    const denied = ['metrics', 'changes', 'health'] as const;
    const sound = {
      services: [service('main/web')],
      workloads: [deployment('main/web', nodesOfPool('user', 3))],
    };
    await logInTo(
      fleet({
        subscriptions: [
          subscription(subscriptionId, 'Production', [cluster('one', sound)], { denied }),
        ],
      }),
    );
    const { status, rows, grants } = await printed();
    expect(status).toBe(0);
    expect(states(rows)).toMatchObject({
      loadBalancers: 'readable',
      metrics: 'missing',
      changes: 'missing',
      'health of backends': 'missing',
    });
    expect(grants.map(({ command, for: what }) => [/"([^"]+)"/u.exec(command)?.[1], what])).toEqual(
      [
        ['Monitoring Reader', ['metrics of Production']],
        ['Reader', ['changes of Production']],
        ['Evenkeel Health Reader', ['health of backends of Production']],
      ],
    );
  });

  test('a kubeconfig that is refused names its role, and nothing behind it is asked', async () => {
    const faults = [{ path: 'listClusterUserCredential', action: { kind: 'forbid' } as const }];
    await logInTo(clusters({ one: {} }), {}, { faults });
    const { status, rows, grants } = await printed();
    expect(status).toBe(1);
    expect(states(rows, 'one')).toEqual({ credentials: 'missing' });
    expect(grants[0]?.command).toContain('Azure Kubernetes Service Cluster User Role');
  });

  test('clusters that cannot be asked say why; a stopped one is nobody’s fault', async () => {
    await logInTo(demoFleet());
    const { status, rows } = await printed();
    expect(status).toBe(1);
    const why = (name: string): readonly string[] =>
      rows
        .filter((row) => row.cluster === name && row.state !== 'readable')
        .map((row) => `${row.what} ${row.state} ${row.why}`);
    expect(why('lab-stopped')).toEqual([
      expect.stringMatching(/^credentials skipped the cluster is stopped/u),
    ]);
    expect(why('crm-no-entra')).toEqual([
      expect.stringMatching(/^credentials unreadable the cluster is not connected with Entra/u),
    ]);
    expect(why('vault-private')).toEqual([
      expect.stringMatching(/^credentials unreadable the cluster is private/u),
    ]);
    expect(why('finance-denied')).toEqual(['nodes missing 403: no permission to list nodes']);
    expect((await printed('--cluster', 'lab-stopped')).status).toBe(0);
  });

  test('on a terminal it is coloured and keeps to the width', async () => {
    await logInTo(clusters({ one: { access: { denied: ['nodes'] } } }));
    const { out } = await run(['preflight'], { colour: true, width: 80 });
    expect(out).toContain('\u001B[1;31mNO ');
    const table = out.split('\n\n', 1)[0] ?? '';
    const plain = stripVTControlCharacters(table);
    expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('what cannot be checked', () => {
  test('no login -> 3 and one line', async () => {
    const credential = { getToken: () => Promise.reject(new Error('nobody is logged in')) };
    await logInTo(clusters({ one: {} }), { credential });
    const ran = await run(['preflight']);
    expect(ran).toMatchObject({ status: 3, out: '' });
    expect(ran.err).toMatch(/^evenkeel preflight: .*Run 'az login'.*nobody is logged in\)\n$/u);
  });

  test('a subscription that is not visible -> 3 with its grant', async () => {
    await logInTo(clusters({ one: {} }));
    const hidden = '00000000-0000-0000-0000-0000000000c3';
    const { status, rows, grants } = await printed('--subscription', hidden);
    expect(status).toBe(3);
    expect(rows).toMatchObject([{ subscriptionId: hidden, state: 'missing' }]);
    expect(grants[0]?.command).toContain(`--role "Reader" --scope "/subscriptions/${hidden}"`);
  });

  test.each([
    { name: 'a cluster that is not there', args: ['--cluster', 'nope'], err: 'nope' },
    { name: 'a format that does not exist', args: ['--format', 'xml'], err: 'one of text, json' },
    { name: 'an option of another command', args: ['--from', 'x'], err: 'unknown option --from' },
  ])('$name -> 2', async ({ args, err }) => {
    await logInTo(clusters({ one: {} }));
    const ran = await run(['preflight', ...args]);
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toContain(err);
  });

  test('one of two names that is not there -> 1 and a line', async () => {
    await logInTo(clusters({ one: {} }));
    const ran = await run(['preflight', '--cluster', 'one', '--cluster', 'nope']);
    expect(ran.status).toBe(1);
    expect(ran.err).toContain('cluster "nope" not found');
  });
});
