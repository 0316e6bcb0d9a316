import { expect, test } from '@jest/globals';
import { cluster, workload } from '../builders/index.ts';
import { planOf } from './read-case.ts';

const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
const template = 'template: { metadata: { labels: { app: web } } }';
const target = 'scaleTargetRef: { kind: Deployment, name: web }';
const slice = 'kubernetes.io/service-name: web';

/** A manifest in namespace `shop`. */
const object = (apiVersion: string, kind: string, rest: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\n${rest}\n`;

test.each([
  [
    'a Pod with the labels of the Service',
    object('v1', 'Pod', 'metadata: { name: debug, labels: { app: web } }'),
    'it selects pods of Pod shop/debug, a kind that is not planned',
  ],
  [
    'a Pod without a name of its own',
    object('v1', 'Pod', 'metadata: { generateName: debug-, labels: { app: web } }'),
    'it selects pods of Pod shop/debug-…, a kind that is not planned',
  ],
  [
    'a Pod that runs already',
    object('v1', 'Pod', 'metadata: { name: web-a, labels: { app: web } }'),
    '',
  ],
  ['a Pod with other labels', object('v1', 'Pod', 'metadata: { name: x, labels: { app: x } }'), ''],
  [
    'a ReplicaSet',
    object('apps/v1', 'ReplicaSet', `metadata: { name: web }\nspec: { ${template} }`),
    'it selects pods of ReplicaSet shop/web, a kind that is not planned',
  ],
  [
    'a CronJob',
    object(
      'batch/v1',
      'CronJob',
      `metadata: { name: night }\nspec: { jobTemplate: { spec: { ${template} } } }`,
    ),
    'it selects pods of CronJob shop/night, a kind that is not planned',
  ],
  [
    'an autoscaler above the number of pods',
    object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      `metadata: { name: web }\nspec: { minReplicas: 5, maxReplicas: 9, ${target} }`,
    ),
    'HorizontalPodAutoscaler shop/web, a kind that is not planned, makes 5 to 9 pods of the 2 of Deployment shop/web',
  ],
  [
    'an autoscaler below it',
    object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      `metadata: { name: web }\nspec: { maxReplicas: 1, ${target} }`,
    ),
    'HorizontalPodAutoscaler shop/web, a kind that is not planned, makes 1 pods of the 2 of Deployment shop/web',
  ],
  [
    'an autoscaler around it',
    object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      `metadata: { name: web }\nspec: { maxReplicas: 9, ${target} }`,
    ),
    '',
  ],
  [
    'an autoscaler of KEDA, which may scale to none',
    object(
      'keda.sh/v1alpha1',
      'ScaledObject',
      'metadata: { name: web }\nspec: { scaleTargetRef: { name: web }, maxReplicaCount: 1 }',
    ),
    'ScaledObject shop/web, a kind that is not planned, makes 0 to 1 pods of the 2 of Deployment shop/web',
  ],
  [
    'endpoints that somebody writes',
    object('discovery.k8s.io/v1', 'EndpointSlice', `metadata: { name: x, labels: { ${slice} } }`),
    'EndpointSlice shop/x, a kind that is not planned, sets its endpoints',
  ],
  [
    'endpoints in their old form',
    object('v1', 'Endpoints', 'metadata: { name: web }'),
    'Endpoints shop/web, a kind that is not planned, sets its endpoints',
  ],
  [
    'endpoints of the controller',
    object(
      'discovery.k8s.io/v1',
      'EndpointSlice',
      `metadata: { name: x, labels: { ${slice}, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io } }`,
    ),
    '',
  ],
])('%s', async (_, manifests, why) => {
  const plan = await planOf({ snapshot }, { manifests, namespace: 'shop' });
  expect(plan.effect).toBe(why === '' ? 'same' : 'unknown');
  expect(plan.services.map(({ ports }) => ports[0]?.after)).toEqual(
    why === '' ? [] : [{ certainty: 'unknown', why }],
  );
});
