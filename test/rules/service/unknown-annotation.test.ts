import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { unknownAnnotation } from '../../../shared/rules/service/unknown-annotation.ts';
import { unreadAnnotations } from '../../../shared/facts/unread-annotations.ts';
import { knownAnnotations, knownPortAnnotations } from '../../../shared/load-balancing/index.ts';
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
  ...knownAnnotations.map(({ name }) => [name, 'x']),
  ...knownPortAnnotations.map(({ name }) => [`port_80_${name}`, 'x']),
]);

describeRule(unknownAnnotation, {
  fires: [
    {
      name: 'a typo',
      given: web({ 'azure-loadbalancer-internal': 'true' }),
      finds: [
        {
          ...unknownName,
          evidence: {
            annotations: [
              {
                annotation: `${prefix}azure-loadbalancer-internal`,
                why: 'unknown-name',
                nearest: `${prefix}azure-load-balancer-internal`,
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
      name: 'the prefix of another Kubernetes API',
      given: {
        services: [
          service({
            annotations: new Map([['service.kubernetes.io/azure-load-balancer-internal', 'true']]),
          }),
        ],
      },
      finds: [
        {
          ...low,
          causes: ['wrong-prefix'],
          evidence: { annotations: [{ nearest: `${prefix}azure-load-balancer-internal` }] },
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
    { name: 'every known annotation, whatever it holds', given: web(every) },
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
      given: web({ 'azure-loadbalancer-internal': 'true' }, { deleting: true }),
    },
    {
      name: 'another controller serves the Service',
      given: web({ 'azure-loadbalancer-internal': 'true' }, { loadBalancerClass: 'tailscale' }),
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
      given: web({ 'Azure-load-balancer-internal': 'true' }),
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
