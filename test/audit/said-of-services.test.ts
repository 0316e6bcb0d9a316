import { describe, expect, test } from '@jest/globals';
import { auditSnapshot } from '../../shared/audit/audit-snapshot.ts';
import { observedState } from '../../shared/audit/observed-state.ts';
import { nothingBefore } from '../../shared/findings/index.ts';
import { render, type Report } from '../../shared/report/index.ts';
import {
  azure,
  cluster,
  endpoint,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  bothPorts,
  service,
  slice,
  workload,
  type SnapshotChanges,
} from '../builders/index.ts';
import { report } from '../report/builders.ts';

function audited(given: SnapshotChanges): Report {
  return report([auditSnapshot({ snapshot: cluster(given), coverage: [] })]);
}

function serviceOf({ clusters }: Report) {
  return clusters[0]?.services[0];
}

const formats = ['text', 'markdown', 'html', 'json', 'openmetrics'] as const;

/** Every format, blanks folded. */
function texts(given: Report): Readonly<Record<(typeof formats)[number], string>> {
  const all = formats.map((each) => [each, render(given, each).replaceAll(/\s+/gu, ' ')] as const);
  return Object.fromEntries(all) as Record<(typeof formats)[number], string>;
}

const nodes = [node('user-0'), node('user-1')];
const pods = [endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')];

/** `shop/web` on two ports, of which the second or both are to have no rule. */
function closed(...ports: readonly number[]): SnapshotChanges {
  return {
    nodes,
    services: [
      service({
        ports: [port80, port443],
        annotations: azure(
          Object.fromEntries(ports.map((port) => [`port_${port}_no_lb_rule`, 'true'])),
        ),
      }),
    ],
    endpointSlices: [slice(pods, { ports: bothPorts })],
    loadBalancers: [
      loadBalancer({
        members: nodes.map(nicMember),
        ports: [80, 443].filter((port) => !ports.includes(port)).map((port) => ({ port })),
      }),
    ],
  };
}

describe('a port that the annotation no_lb_rule closes', () => {
  test('is said to be closed on purpose, and makes nothing of its Service look bad', () => {
    const given = audited(closed(443));
    const [open, shut] = serviceOf(given)?.ports ?? [];
    expect([open?.verdict, open?.disabled]).toEqual(['even', undefined]);
    expect([shut?.verdict, shut?.disabled]).toEqual(['none', true]);
    expect(shut?.endpoints.map(({ because, cause }) => [because, cause])).toEqual([
      ['no-rule', 'rule-disabled'],
      ['no-rule', 'rule-disabled'],
    ]);
    const said = texts(given);
    expect(said.text).toContain('port_443_no_lb_rule');
    for (const format of ['text', 'markdown', 'html'] as const) {
      expect(said[format]).toContain('closed by annotation');
      expect(said[format].includes('nothing takes these connections')).toBe(false);
    }
    expect(said.html.includes('badge none')).toBe(false);
    expect(said.openmetrics).not.toMatch(/port="443"/u);
    expect(observedStateOf(given).bad).toBeUndefined();
  });

  test('leaves a Service without open ports closed, not even', () => {
    const said = texts(audited(closed(80, 443)));
    expect(said.html).toContain('1 Service is closed by annotation.');
    expect(said.html).not.toContain('Traffic is balanced');
    expect(said.text).not.toMatch(/no traffic/u);
  });

  test('is one with a fault where its rule is only missing', () => {
    const given = closed(443);
    const said = texts(audited({ ...given, services: [service({ ports: [port80, port443] })] }));
    expect(said.text).toContain('no traffic');
    expect(said.text).not.toContain('closed by annotation');
  });
});

function observedStateOf({ clusters: [first] }: Report) {
  if (first === undefined) throw new Error('no cluster');
  return observedState(first, nothingBefore, '2026-11-23T06:00:00Z');
}

/** Three pods by zone: a node for each of the zones. */
function zonal(...zones: readonly number[]): SnapshotChanges {
  const here = zones.map((zone, at) =>
    node(`user-${at}`, {
      labels: new Map([['topology.kubernetes.io/zone', `westeurope-${zone}`]]),
    }),
  );
  const labelSelector = { matchLabels: new Map([['app', 'web']]), matchExpressions: [] };
  return {
    nodes: here,
    endpointSlices: [slice(here.map(({ name }, at) => endpoint(`web-5d4f-aaaa${at}`, name)))],
    loadBalancers: [loadBalancer({ members: here.map(nicMember) })],
    deployments: [
      workload({
        replicas: 3,
        spec: {
          topologySpread: [
            {
              maxSkew: 1,
              topologyKey: 'topology.kubernetes.io/zone',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector,
              nodeAffinityPolicy: 'Honor',
              nodeTaintsPolicy: 'Ignore',
            },
          ],
        },
      }),
    ],
  };
}

describe('a spread that ends with a zone', () => {
  test('is said beside its Service, without a finding', () => {
    const given = audited(zonal(1, 2, 3));
    expect(given.clusters[0]?.findings.map(({ rule }) => rule)).not.toContain(
      'placement/spread-not-enforced',
    );
    const said = 'the 3 pods of shop/web are on different nodes while all zones are up';
    expect(serviceOf(given)?.spread).toBe(said);
    for (const format of ['text', 'html', 'json'] as const)
      expect(texts(given)[format]).toContain(said);
  });

  test('is not said where a zone more may go, or where the rule speaks', () => {
    expect(serviceOf(audited(zonal(1, 2, 3, 4)))?.spread).toBeUndefined();
    expect(serviceOf(audited(zonal(1, 2)))?.spread).toBeUndefined();
  });
});
