import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../shared/policy/index.ts';
import { routing, type Routing } from '../../shared/notify/index.ts';
import type { Finding } from '../../shared/findings/finding.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { cluster, finding } from '../report/builders.ts';

/** Owners with and without a channel, and three routes, as a policy file has them. */
const policyText = `
version: 1
owners:
  shop: { channel: C0SHOPTEAM1, mention: S0SHOPONCALL }
  pay: { channel: C0PAYTEAM01 }
  mute: {}
slack:
  fallback: C0OPS000001
  minSeverity: high
  routes:
    - name: teams
      match: { owner: [shop, pay, mute] }
      to: owner
      continue: true
    - name: prod-net
      match: { severity: [critical], tag: { env: prod }, rule: ["traffic/*", "backend/*"] }
      to: C0NETONCALL
      continue: true
    - name: platform
      to: C0FLEET0001
      minSeverity: medium
`;

function routes(text: string, channel?: string): Routing {
  const parsed = parsePolicy(text, []);
  if (parsed.kind !== 'policy') throw new Error(JSON.stringify(parsed));
  const { slack, owners } = parsed.policy;
  return routing({
    ...(slack !== undefined && { slack }),
    owners,
    ...(channel !== undefined && { channel }),
  });
}

const prod = cluster({ owner: 'shop', tags: { env: 'prod' } });

function told(by: Routing, on: ClusterReport, changes: Partial<Finding>): readonly string[] {
  return by.of({ cluster: on, finding: finding(changes) });
}

function having(by: Routing, on: ClusterReport): readonly string[] {
  return by.targets.filter((target) => by.hasCluster(target, on)).map(({ id }) => id);
}

describe('who hears of a finding', () => {
  const by = routes(policyText);

  test.each<[string, ClusterReport, Partial<Finding>, readonly string[]]>([
    [
      'its team, the network people and the platform',
      prod,
      {},
      ['teams.shop', 'prod-net', 'platform'],
    ],
    [
      'not the network people below critical',
      prod,
      { severity: 'high' },
      ['teams.shop', 'platform'],
    ],
    ['only who wants medium', prod, { severity: 'medium' }, ['platform']],
    ['nobody of what is low', prod, { severity: 'low' }, []],
    [
      'not the network people of another rule',
      prod,
      { rule: 'placement/unschedulable' },
      ['teams.shop', 'platform'],
    ],
    [
      'not the network people of another tag',
      cluster({ owner: 'shop', tags: { env: 'prod2' } }),
      {},
      ['teams.shop', 'platform'],
    ],
    [
      "the namespace's team before the cluster's",
      prod,
      { owner: 'pay' },
      ['teams.pay', 'prod-net', 'platform'],
    ],
    [
      'a team without a channel, by the fallback',
      cluster({ owner: 'mute' }),
      {},
      ['teams.mute', 'platform'],
    ],
    [
      'an owner that no policy knows: as if there were none',
      cluster({ owner: 'evil' }),
      {},
      ['platform'],
    ],
    ['a name that every object has', cluster({ owner: 'constructor' }), {}, ['platform']],
  ])('%s', (_name, on, changes, ids) => {
    expect(told(by, on, changes)).toEqual(ids);
  });

  test('channels and mentions are those of the configuration', () => {
    expect(by.targets.map(({ id, channel, mention }) => [id, channel, mention])).toEqual([
      ['teams.shop', 'C0SHOPTEAM1', 'S0SHOPONCALL'],
      ['teams.pay', 'C0PAYTEAM01', undefined],
      ['teams.mute', 'C0OPS000001', undefined],
      ['teams.unknown', 'C0OPS000001', undefined],
      ['prod-net', 'C0NETONCALL', undefined],
      ['platform', 'C0FLEET0001', undefined],
    ]);
    expect(by.fallback).toBe('C0OPS000001');
    expect(by.targets.map(({ whole }) => whole)).toEqual([false, false, false, false, false, true]);
  });

  test('a cluster as such belongs to its team and to the platform', () => {
    expect(having(by, prod)).toEqual(['teams.shop', 'prod-net', 'platform']);
    expect(having(by, cluster())).toEqual(['platform']);
  });

  test('the first route that matches takes it, unless it says continue', () => {
    const first = routes(policyText.replaceAll('continue: true', 'continue: false'));
    expect(told(first, prod, {})).toEqual(['teams.shop']);
    // A route that does not want this severity does not take it away from the next.
    expect(told(first, prod, { severity: 'medium' })).toEqual(['platform']);
  });

  test('one channel hears once, whatever leads there', () => {
    const same = routes(policyText.replace('C0NETONCALL', 'C0FLEET0001'));
    expect(told(same, prod, {})).toEqual(['teams.shop', 'prod-net']);
  });

  test('routes for everybody with an owner send the rest to the fallback', () => {
    const owners = routes(policyText.replace('match: { owner: [shop, pay, mute] }', 'match: {}'));
    expect(told(owners, cluster(), {})).toEqual(['teams.unknown', 'platform']);
  });
});

describe('without routes', () => {
  test('everything from medium on goes to the channel of the settings', () => {
    const by = routing({ channel: 'C0FLEET0001' });
    expect(by.targets).toMatchObject([{ id: 'fleet', channel: 'C0FLEET0001', whole: true }]);
    expect(told(by, prod, { severity: 'medium' })).toEqual(['fleet']);
    expect(told(by, prod, { severity: 'low' })).toEqual([]);
  });

  test('without a channel there is nobody to tell', () => {
    const by = routing({});
    expect(by.targets).toEqual([]);
    expect(told(by, prod, {})).toEqual([]);
  });

  test('with a fallback only, that is the channel', () => {
    expect(routes('version: 1\nslack: { fallback: C0OPS000001 }').targets).toMatchObject([
      { channel: 'C0OPS000001' },
    ]);
  });
});
