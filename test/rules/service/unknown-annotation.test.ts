import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { unknownAnnotation } from '../../../shared/rules/service/unknown-annotation.ts';
import { unreadAnnotations } from '../../../shared/facts/unread-annotations.ts';
import {
  knownAnnotations,
  knownPortAnnotations,
  type AnnotationValues,
} from '../../../shared/load-balancing/index.ts';
import type { LoadBalancerService } from '../../../shared/model/index.ts';
import {
  azure,
  cluster,
  port443,
  port80,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const prefix = 'service.beta.kubernetes.io/';
const low = { subject: 'Service shop/web', severity: 'low' } as const;
const unknownName = { ...low, causes: ['unknown-name'] } as const;
const unknownPort = { ...low, causes: ['unknown-port'] } as const;

function web(
  annotations: Readonly<Record<string, string>>,
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return { services: [service({ annotations: azure(annotations), ...changes })] };
}

const every = Object.fromEntries([
  ...knownAnnotations.map(({ name, values }) => [name, valueOf(values)]),
  ...knownPortAnnotations.map(({ name, values }) => [`port_80_${name}`, valueOf(values)]),
]);

function valueOf(values: AnnotationValues): string {
  if (values.kind === 'flag') return 'True';
  return values.kind === 'one-of' ? (values.values[0] ?? '') : 'x';
}

describeRule(unknownAnnotation, {
  fires: [
    {
      name: 'a typo',
      given: web({ 'azure-load-balancr-tcp-idle-timeout': '10' }),
      finds: [
        {
          ...unknownName,
          evidence: {
            annotations: [
              {
                annotation: `${prefix}azure-load-balancr-tcp-idle-timeout`,
                why: 'unknown-name',
                nearest: `${prefix}azure-load-balancer-tcp-idle-timeout`,
              },
            ],
          },
        },
      ],
    },
    {
      name: 'a port that the Service does not have',
      given: web({ port_8080_no_probe_rule: 'true' }),
      finds: [
        {
          ...unknownPort,
          evidence: { annotations: [{ nearest: `${prefix}port_80_no_probe_rule` }] },
        },
      ],
    },
    {
      name: 'a typo in the override of a port',
      given: web({ 'port_80_health-probe_intervall': '10' }),
      finds: [
        {
          ...unknownName,
          evidence: { annotations: [{ nearest: `${prefix}port_80_health-probe_interval` }] },
        },
      ],
    },
    {
      name: 'a typo beside the name of a port, which is read in any letter case',
      given: web({ 'port_80_health-probe_prt': 'HTTP' }),
      finds: [
        {
          ...unknownName,
          evidence: { annotations: [{ nearest: `${prefix}port_80_health-probe_port` }] },
        },
      ],
    },
    {
      name: 'the prefix of another Kubernetes API',
      given: {
        services: [
          service({
            annotations: new Map([['service.kubernetes.io/azure-pip-name', 'front']]),
          }),
        ],
      },
      finds: [
        {
          ...low,
          causes: ['wrong-prefix'],
          evidence: { annotations: [{ nearest: `${prefix}azure-pip-name` }] },
        },
      ],
    },
    {
      name: 'three at once: one finding',
      given: web({ 'azure-pip-nam': 'x', port_81_no_lb_rule: 'true', 'azure-quite-something': '' }),
      finds: [
        {
          ...low,
          causes: ['unknown-name', 'unknown-port'],
          evidence: { annotations: [{}, {}, {}] },
        },
      ],
    },
  ],
  quiet: [
    { name: 'no annotation', given: {} },
    { name: 'every known annotation', given: web(every) },
    {
      name: 'values that mean false, as every flag takes them',
      given: web({
        'azure-load-balancer-internal': 'no',
        'azure-pls-create': '0',
        port_80_no_lb_rule: 'off',
      }),
    },
    {
      name: 'meant to be internal: the Service is public, and that is a finding of its own',
      given: web({ 'azure-loadbalancer-internal': 'true' }),
    },
    {
      name: "another cloud's annotation in a manifest for several",
      given: web({ 'aws-load-balancer-internal': 'true', 'do-loadbalancer-name': 'x' }),
    },
    {
      name: 'our own',
      given: {
        services: [service({ annotations: new Map([['evenkeel.dev/needs-source-ip', 'true']]) })],
      },
    },
    {
      name: "Kubernetes' own",
      given: {
        services: [
          service({ annotations: new Map([['service.kubernetes.io/topology-mode', 'Auto']]) }),
        ],
      },
    },
    {
      name: 'the one name that is read in any letter case',
      given: web({ 'Azure-Load-Balancer-Configurations': 'a' }),
    },
    {
      name: 'the Service is being deleted',
      given: web({ 'azure-pip-nam': 'front' }, { deleting: true }),
    },
    {
      name: 'another controller serves the Service',
      given: web({ 'azure-pip-nam': 'front' }, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    {
      name: 'the health check port of Local has an interval of its own',
      given: web({
        'port_31000_health-probe_interval': '10',
        'port_31000_health-probe_num-of-probe': '3',
      }),
      finds: [],
    },
    {
      name: 'and nothing else',
      given: web({ 'port_31000_health-probe_protocol': 'tcp' }),
      finds: [unknownPort],
    },
    {
      name: 'under Cluster there is no health check port',
      given: web(
        { 'port_31000_health-probe_interval': '10' },
        { externalTrafficPolicy: 'Cluster' },
      ),
      finds: [unknownPort],
    },
    {
      name: 'another letter case of any other name',
      given: web({ 'Azure-pip-name': 'front' }),
      finds: [unknownName],
    },
    {
      name: 'the right one is there beside the wrong one',
      given: web({ 'azure-pip-nam': 'x', 'azure-pip-name': 'y' }),
      finds: [unknownName],
    },
    { name: 'a port by name', given: web({ port_http_no_lb_rule: 'true' }), finds: [unknownName] },
    {
      name: 'nothing is near',
      given: web({ 'azure-x': '' }),
      finds: [{ ...unknownName, evidence: { annotations: [{ annotation: `${prefix}azure-x` }] } }],
    },
    {
      name: 'a key of 300 characters',
      given: web({ [`azure-${'x'.repeat(290)}`]: '' }),
      finds: [unknownName],
    },
  ],
  unknown: [],
});

describe('annotations that the cloud provider of an old cluster does not know yet', () => {
  const of = service({
    annotations: azure({ 'azure-allowed-ip-ranges': '10.0.0.0/8' }),
    ports: [port80, port443],
  });

  test.each([
    { version: '1.28.9', why: ['newer-than-cluster'] },
    { version: '1.29.0', why: [] },
    { version: '1.36.2', why: [] },
    { version: undefined, why: [] },
  ])('azure-allowed-ip-ranges under Kubernetes $version: $why', ({ version, why }) => {
    expect(unreadAnnotations(of, version).map((each) => each.why)).toEqual(why);
  });
});

describe('known mistakes', () => {
  const internal = { 'azure-load-balancer-internal': 'true' };

  test.each<{
    readonly key: string;
    readonly value: string;
    readonly meant?: string;
    readonly note?: RegExp;
    readonly with?: Readonly<Record<string, string>>;
    readonly changes?: Partial<LoadBalancerService>;
  }>([
    {
      key: 'azure-load-balancer-health-probe-port',
      value: '80',
      meant: 'port_80_health-probe_port',
    },
    {
      key: 'azure-load-balancer-health-probe-port',
      value: '9',
      meant: 'port_80_health-probe_port',
    },
    { key: 'azure-load-balancer-health-probe-port', value: 'tcp', note: /set per port/u },
    {
      key: 'azure-load-balancer-health-probe-port',
      value: '443',
      changes: { ports: [port80, port443] },
      meant: 'port_443_health-probe_port',
    },
    {
      key: 'azure-load-balancer-health-probe-port',
      value: '8080',
      changes: { ports: [port80, port443] },
      note: /set per port/u,
    },
    {
      key: 'azure-load-balancer-health-probe-port',
      value: '80',
      changes: { externalTrafficPolicy: 'Local' },
      note: /health check node port/u,
    },
    { key: 'azure-load-balancer-pip-name', value: 'front', meant: 'azure-pip-name' },
    { key: 'azure-load-balancer-pip-name', value: '20.1.2.3', meant: 'azure-load-balancer-ipv4' },
    { key: 'azure-load-balancer-pip-name', value: '/subscriptions/x' },
    { key: 'azure-load-balancer-static-ip', value: '10.0.0.4', meant: 'azure-load-balancer-ipv4' },
    { key: 'azure-load-balancer-static-ip', value: 'fd00::4', meant: 'azure-load-balancer-ipv6' },
    { key: 'azure-load-balancer-static-ip', value: 'front' },
    { key: 'azure-load-balancer-sku', value: 'Standard', note: /per cluster/u },
    { key: 'azure-load-balancer-subnet', value: 'apps', note: /only an internal Service/u },
    {
      key: 'azure-load-balancer-subnet',
      value: 'apps',
      with: internal,
      meant: 'azure-load-balancer-internal-subnet',
    },
    { key: 'azure-load-balancer-mixed-protocols', value: 'true', note: /TCP and UDP/u },
    { key: 'azure-shared-securityrule', value: 'true', note: /obsolete/u },
    {
      key: 'azure-load-balancer-idle-timeout',
      value: '15',
      meant: 'azure-load-balancer-tcp-idle-timeout',
    },
    { key: 'azure-load-balancer-idle-timeout', value: '15m' },
    {
      key: 'azure-load-balancer-health-probe-path',
      value: '/ready',
      meant: 'azure-load-balancer-health-probe-request-path',
    },
    { key: 'azure-load-balancer-health-probe-protocl', value: '8080' },
    {
      key: 'azure-load-balancer-health-probe-protocl',
      value: 'HTTP',
      meant: 'azure-load-balancer-health-probe-protocol',
    },
    { key: 'azure-__proto__', value: 'x' },
    { key: 'azure-constructor', value: 'x' },
  ])('$key: $value -> $meant', ({ key, value, meant, note, with: others, changes }) => {
    const annotations = azure({ ...others, [key]: value });
    const [found, ...rest] = unreadAnnotations(
      service({ ports: [port80], externalTrafficPolicy: 'Cluster', ...changes, annotations }),
      '1.34.1',
    );
    expect(rest).toEqual([]);
    expect(found?.meant).toBe(meant === undefined ? undefined : prefix + meant);
    expect(found?.note ?? '').toMatch(note ?? /^$/u);
  });
});

describe('values that the cloud provider does not take', () => {
  test.each([
    { key: 'azure-pls-create', value: 'yes', note: /counts as false/u },
    { key: 'azure-disable-load-balancer-floating-ip', value: ' true', note: /counts as false/u },
    { key: 'port_80_no_probe_rule', value: '1', note: /counts as false/u },
    { key: 'azure-load-balancer-internal', value: 'perhaps', note: /only true counts/u },
    { key: 'azure-load-balancer-health-probe-protocol', value: 'grpc', note: /fall back to tcp/u },
    { key: 'azure-pls-create', value: 'TRUE', note: undefined },
    { key: 'azure-load-balancer-internal', value: 'yes', note: undefined },
    { key: 'azure-load-balancer-health-probe-protocol', value: ' Https ', note: undefined },
  ])('$key: "$value"', ({ key, value, note }) => {
    const [found] = unreadAnnotations(service({ annotations: azure({ [key]: value }) }), '1.34.1');
    expect(found?.why).toBe(note === undefined ? undefined : 'unknown-value');
    expect(found?.note ?? '').toMatch(note ?? /^$/u);
  });
});

test.each([
  { key: 'azure-pip-name', why: 'wrong-prefix' },
  { key: 'beta.kubernetes.io/azure-pip-name', why: 'wrong-prefix' },
  { key: 'service.alpha.kubernetes.io/azure-pip-name', why: 'wrong-prefix' },
  { key: 'Service.Beta.Kubernetes.io/azure-pip-name', why: 'wrong-prefix' },
  { key: 'example.com/azure-pip-name', why: 'wrong-prefix' },
  { key: `${prefix}azure-pip-name `, why: 'unknown-name' },
  { key: 'example.com/azure-cost-center', why: undefined },
])('$key: $why', ({ key, why }) => {
  const [found] = unreadAnnotations(service({ annotations: new Map([[key, 'front']]) }), '1.34.1');
  expect(found?.why).toBe(why);
  expect(found?.meant).toBe(why === undefined ? undefined : `${prefix}azure-pip-name`);
});

test('what is corrected takes its value along; which port was meant is left to people', () => {
  const annotations = azure({ 'azure-pip-nam': 'front', port_8080_no_lb_rule: 'true' });
  const outcome = unknownAnnotation.run(cluster({ services: [service({ annotations })] }));
  const fixes = outcome.kind === 'checked' ? outcome.faults.flatMap((fault) => fault.fixes) : [];
  expect(fixes.map(({ steps }) => steps.map(({ text }) => text))).toEqual([
    [
      `kubectl -n shop annotate service web ${prefix}azure-pip-name=front ${prefix}azure-pip-nam- --overwrite`,
    ],
    [`kubectl -n shop annotate service web ${prefix}azure-pip-nam- ${prefix}port_8080_no_lb_rule-`],
  ]);
});

test('the page names every annotation', () => {
  const root = path.join(import.meta.dirname, '..', '..', '..');
  const page = readFileSync(
    path.join(root, 'shared', 'rules', 'service', 'unknown-annotation.md'),
    'utf8',
  );
  const names = [...knownAnnotations, ...knownPortAnnotations].map(({ name }) => name);
  expect(names.filter((name) => !page.includes(`${name}\``))).toEqual([]);
});
