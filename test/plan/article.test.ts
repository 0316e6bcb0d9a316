import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReadCluster } from '../../shared/audit/on-snapshot.ts';
import type { Plan } from '../../shared/plan/index.ts';
import { auditCase, ownCase, trafficOf } from '../engine/case-file.ts';
import { planOf, readCase } from './read-case.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: echo-deployment }
spec:
  replicas: 3
  selector: { matchLabels: { app: echo-deployment } }
  template:
    metadata: { labels: { app: echo-deployment } }
    spec:
      containers: [{ name: echo, image: echo }]
`;
const pinned = deployment.replace(
  '      containers:',
  `      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - { key: agentpool, operator: In, values: [pool-1] }
      containers:`,
);
const service = `---
apiVersion: v1
kind: Service
metadata:
  name: echo-service
  annotations: {}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: { app: echo-deployment }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
`;
const cluster = service.replace('Policy: Local', 'Policy: Cluster');
const onPool1 = service.replace(
  'annotations: {}',
  'annotations: { service.beta.kubernetes.io/azure-load-balancer-mode: pool-1-availabilitySet-27255451 }',
);

/** The article's cluster before its Deployment and Service exist. */
let folder = '';
let before: ReadCluster;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-plan-'));
  cpSync(ownCase('seed-1-basic-local'), folder, { recursive: true });
  keep('kubernetes/deployments.json', 'items', ({ name }) => name !== 'echo-deployment');
  keep('kubernetes/services.json', 'items', ({ name }) => name !== 'echo-service');
  keep('kubernetes/endpointslices.json', 'items', ({ name }) => !name.startsWith('echo-'));
  keep('kubernetes/pods.json', 'items', ({ name }) => !name.startsWith('echo-'));
  const file = path.join(folder, 'arm/loadBalancers.json');
  const body = JSON.parse(readFileSync(file, 'utf8')) as {
    value: { properties: Record<string, unknown> }[];
  };
  for (const { properties } of body.value)
    for (const part of ['loadBalancingRules', 'probes', 'frontendIPConfigurations'])
      properties[part] = [];
  writeFileSync(file, JSON.stringify(body));
  before = await readCase(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keep(
  name: string,
  list: string,
  wanted: (metadata: { readonly name: string }) => boolean,
): void {
  const file = path.join(folder, name);
  const body = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const items = body[list] as { metadata: { name: string } }[];
  body[list] = items.filter(({ metadata }) => wanted(metadata));
  writeFileSync(file, JSON.stringify(body));
}

function portOf(plan: Plan) {
  const [only] = plan.services;
  const [port] = only?.ports ?? [];
  if (only === undefined || port === undefined) throw new Error('no Service changes');
  return port;
}

function sharesOf(endpoints: readonly { readonly share: number }[]): readonly number[] {
  return endpoints.map(({ share }) => Math.round(share * 100)).toSorted((a, b) => b - a);
}

describe("the article's Deployment and Service before they exist", () => {
  test('are predicted as 100/0/0, with the pod where the soft taint lets it', async () => {
    const plan = await planOf(before, { manifests: deployment + service });
    const { after } = portOf(plan);
    if (after?.certainty !== 'range') throw new Error(`certainty is ${after?.certainty}`);
    expect(sharesOf(after.likely.endpoints)).toEqual([100, 0, 0]);
    expect(after.likely.verdict).toBe('starved');
    const served = after.likely.endpoints.filter(({ share }) => share > 0);
    expect(served.map(({ node }) => node)).toEqual(['aks-system-27255451-0']);
    expect(plan.placements).toMatchObject([
      { pods: 3, nodes: ['aks-pool-1-27255451-0', 'aks-system-27255451-0'], pending: 0 },
    ]);
    expect(plan.effect).toBe('worse');
    expect(plan.findings.new.map(({ finding }) => finding.rule)).toContain(
      'traffic/starved-endpoints',
    );
  });

  test('may also give everything or nothing: the soft taint leaves the choice to the scheduler', async () => {
    const { after } = portOf(await planOf(before, { manifests: deployment + service }));
    expect(after).toMatchObject({
      best: { verdict: 'even', lost: 0 },
      worst: { verdict: 'none', lost: 1 },
      lost: { min: 0, max: 1 },
      share: { min: 0, max: 1 },
      starved: { min: 0, max: 3 },
    });
  });

  test('with externalTrafficPolicy Cluster every placement gives a third each, without the client address', async () => {
    const plan = await planOf(before, { manifests: deployment + cluster });
    const { after, effect } = portOf(plan);
    if (after?.certainty !== 'exact') throw new Error(`certainty is ${after?.certainty}`);
    expect(sharesOf(after.endpoints)).toEqual([33, 33, 33]);
    expect(after.sourceAddress).toBe('node');
    expect(effect).toBe('same');
  });

  test('with affinity and the mode annotation every placement gives a third each, with the client address', async () => {
    const plan = await planOf(before, { manifests: pinned + onPool1 });
    const { after, effect } = portOf(plan);
    if (after?.certainty !== 'exact') throw new Error(`certainty is ${after?.certainty}`);
    expect(sharesOf(after.endpoints)).toEqual([33, 33, 33]);
    expect(after.sourceAddress).toBe('client');
    expect(after.loadBalancer?.toLowerCase()).toBe('pool-1-availabilityset-27255451');
    expect(effect).toBe('same');
  });

  test('with a mode that names an agent pool the cloud provider refuses the Service', async () => {
    const manifests = pinned + onPool1.replace('pool-1-availabilitySet-27255451', 'pool-1');
    const plan = await planOf(before, { manifests });
    expect(plan.services[0]?.notes.join()).toContain('availability set (pool-1) - not found');
    expect(portOf(plan)).toMatchObject({ effect: 'worse', after: { verdict: 'none' } });
    expect(plan.findings.new.map(({ finding }) => finding.rule)).toContain(
      'load-balancer/mode-annotation-unknown-set',
    );
  });
});

describe('a plan of each fix of the running case gives what was recorded after it', () => {
  test.each([
    [
      'Cluster',
      deployment.replace('image: echo', 'image: IMAGE') + cluster,
      'seed-2-basic-cluster',
    ],
    ['affinity and mode', pinned + onPool1, 'seed-3-basic-pinned'],
  ])('%s', async (_, manifests, recorded) => {
    const running = await readCase(ownCase('seed-1-basic-local'));
    const plan = await planOf(running, { manifests });
    const { after } = portOf(plan);
    if (after?.certainty !== 'exact') throw new Error(`certainty is ${after?.certainty}`);
    const traffic = trafficOf(await auditCase(ownCase(recorded)));
    const shares = Object.values(traffic['default/echo-service:80/tcp']?.share ?? {});
    expect(sharesOf(after.endpoints)).toEqual(sharesOf(shares.map((share) => ({ share }))));
    expect(portOf(plan).effect).toBe('better');
  });
});
