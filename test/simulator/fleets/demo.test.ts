import { beforeAll, describe, expect, test } from '@jest/globals';
import { families } from '../../../scripts/rules/families.ts';
import type { ClusterReport } from '../../../shared/report/report.ts';
import { demoFleet } from '../../../simulator/fleets/demo.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { silentServices } from '../../support/silent-services.ts';
import { auditFleet } from '../audit.ts';

type Reports = ReadonlyMap<string, ClusterReport>;

async function audited(step: 0 | 1): Promise<Reports> {
  const { clusters, problems } = await auditFleet(createSimulator({ fleet: demoFleet(step) }));
  expect(problems).toEqual([]);
  return new Map(clusters.map((cluster) => [cluster.name, cluster]));
}

let first: Reports;
let second: Reports;
beforeAll(async () => {
  [first, second] = await Promise.all([audited(0), audited(1)]);
});

function found(reports: Reports, cluster: string): readonly string[] {
  return (reports.get(cluster)?.findings ?? []).map(
    ({ rule, subject }) => `${rule} ${subject.name}`,
  );
}

/** Shares of a Service's first port in the order of its endpoints, largest first. */
function shares(reports: Reports, cluster: string, service: string): readonly number[] {
  const report = reports.get(cluster)?.services.find(({ name }) => name === service);
  return (report?.ports[0]?.endpoints ?? [])
    .map(({ share }) => share ?? Number.NaN)
    .toSorted((a, b) => b - a);
}

test('a bad verdict is never silent', () => {
  const reports = [...first.values(), ...second.values()];
  expect(reports.flatMap(silentServices)).toEqual([]);
});

const third = 1 / 3;

test.each([
  ['echo-1-local', 'echo-service', [1, 0, 0]],
  ['echo-2-cluster', 'echo-service', [third, third, third]],
  ['echo-3-pinned', 'echo-service', [third, third, third]],
  ['shop-prod', 'web', [third, third, third]],
  ['checkout-prod', 'web', [0.5, 0.5, 0, 0]],
  ['search-prod', 'query', [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]],
  ['payments-prod', 'gateway', [0.5, 0.5, 0]],
  ['ingress-hub', 'gateway', [third, third, third]],
  ['batch-vms', 'submit', [third, third, third]],
  ['data-auto', 'query', [third, third, third]],
  ['games-prod', 'lobby', [0.5, 0.5, 0]],
  ['ml-train', 'predict', [third, third, third]],
  ['intranet-eu', 'portal', [0.2, 0.2]],
  ['telemetry-eu', 'collector', [third, third, third]],
])('%s: who gets what of %s', (cluster, service, expected) => {
  const got = shares(first, cluster, service);
  expect(got).toHaveLength(expected.length);
  for (const [at, share] of expected.entries()) expect(got[at]).toBeCloseTo(share, 10);
});

test.each([
  ['echo-1-local', 'traffic/starved-endpoints echo-service'],
  ['echo-1-local', 'placement/user-pods-on-system-pool system'],
  ['echo-2-cluster', 'traffic/source-ip-hidden echo-service'],
  ['echo-3-pinned', 'load-balancer/availability-set-retired pool-1'],
  ['checkout-prod', 'traffic/starved-endpoints web'],
  ['search-prod', 'traffic/uneven-share query'],
  ['payments-prod', 'traffic/starved-endpoints gateway'],
  ['games-prod', 'traffic/starved-endpoints lobby'],
  ['games-prod', 'probe/http-root-path chat'],
  ['games-prod', 'service/sync-failed beta'],
  ['ml-train', 'placement/daemonset-missing-nodes node-logger'],
  ['ml-train', 'placement/unschedulable trainer'],
  ['ingress-hub', 'outbound/snat-ports-exhausted ingress-hub'],
  ['intranet-eu', 'traffic/lost-connections portal'],
  ['intranet-eu', 'probe/overrides-local-health-check portal'],
  ['intranet-eu', 'service/internal-annotation-misspelled admin'],
  ['intranet-eu', 'network/nsg-blocks-service admin'],
  ['intranet-eu', 'probe/closed-port sso'],
  ['intranet-eu', 'network/policy-blocks-clients reports'],
  ['ml-train', 'service/rule-drift embed'],
  ['ml-train', 'load-balancer/leftover-rule kubernetes'],
  ['ml-train', 'probe/proxy-protocol-neighbour feedback'],
  ['partner-edge', 'network/nsg-blocks-service exchange'],
  ['partner-edge', 'network/nsg-blocks-probe exchange'],
  ['telemetry-eu', 'outbound/automatic-ports-step telemetry-eu'],
  ['telemetry-eu', 'placement/unknown-node-label collector'],
  ['telemetry-eu', 'placement/untolerated-taint collector'],
])('%s shows %s', (cluster, finding) => {
  expect(found(first, cluster)).toContain(finding);
});

const clean = ['shop-prod', 'batch-vms', 'data-auto'];

test('the healthy clusters have nothing to report', () => {
  for (const cluster of clean) expect([cluster, found(first, cluster)]).toEqual([cluster, []]);
  expect(first.get('shop-prod')?.unknown).toEqual([]);
});

test('every family of rules has something to report', () => {
  const shown = new Set(
    [...first.values()].flatMap(({ findings }) =>
      findings.map(({ rule }) => rule.slice(0, rule.indexOf('/'))),
    ),
  );
  expect([...shown].toSorted()).toEqual([...families.keys()].toSorted());
});

test('no more clusters than fit a screen', () => {
  expect(first.size).toBeLessThanOrEqual(20);
});

test.each([
  ['vault-private', ['nodes', 'services'], 'ENOTFOUND'],
  ['lab-stopped', ['nodes', 'services'], 'ENOTFOUND'],
  ['crm-no-entra', ['nodes', 'services'], 'no way in'],
  ['finance-denied', ['nodes'], '403'],
  ['media-partial', ['pendingPods', 'serviceEvents'], '403'],
])('%s does not give %s: %s', (cluster, slices, why) => {
  const coverage = new Map<string, unknown>(
    first.get(cluster)?.coverage.map((each) => [each.slice, each]),
  );
  for (const slice of slices)
    expect(coverage.get(slice)).toMatchObject({
      state: 'unread',
      why: expect.stringContaining(why),
    });
  expect(coverage.get('loadBalancers')).toMatchObject({ state: 'read' });
});

describe('from the first run to the second', () => {
  test('something is new', () => {
    expect(found(second, 'batch-vms')).toContain('traffic/starved-endpoints submit');
  });

  test('something is resolved', () => {
    expect(found(second, 'search-prod')).toEqual([]);
  });

  test('a cluster no longer answers', () => {
    expect(second.get('checkout-prod')).toMatchObject({
      result: 'partial',
      reason: expect.stringContaining('ECONNRESET'),
    });
  });

  test('the rest is as it was', () => {
    const changed = ['batch-vms', 'search-prod', 'checkout-prod'];
    expect([...second.keys()]).toEqual([...first.keys()]);
    const same = [...first.keys()].filter((name) => !changed.includes(name));
    for (const name of same) expect(second.get(name)).toEqual(first.get(name));
  });
});
