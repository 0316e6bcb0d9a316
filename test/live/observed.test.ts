import { describe, expect, test } from '@jest/globals';
import type { ClusterReport } from '../../shared/report/report.ts';
import {
  deployment,
  fleet,
  loadBalancer,
  nodesOfPool,
  pool,
  service,
  subscription,
  systemPool,
} from '../../simulator/build.ts';
import type { FleetDescription, ObservedKind } from '../../simulator/description.ts';
import { story } from '../../simulator/fleets/story.ts';
import { subscriptionId } from '../simulator/ask.ts';
import { clusters, world } from './world.ts';

const article = (): FleetDescription =>
  fleet({ subscriptions: [subscription(subscriptionId, 'Legacy', story().slice(0, 1))] });

const shop = (status: number): FleetDescription =>
  clusters({
    shop: {
      pools: [systemPool(), pool('user', { count: 3 })],
      services: [
        service('shop/web', {
          policy: 'Cluster',
          connectionsPerMinute: 1200,
          ports: [{ port: 80, status, probe: { protocol: 'Http' } }],
        }),
      ],
      workloads: [deployment('shop/web', nodesOfPool('user', 3))],
    },
  });

function denied(description: FleetDescription, ...kinds: readonly ObservedKind[]) {
  const subscriptions = description.subscriptions.map((each) => ({ ...each, denied: kinds }));
  return { ...description, subscriptions };
}

async function audited(
  description: FleetDescription,
  verify = false,
): Promise<{ readonly report: ClusterReport; readonly asked: ReadonlyMap<string, number> }> {
  const { audit, simulator } = await world(description);
  const { clusters: reports } = await audit({ verify });
  const [report] = reports;
  if (report === undefined) throw new Error('no cluster');
  return { report, asked: simulator.log.counts() };
}

function health(asked: ReadonlyMap<string, number>): number {
  return [...asked].find(([operation]) => operation.endsWith('/health'))?.[1] ?? 0;
}

describe('the article', () => {
  test('is predicted as Azure sees it', async () => {
    const { report } = await audited(article());
    const [port] = report.services[0]?.ports ?? [];
    expect(port?.endpoints.map(({ share }) => share).toSorted()).toEqual([0, 0, 1]);
    expect(port?.observed).toMatchObject({
      up: 1,
      down: 0,
      differing: 0,
      predicted: { up: 1, verdict: 'starved', lost: 0 },
    });
    expect(port?.observed?.predicted.shares).toEqual(port?.endpoints.map(({ share }) => share));
    const rules = report.findings.map(({ rule }) => rule);
    expect(rules).toContain('traffic/starved-endpoints');
    expect(rules).not.toContain('traffic/probe-disagrees');
    const starved = report.findings.find(({ rule }) => rule === 'traffic/starved-endpoints');
    expect(starved?.message).toContain('Azure sees 1 of 1 backend up, as predicted.');
  });
});

describe('a container that answers 500 on the probe path', () => {
  test('is told by its reason code, with what it costs', async () => {
    const { report } = await audited(shop(500), true);
    const differs = report.findings.find(({ rule }) => rule === 'traffic/probe-disagrees');
    expect(differs).toMatchObject({
      severity: 'high',
      causes: ['down-probe-http-status-code-error'],
      harm: { perMinute: 1200, kind: 'lost', unit: 'connections' },
    });
    expect(differs?.message).toContain(
      'the HTTP probe gets a status other than 200 (Down_Probe_HttpStatusCodeError)',
    );
    const dead = report.findings.find(({ rule }) => rule === 'traffic/no-traffic');
    expect(dead?.message).toContain(
      'Azure sees 0 of 5 backends up; 5 were predicted: the HTTP probe gets a status other than 200.',
    );
    expect(dead?.fixes).toEqual(differs?.fixes);
    const [port] = report.services[0]?.ports ?? [];
    expect(port).toMatchObject({
      verdict: 'none',
      lost: 1,
      observed: { up: 0, differing: 5, predicted: { up: 5, verdict: 'even', lost: 0 } },
    });
    expect(port?.backends[0]).toMatchObject({
      up: false,
      predictedUp: true,
      reason: 'Down_Probe_HttpStatusCodeError',
    });
  });

  test('is found without --verify as well: the probe metric gives it away', async () => {
    const { report, asked } = await audited(shop(500));
    expect(health(asked)).toBe(1);
    expect(report.findings.map(({ rule }) => rule)).toContain('traffic/probe-disagrees');
  });
});

describe('what Azure is asked', () => {
  test('is nothing where nothing is found, and everything with --verify', async () => {
    const well = clusters({
      shop: {
        services: [service('shop/web')],
        workloads: [deployment('shop/web', nodesOfPool('user', 3))],
      },
    });
    expect(health((await audited(well)).asked)).toBe(0);
    const { report, asked } = await audited(well, true);
    expect(health(asked)).toBe(1);
    expect(report.services[0]).toMatchObject({ verified: true });
    expect(report.findings.filter(({ rule }) => rule.startsWith('traffic/probe'))).toEqual([]);
  });
});

/** Pods on nodes outside the pool; the last write to the load balancer was by this kind of client. */
const starving = (connectionsPerMinute: number, clientType: string, ...nodes: string[]) => ({
  pools: [systemPool(), pool('user', { count: 3 })],
  loadBalancers: [loadBalancer({ inbound: { nodes } })],
  services: [service('shop/web', { connectionsPerMinute })],
  workloads: [deployment('shop/web', nodesOfPool('user', 3))],
  changes: [
    {
      of: { loadBalancer: 'kubernetes' },
      minutesAgo: 3,
      operation: 'Microsoft.Network/loadBalancers/write',
      clientType,
      changedBy: 'alice@contoso.example',
      paths: ['properties.backendAddressPools'],
    },
  ],
});

function observed({ findings, services }: ClusterReport) {
  return {
    findings: findings.map(({ rule, harm, change }) => ({ rule, harm, change })),
    seen: services.flatMap(({ ports }) => ports.map((each) => [each.traffic, each.observed?.up])),
  };
}

test('what Azure says of load balancers of one name stays with the cluster of each', async () => {
  const first = { one: starving(1200, 'Azure Portal', 'user-0') };
  const second = { two: starving(300, 'ARM Template', 'user-0', 'user-1') };
  const { audit } = await world(clusters({ ...first, ...second }));
  const { clusters: together } = await audit({ verify: true });
  const alone = [];
  for (const each of [first, second]) {
    const { report } = await audited(clusters(each), true);
    alone.push(observed(report));
  }
  expect(together.map(observed)).toEqual(alone);
  const text = alone.map((each) => JSON.stringify(each));
  expect(text[0]).toMatch(/"clientType":"Azure Portal".*"perMinute":1200.*,1\]/u);
  expect(text[1]).toMatch(/"clientType":"ARM Template".*"perMinute":300.*,2\]/u);
});

function shown({ findings }: ClusterReport) {
  return findings.map(({ rule, severity, subject, causes }) => ({
    rule,
    severity,
    subject,
    causes,
  }));
}

test('what Azure was not asked about is not among what was read', async () => {
  const plain = clusters({
    plain: {
      services: [service('shop/api')],
      workloads: [deployment('shop/api', nodesOfPool('user', 3))],
    },
  });
  const { report, asked } = await audited(plain);
  expect(health(asked)).toBe(0);
  expect(report.coverage.map(({ slice }) => slice)).not.toContain('backendHealth');
});

describe('without a right', () => {
  test.each<{ kinds: readonly ObservedKind[] }>([
    { kinds: ['health'] },
    { kinds: ['metrics'] },
    { kinds: ['changes'] },
    { kinds: ['health', 'metrics', 'changes'] },
  ])('to $kinds the findings are those of the prediction', async ({ kinds }) => {
    const { report: whole } = await audited(article());
    const { report } = await audited(denied(article(), ...kinds));
    expect(shown(report)).toEqual(shown(whole));
    expect(report.result).toBe(whole.result);
    const unreadSlices = report.coverage.filter(({ why = '' }) => why.includes('403'));
    expect(unreadSlices.length).toBeGreaterThanOrEqual(kinds.includes('health') ? 1 : 0);
  });

  test('to the health of backends a finding says that it is not verified, and what it takes', async () => {
    const { report } = await audited(denied(article(), 'health'));
    const starved = report.findings.find(({ rule }) => rule === 'traffic/starved-endpoints');
    expect(starved?.message).toContain('Not verified against Azure');
    expect(starved?.notVerified).toContain('Evenkeel Health Reader');
    expect(report.unknown).toContainEqual(
      expect.objectContaining({
        rule: 'traffic/probe-disagrees',
        why: expect.stringContaining('not verified'),
      }),
    );
  });
});
