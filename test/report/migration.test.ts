import { describe, expect, test } from '@jest/globals';
import { removalText } from '../../shared/report/migration/entering.ts';
import type { ClusterReport, PortReport } from '../../shared/report/report.ts';
import type { Migration, MigrationHost } from '../../shared/traffic/index.ts';

const both: MigrationHost = { host: 'shop.example.com', state: 'both', missingPaths: [] };
const old = {
  entryPoint: 'IngressClass nginx',
  product: 'NGINX',
  services: [{ namespace: 'web', name: 'nginx' }],
  addresses: [],
};

/** A cluster with one old way in, of which the ports have measured this much. */
function textOf(
  traffic: readonly (PortReport['traffic'] | undefined)[],
  changes: Partial<Migration> = {},
): string {
  const migration: Migration = {
    old: [old],
    new: [],
    hosts: [both],
    hostCount: 1,
    unread: [],
    ...changes,
  };
  const ports = traffic.map((each) => ({ verdict: 'even', ...(each && { traffic: each }) }));
  // Only what the sentence rests on.
  return removalText({
    migration,
    services: [{ namespace: 'web', name: 'nginx', ports }],
  } as unknown as ClusterReport);
}

const quiet = { unit: 'connections', perMinute: 0, day: 0 } as const;

describe('whether the old side can be removed', () => {
  test.each([
    ['no connection in 24 hours', [quiet, quiet], {}, /^Ready to remove/u],
    ['some a week ago', [{ ...quiet, week: 70 }], {}, /^Ready to remove/u],
    ['some in the last day', [quiet, { ...quiet, day: 3 }], {}, /connections still enter/u],
    ['a port that was not measured', [quiet, undefined], {}, /was not measured/u],
    ['fewer than 24 hours', [{ unit: 'connections', perMinute: 0 }], {}, /was not measured/u],
    ['no port at all', [], {}, /was not measured/u],
    ['routes that were not read', [quiet], { unread: ['403'] }, /^Not known/u],
    [
      'hosts on the old side only',
      [quiet],
      { hosts: [{ ...both, state: 'old-only' }] },
      /^Not ready to remove: 1 host/u,
    ],
  ] as const)('%s', (_, traffic, changes, text) => {
    expect(textOf(traffic, changes)).toMatch(text);
  });
});
