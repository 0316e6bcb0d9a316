import { describe, expect, test } from '@jest/globals';
import { removalText } from '../../shared/report/migration/entering.ts';
import { entryText } from '../../shared/report/migration/words.ts';
import type { ClusterReport, PortReport } from '../../shared/report/report.ts';
import type { Migration, MigrationHost } from '../../shared/traffic/index.ts';

const side = { routes: [], paths: ['/'], backends: [], lost: 0 };
const both: MigrationHost = {
  host: 'shop.example.com',
  state: 'both',
  old: side,
  new: side,
  missingPaths: [],
};
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

/** An entry point whose Service has a port for each of these. */
function entryOf(ports: readonly Partial<PortReport>[]): string {
  const services = [{ namespace: 'web', name: 'nginx', ports }];
  return entryText({ services } as unknown as ClusterReport, old);
}

describe('the verdict of an entry point', () => {
  test.each([
    { name: 'even', ports: [{ verdict: 'even' }], text: 'even' },
    {
      name: 'one that starves',
      ports: [{ verdict: 'even' }, { verdict: 'starved' }],
      text: 'pods without traffic',
    },
    {
      name: 'one that is not known beside an uneven one',
      ports: [{ verdict: 'uneven' }, { verdict: 'unknown' }],
      text: 'unknown',
    },
    {
      name: 'closed by annotation',
      ports: [{ verdict: 'none', disabled: true }],
      text: 'closed by annotation',
    },
    { name: 'no port', ports: [], text: 'unknown' },
  ] as const)('$name: that of its Service elsewhere in the report', ({ ports, text }) => {
    expect(entryOf(ports)).toBe(
      `IngressClass nginx (NGINX) behind web/nginx: ${text}, connections not measured`,
    );
  });
});

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
    [
      'a host that is not among those listed',
      [quiet],
      { hostCount: 1_001, counts: { onOld: 1_001, toMove: 1, failing: 0, unjudged: 0 } },
      /^Not ready to remove: 1 host/u,
    ],
    [
      'requests that fail on the new side',
      [quiet],
      { hosts: [{ ...both, new: { ...side, lost: 1 } }] },
      /^Not ready to remove: requests for 1 host fail on the new side/u,
    ],
    [
      'requests that fail on both sides alike',
      [quiet],
      { hosts: [{ ...both, old: { ...side, lost: 1 }, new: { ...side, lost: 1 } }] },
      /^Ready to remove/u,
    ],
    [
      'a new side of which it is not known whether it answers',
      [quiet],
      { hosts: [{ ...both, new: { routes: [], paths: [], backends: [] } }] },
      /^No connection has entered .*not known for 1 host/u,
    ],
    [
      'no host left, and nothing measured',
      [undefined],
      { hosts: [], hostCount: 0 },
      /^No host is left on the old side\. Whether connections/u,
    ],
    ['no host left', [quiet], { hosts: [], hostCount: 0 }, /^Ready to remove: no host is left/u],
  ] as const)('%s', (_, traffic, changes, text) => {
    expect(textOf(traffic, changes)).toMatch(text);
  });
});
