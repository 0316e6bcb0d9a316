import { describe, expect, test } from '@jest/globals';
import { severities } from '../../shared/rules/index.ts';
import {
  auditCase,
  caseFolders,
  found,
  ownCase,
  readCase,
  trafficOf,
  type CaseFile,
} from './case-file.ts';

describe('a case shows what it must', () => {
  test.each(caseFolders())('$name: the cluster, whole', async ({ directory }) => {
    const cluster = await auditCase(directory);
    expect(cluster.result).toBe('complete');
    expect(cluster.unknown.filter(({ rule }) => rule.startsWith('traffic/'))).toEqual([]);
    expect(cluster.id).toBe(readCase(directory).cluster.toLowerCase());
  });

  test.each(caseFolders())('$name: shares and losses', async ({ directory }) => {
    const { traffic } = readCase(directory);
    const given = trafficOf(await auditCase(directory));
    for (const port of Object.keys(traffic)) expect(given[port]).toEqual(expected(traffic, port));
  });

  test.each(caseFolders())('$name: findings', async ({ directory }) => {
    const { mustFind, mustNotFind, maxSeverity } = readCase(directory);
    const { findings } = await auditCase(directory);
    expect(mustFind.filter((each) => !found(findings, each))).toEqual([]);
    expect(findings.filter(({ rule }) => mustNotFind.includes(rule))).toEqual([]);
    const worst = maxSeverity === undefined ? 0 : severities.indexOf(maxSeverity);
    expect(findings.filter(({ severity }) => severities.indexOf(severity) < worst)).toEqual([]);
    const prices = findings.flatMap(({ fixes }) => fixes.map(({ price }) => price));
    expect(prices.filter(saysTwice)).toEqual([]);
  });
});

/** `pods are restarted` beside `pods are restarted and move`. */
function saysTwice(price: readonly string[]): boolean {
  return price.some((one, at) =>
    price.some((other, place) => place !== at && other.startsWith(one)),
  );
}

/** Shares as written to four digits. */
function expected(traffic: CaseFile['traffic'], port: string): unknown {
  const { lost = NaN, share = {} } = traffic[port] ?? {};
  const near = Object.entries(share).map(([pod, each]) => [pod, expect.closeTo(each, 3)]);
  return { lost: expect.closeTo(lost, 3), share: Object.fromEntries(near) };
}

describe('the story of 2019', () => {
  const service = { kind: 'Service', namespace: 'default', name: 'echo-service' };

  test('Local on a Basic load balancer: 100 of 100 go to the pod that slipped onto the system node', async () => {
    const { services, findings } = await auditCase(ownCase('seed-1-basic-local'));
    const port = services[0]?.ports[0];
    expect(port).toMatchObject({ verdict: 'starved', lost: 0, loadBalancer: { sku: 'basic' } });
    const pods = port?.endpoints.map(({ share, nodePool, because, cause }) => ({
      share,
      nodePool,
      because,
      cause,
    }));
    const starved = {
      share: 0,
      nodePool: 'pool-1',
      because: 'node-not-in-backend-pool',
      cause: 'basic-single-vm-set',
    };
    expect(pods).toEqual([{ share: 1, nodePool: 'system' }, starved, starved]);
    expect(findings.filter(({ rule }) => rule.startsWith('traffic/'))).toMatchObject([
      {
        rule: 'traffic/starved-endpoints',
        severity: 'critical',
        subject: service,
        causes: ['basic-single-vm-set'],
      },
    ]);
  });

  test('a finding of the story shows a fix, and what it costs', async () => {
    const { findings } = await auditCase(ownCase('seed-1-basic-local'));
    for (const { rule, fixes } of findings) {
      expect({ rule, fixes: fixes.length }).not.toEqual({ rule, fixes: 0 });
      for (const fix of fixes) expect(fix.price).not.toEqual([]);
    }
  });

  test('Cluster evens it out, and hides the client', async () => {
    const { services, findings } = await auditCase(ownCase('seed-2-basic-cluster'));
    expect(services[0]?.ports[0]).toMatchObject({
      verdict: 'even',
      lost: 0,
      endpoints: [1, 1, 1].map((each) => ({ share: expect.closeTo(each / 3, 9) })),
    });
    expect(findings.filter(({ rule }) => rule.startsWith('traffic/'))).toMatchObject([
      { rule: 'traffic/source-ip-hidden', subject: service },
    ]);
  });

  test('pinned to the pool of its load balancer: even, the client seen, nothing to say of traffic', async () => {
    const { services, findings } = await auditCase(ownCase('seed-3-basic-pinned'));
    expect(services[0]).toMatchObject({ externalTrafficPolicy: 'Local' });
    expect(services[0]?.ports[0]).toMatchObject({
      verdict: 'even',
      lost: 0,
      endpoints: [1, 1, 1].map((each) => ({
        share: expect.closeTo(each / 3, 9),
        nodePool: 'pool-1',
      })),
    });
    expect(findings.filter(({ rule }) => rule.startsWith('traffic/'))).toEqual([]);
  });
});
