import { describe } from '@jest/globals';
import {
  container,
  deletion,
  deployment,
  pool,
  serviceText,
  testChanges,
} from './control-plane.ts';

describe('a change of a workload in a whole case', () => {
  testChanges([
    [
      'a new image, where old pods keep new ones away',
      'standard-healthy',
      {
        manifests: deployment('standard-healthy', (o) => {
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
        manifests: deployment('standard-healthy', (o) => {
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
        manifests: deployment('standard-healthy', (o) => {
          container(o)['env'] = [{ name: 'A', value: 'b' }];
        }),
      },
      [
        'the rollout does not finish: 3 old pods keep running',
        'one pod has no node to run on now, and would stay Pending',
      ],
    ],
    [
      'the selector of a Deployment',
      'standard-healthy',
      {
        manifests: deployment('standard-healthy', (o) => {
          o.spec.selector.matchLabels['app'] = 'b';
          o.spec.template.metadata.labels['app'] = 'b';
        }),
      },
      ['Deployment shop/web: spec.selector cannot change; delete and recreate the Deployment'],
    ],
    [
      'a host port and a fourth replica',
      'standard-healthy',
      {
        manifests: deployment('standard-healthy', (o) => {
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
      'required affinity to its own pods',
      'standard-healthy',
      {
        manifests: deployment('standard-healthy', (o) => {
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
          serviceText('shop', 'edge', {
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
        manifests: deployment('standard-uneven-local', (o) => {
          o.spec.replicas = 1;
        }),
      },
      ['shop/web:80 even 100'],
    ],
    [
      'two replicas more',
      'standard-uneven-local',
      {
        manifests: deployment('standard-uneven-local', (o) => {
          o.spec.replicas = 5;
        }),
      },
      ['shop/web:80 even to uneven, 13 to 50'],
    ],
    [
      'a request that no node can serve',
      'standard-healthy',
      {
        manifests: deployment('standard-healthy', (o) => {
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
        manifests: deployment('standard-uneven-local', (o) => {
          container(o)['image'] = 'x:2';
        }),
      },
      ['shop/web:80 even to uneven, 25 to 50'],
    ],
    [
      'a new image after a NoSchedule taint',
      'standard-uneven-local',
      {
        manifests: deployment('standard-uneven-local', (o) => {
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
        manifests: deployment('standard-healthy', (o) => {
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
      { deletions: deletion('deploy/shop/web') },
      ['shop/web:80 none '],
    ],
  ]);
});
