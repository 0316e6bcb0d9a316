import { describe, expect, test } from '@jest/globals';
import {
  deletionOf,
  nodePoolChange,
  type NodePoolText,
  type Plan,
  type PortAfter,
} from '../../shared/plan/index.ts';
import { ownCase } from '../engine/case-file.ts';
import { planOf, readCase, savedObjects } from './read-case.ts';

/**
 * What the API server, the scheduler, the controllers and the cloud provider do with a change, by
 * their code and documentation, on whole cases: expectations come from there and not from the plan.
 */

const P = 'service.beta.kubernetes.io/';

type Changes = Parameters<typeof planOf>[1];

function svc(namespace: string, name: string, spec: object, annotations: object = {}): string {
  const metadata = { namespace, name, annotations };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { type: 'LoadBalancer', ...spec },
  });
}

function pool(text: Partial<NodePoolText> & { readonly name: string }) {
  return [valid(nodePoolChange({ taints: [], labels: [], ...text }))];
}

function del(text: string) {
  return [valid(deletionOf(text))];
}

function valid<T>(value: T | string): T {
  if (typeof value === 'string') throw new Error(value);
  return value;
}

interface Template {
  metadata: { labels: Record<string, string>; annotations?: object };
  spec: { containers: Record<string, unknown>[]; affinity?: object };
}

interface Deployment {
  metadata: { name: string };
  spec: { replicas: number; selector: { matchLabels: Record<string, string> }; template: Template };
}

/** A Deployment of the case as a manifest, changed. */
function saved(
  name: string,
  list: string,
  workload: string,
  change: (object: Deployment) => void,
): string {
  const objects = structuredClone(savedObjects(ownCase(name), list)) as unknown as Deployment[];
  const found = objects.find(({ metadata }) => metadata.name === workload);
  if (found === undefined) throw new Error(`${name} has no ${workload}`);
  change(found);
  return JSON.stringify(found);
}

function container({ spec }: Deployment): Record<string, unknown> {
  const [first] = spec.template.spec.containers;
  if (first === undefined) throw new Error('no container');
  return first;
}

function whole(share: number): number {
  return Math.round(share * 100);
}

function afterText(after: PortAfter | undefined): string {
  if (after === undefined) return 'gone';
  if (after.certainty === 'unknown') return 'unknown';
  if (after.certainty === 'range')
    return `${after.best.verdict} to ${after.worst.verdict}, ${whole(after.share.min)} to ${whole(after.share.max)}`;
  const shares = after.endpoints.map(({ share }) => whole(share)).toSorted((a, b) => b - a);
  return `${after.verdict} ${shares.join('/')}`;
}

/** Problems, Services whose traffic changes, and pods that do not come. */
function linesOf({ problems, services, placements }: Plan): readonly string[] {
  return [
    ...problems.map(({ text }) => text),
    ...services.flatMap(({ namespace, name, ports }) =>
      ports.map(({ port, after }) => `${namespace}/${name}:${port} ${afterText(after)}`),
    ),
    ...placements.flatMap(({ notes }) => notes.filter((note) => /rollout|Pending/u.test(note))),
  ];
}

const scenarios: readonly (readonly [string, string, Changes, readonly string[]])[] = [
  [
    'a new image, where old pods keep new ones away',
    'standard-healthy',
    {
      manifests: saved('standard-healthy', 'deployments', 'web', (o) => {
        container(o)['image'] = 'x:2';
      }),
    },
    [
      'the rollout does not finish: 3 old pods keep running',
      'one pod has no node to run on now, and would stay Pending',
    ],
  ],
  [
    'an annotation of the pod template',
    'standard-healthy',
    {
      manifests: saved('standard-healthy', 'deployments', 'web', (o) => {
        o.spec.template.metadata.annotations = { 'kubectl.kubernetes.io/restartedAt': 'now' };
      }),
    },
    [
      'the rollout does not finish: 3 old pods keep running',
      'one pod has no node to run on now, and would stay Pending',
    ],
  ],
  [
    'an environment variable',
    'standard-healthy',
    {
      manifests: saved('standard-healthy', 'deployments', 'web', (o) => {
        container(o)['env'] = [{ name: 'A', value: 'b' }];
      }),
    },
    [
      'the rollout does not finish: 3 old pods keep running',
      'one pod has no node to run on now, and would stay Pending',
    ],
  ],
  [
    'a pool that loses two of three nodes',
    'standard-healthy',
    { nodePools: pool({ name: 'web', count: 1 }) },
    ['shop/web:80 even 100', '2 pods have no node to run on now, and would stay Pending'],
  ],
  [
    'type LoadBalancer that becomes ClusterIP',
    'standard-healthy',
    { manifests: svc('shop', 'web', { type: 'ClusterIP', ports: [{ name: 'http', port: 80 }] }) },
    ['shop/web:80 gone'],
  ],
  [
    'type ClusterIP that becomes LoadBalancer',
    'ingress-migration',
    { manifests: svc('web', 'shop', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }) },
    ['web/shop:80 even 33/33/33'],
  ],
  [
    'loadBalancerClass of a Service that exists',
    'standard-healthy',
    {
      manifests: svc('shop', 'web', {
        loadBalancerClass: 'x/y',
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    ['Service shop/web: spec.loadBalancerClass cannot change; delete and recreate the Service'],
  ],
  [
    'a node port of another Service',
    'probe-mismatch',
    { manifests: svc('shop', 'web', { ports: [{ name: 'http', port: 80, nodePort: 30252 }] }) },
    ['Service shop/web: nodePort 30252 is already allocated to Service shop/edited'],
  ],
  [
    'the selector of a Deployment',
    'standard-healthy',
    {
      manifests: saved('standard-healthy', 'deployments', 'web', (o) => {
        o.spec.selector.matchLabels['app'] = 'b';
        o.spec.template.metadata.labels['app'] = 'b';
      }),
    },
    ['Deployment shop/web: spec.selector cannot change; delete and recreate the Deployment'],
  ],
  [
    'an address that is no public IP',
    'standard-healthy',
    {
      manifests: svc('shop', 'web', {
        loadBalancerIP: '20.1.2.3',
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    ['shop/web:80 even 33/33/33'],
  ],
  [
    'a public IP by a name that does not exist',
    'standard-healthy',
    {
      manifests: svc(
        'shop',
        'web',
        { ports: [{ name: 'http', port: 80 }] },
        { [P + 'azure-pip-name']: 'nope' },
      ),
    },
    ['shop/web:80 even 33/33/33'],
  ],
  [
    'a host port and a fourth replica',
    'standard-healthy',
    {
      manifests: saved('standard-healthy', 'deployments', 'web', (o) => {
        container(o)['ports'] = [{ containerPort: 8080, hostPort: 8080 }];
        o.spec.replicas = 4;
      }),
    },
    [
      'the rollout does not finish: 3 old pods keep running',
      '2 pods have no node to run on now, and would stay Pending',
    ],
  ],
  [
    'a namespace that does not exist',
    'standard-healthy',
    {
      manifests: svc('nowhere', 'web', {
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    ['Service nowhere/web: the cluster has no such namespace, and no manifest creates it'],
  ],
  [
    'a shared address with a port that is taken',
    'service-settings',
    {
      manifests: svc('shop', 'new', {
        loadBalancerIP: '20.50.200.10',
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    ['shop/new:80 none 0/0/0'],
  ],
  [
    'a shared address with a port of its own',
    'service-settings',
    {
      manifests: svc('shop', 'new', {
        loadBalancerIP: '20.50.200.10',
        externalTrafficPolicy: 'Local',
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 8080 }],
      }),
    },
    ['shop/new:8080 even 33/33/33'],
  ],
  [
    'PreferDualStack where there is one family',
    'standard-healthy',
    {
      manifests: svc('shop', 'web', {
        ipFamilyPolicy: 'PreferDualStack',
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    [],
  ],
  [
    'RequireDualStack where there is one family',
    'standard-healthy',
    {
      manifests: svc('shop', 'web', {
        ipFamilyPolicy: 'RequireDualStack',
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    ['Service shop/web: RequireDualStack needs a dual-stack cluster, and this one has IPv4 alone'],
  ],
  [
    'a Pod that a Service selects',
    'standard-healthy',
    {
      manifests: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'shop', name: 'x', labels: { app: 'web' } },
        spec: { containers: [{ name: 'a', image: 'b' }] },
      }),
    },
    ['shop/web:80 unknown'],
  ],
  [
    'two ports without names',
    'standard-healthy',
    {
      manifests: svc('shop', 'web2', {
        selector: { app: 'web' },
        ports: [{ port: 80 }, { port: 81 }],
      }),
    },
    ['Service shop/web2: each of several ports needs a name in spec.ports'],
  ],
  [
    'a traffic policy on ClusterIP',
    'standard-healthy',
    {
      manifests: svc('shop', 'web2', {
        type: 'ClusterIP',
        externalTrafficPolicy: 'Local',
        selector: { app: 'web' },
        ports: [{ port: 80 }],
      }),
    },
    [
      'Service shop/web2: spec.externalTrafficPolicy is for type LoadBalancer and NodePort, not ClusterIP',
    ],
  ],
  [
    'a node port out of range',
    'standard-healthy',
    {
      manifests: svc('shop', 'web2', {
        selector: { app: 'web' },
        ports: [{ port: 80, nodePort: 80 }],
      }),
    },
    ['Service shop/web2: nodePort 80 is not in the range 30000-32767'],
  ],
  [
    'a NoExecute taint on the only pool that fits',
    'standard-uneven-local',
    { nodePools: pool({ name: 'web', taints: ['a=b:NoExecute'] }) },
    ['shop/web:80 none ', '3 pods have no node to run on now, and would stay Pending'],
  ],
  [
    'a soft taint',
    'standard-uneven-local',
    { nodePools: pool({ name: 'web', taints: ['a=b:PreferNoSchedule'] }) },
    [],
  ],
  [
    'a taint less on the system pool',
    'standard-healthy',
    { nodePools: pool({ name: 'system', taints: ['CriticalAddonsOnly-'] }) },
    [],
  ],
  [
    'a primary pool scaled to zero',
    'several-load-balancers',
    { nodePools: pool({ name: 'pay', count: 0 }) },
    [
      'a-b/c:80 unknown',
      'a/b-c:81 unknown',
      'payments/gateway:80 none ',
      'payments/ledger:80 even 50/50',
      'shop/web:80 even 33/33/33',
      '3 pods have no node to run on now, and would stay Pending',
    ],
  ],
  [
    'a pool scaled to zero whose pods find others',
    'several-load-balancers',
    { nodePools: pool({ name: 'user', count: 0 }) },
    [
      'a-b/c:80 unknown',
      'a/b-c:81 unknown',
      'payments/gateway:80 even 33/33/33',
      'portal/web:80 even 33/33/33',
      'shop/lost:80 none 0/0',
      'shop/typo:80 none 0/0',
      'shop/web:80 even 33/33/33',
    ],
  ],
  [
    'a new pool beside several load balancers',
    'several-load-balancers',
    { nodePools: pool({ name: 'fresh', count: 2 }) },
    ['a-b/c:80 unknown', 'a/b-c:81 unknown', 'payments/gateway:80 even 33/33/33'],
  ],
  [
    'a deletion that takes its public IP with it',
    'service-settings',
    { deletions: del('svc/shop/front') },
    ['shop/front:80 gone'],
  ],
  [
    'Cluster that becomes Local',
    'standard-taints',
    {
      manifests: svc('shop', 'web', {
        externalTrafficPolicy: 'Local',
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    ['shop/web:80 even 17/17/17/17/17/17'],
  ],
  [
    'Local that becomes Cluster, several load balancers',
    'several-load-balancers',
    {
      manifests: svc('shop', 'web', {
        externalTrafficPolicy: 'Cluster',
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    ['shop/web:80 even 33/33/33'],
  ],
  [
    'the internal annotation removed',
    'backend-drift',
    {
      manifests: svc(
        'shop',
        'api',
        { ports: [{ name: 'http', port: 80 }] },
        { [P + 'azure-load-balancer-internal']: null },
      ),
    },
    ['dns/resolver:53 even 50/50', 'shop/api:80 even 50/50'],
  ],
  [
    'the internal annotation added',
    'standard-healthy',
    {
      manifests: svc(
        'shop',
        'web',
        { ports: [{ name: 'http', port: 80 }] },
        { [P + 'azure-load-balancer-internal']: 'true' },
      ),
    },
    ['shop/web:80 even 33/33/33'],
  ],
  [
    'a probe port where nothing listens',
    'probe-mismatch',
    {
      manifests: svc(
        'shop',
        'web',
        { ports: [{ name: 'http', port: 80 }] },
        { [P + 'port_80_health-probe_port']: '9999' },
      ),
    },
    ['shop/web:80 none 0/0/0'],
  ],
  [
    'a mode annotation on Standard',
    'standard-healthy',
    {
      manifests: svc(
        'shop',
        'web',
        { ports: [{ name: 'http', port: 80 }] },
        { [P + 'azure-load-balancer-mode']: 'x' },
      ),
    },
    ['shop/web:80 even 33/33/33'],
  ],
  [
    'a port that is renamed',
    'standard-healthy',
    { manifests: svc('shop', 'web', { ports: [{ name: 'web', port: 80 }] }) },
    ['shop/web:80 even 33/33/33'],
  ],
  [
    'a port more',
    'standard-healthy',
    {
      manifests: svc('shop', 'web', {
        ports: [
          { name: 'http', port: 80 },
          { name: 'tls', port: 443 },
        ],
      }),
    },
    ['shop/web:80 even 33/33/33', 'shop/web:443 even 33/33/33'],
  ],
  [
    'a selector that selects nothing',
    'standard-healthy',
    {
      manifests: svc('shop', 'web', {
        selector: { version: '2' },
        ports: [{ name: 'http', port: 80 }],
      }),
    },
    ['shop/web:80 none '],
  ],
  [
    'required affinity to its own pods',
    'standard-healthy',
    {
      manifests: saved('standard-healthy', 'deployments', 'web', (o) => {
        o.spec.template.spec.affinity = {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'kubernetes.io/hostname',
                labelSelector: { matchLabels: { app: 'web' } },
              },
            ],
          },
        };
      }),
    },
    [
      'the rollout does not finish: 3 old pods keep running',
      'one pod has no node to run on now, and would stay Pending',
    ],
  ],
  [
    'a new DaemonSet and its Service',
    'standard-taints',
    {
      manifests:
        JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          metadata: { namespace: 'shop', name: 'edge' },
          spec: {
            selector: { matchLabels: { app: 'edge' } },
            template: {
              metadata: { labels: { app: 'edge' } },
              spec: { containers: [{ name: 'a', image: 'b' }] },
            },
          },
        }) +
        '\n---\n' +
        svc('shop', 'edge', {
          externalTrafficPolicy: 'Local',
          selector: { app: 'edge' },
          ports: [{ port: 80 }],
        }),
    },
    ['shop/edge:80 even 33/33/33'],
  ],
  [
    'two replicas less',
    'standard-uneven-local',
    {
      manifests: saved('standard-uneven-local', 'deployments', 'web', (o) => {
        o.spec.replicas = 1;
      }),
    },
    ['shop/web:80 even 100'],
  ],
  [
    'two replicas more',
    'standard-uneven-local',
    {
      manifests: saved('standard-uneven-local', 'deployments', 'web', (o) => {
        o.spec.replicas = 5;
      }),
    },
    ['shop/web:80 even to uneven, 13 to 50'],
  ],
  [
    'a request that no node can serve',
    'standard-healthy',
    {
      manifests: saved('standard-healthy', 'deployments', 'web', (o) => {
        container(o)['resources'] = { requests: { cpu: '64' } };
      }),
    },
    [
      'the rollout does not finish: 3 old pods keep running',
      'one pod has no node to run on now, and would stay Pending',
    ],
  ],
  [
    'a new image without constraints',
    'standard-uneven-local',
    {
      manifests: saved('standard-uneven-local', 'deployments', 'web', (o) => {
        container(o)['image'] = 'x:2';
      }),
    },
    ['shop/web:80 even to uneven, 25 to 50'],
  ],
  [
    'a new image after a NoSchedule taint',
    'standard-uneven-local',
    {
      manifests: saved('standard-uneven-local', 'deployments', 'web', (o) => {
        container(o)['image'] = 'x:2';
      }),
      nodePools: pool({ name: 'web', taints: ['a=b:NoSchedule'] }),
    },
    [
      'the rollout does not finish: 3 old pods keep running',
      'one pod has no node to run on now, and would stay Pending',
    ],
  ],
  [
    'a new pool and a workload pinned to it',
    'standard-healthy',
    {
      manifests: saved('standard-healthy', 'deployments', 'web', (o) => {
        Object.assign(o.spec.template.spec, {
          nodeSelector: { tier: 'new' },
          topologySpreadConstraints: null,
        });
      }),
      nodePools: pool({ name: 'fresh', count: 3, labels: ['tier=new'] }),
    },
    ['shop/web:80 even to uneven, 25 to 50'],
  ],
  [
    'a deleted Deployment',
    'standard-healthy',
    { deletions: del('deploy/shop/web') },
    ['shop/web:80 none '],
  ],
  [
    'the exclude label on a pool',
    'standard-healthy',
    {
      nodePools: pool({
        name: 'web',
        labels: ['node.kubernetes.io/exclude-from-external-load-balancers=true'],
      }),
    },
    ['shop/web:80 none 0/0/0'],
  ],
];

describe('a change of a whole case', () => {
  test.each(scenarios)('%s (%s)', async (_title, name, changes, expected) => {
    expect(linesOf(await planOf(await readCase(ownCase(name)), changes))).toEqual(expected);
  });
});
