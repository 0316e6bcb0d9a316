import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deletionOf, type Plan } from '../../shared/plan/index.ts';
import { planOf, readCase } from './read-case.ts';

const hub = readCase(path.join(import.meta.dirname, '../cases/ingress-migration'));
const metadata = { namespace: 'web' };

function route(name: string, parent: string, backend: string): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'HTTPRoute',
    metadata: { ...metadata, name },
    spec: {
      parentRefs: [{ name: parent }],
      hostnames: [`${name}.example.com`],
      rules: [{ backendRefs: [{ name: backend, port: 80 }] }],
    },
  };
}

function ingress(name: string, className: string, backend: string): object {
  const http = {
    paths: [
      {
        path: '/',
        pathType: 'Prefix',
        backend: { service: { name: backend, port: { number: 80 } } },
      },
    ],
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata, name },
    spec: { ingressClassName: className, rules: [{ host: `${name}.example.com`, http }] },
  };
}

function gateway(name: string, gatewayClassName: string): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { ...metadata, name },
    spec: { gatewayClassName, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  };
}

/** A ClusterIP Service and, with replicas, the Deployment behind it. */
function app(name: string, replicas: number | undefined): readonly object[] {
  const labels = { app: name };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, name },
      spec: { selector: labels, ports: [{ port: 80 }] },
    },
    ...(replicas === undefined
      ? []
      : [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { ...metadata, name },
            spec: {
              replicas,
              selector: { matchLabels: labels },
              template: { metadata: { labels }, spec: { containers: [] } },
            },
          },
        ]),
  ];
}

function rulesOf(plan: Plan, which: 'new' | 'gone'): readonly string[] {
  return plan.findings[which].map(
    ({ finding }) => `${finding.rule} ${finding.subject.kind} ${finding.subject.name}`,
  );
}

const webapp = 'webapprouting.kubernetes.azure.com';

describe('what routes requests', () => {
  test.each([
    {
      what: 'a whole app',
      objects: [...app('cart', 2), ingress('cart', webapp, 'cart')],
      found: [],
    },
    {
      what: 'an app of which no pod runs',
      objects: [...app('cart', 0), ingress('cart', webapp, 'cart')],
      found: ['ingress/no-ready-backend Ingress cart'],
    },
    {
      what: 'a Service that selects nothing',
      objects: [...app('cart', undefined), ingress('cart', webapp, 'cart')],
      found: ['ingress/no-ready-backend Ingress cart'],
    },
    {
      what: 'an Ingress without its Service',
      objects: [ingress('cart', webapp, 'cart')],
      found: ['ingress/backend-missing Ingress cart'],
    },
    {
      what: 'an Ingress of no class',
      objects: [ingress('cart', 'nobody', 'shop')],
      found: ['ingress/unserved Ingress cart'],
    },
    { what: 'a route on a Gateway', objects: [route('cart', 'web', 'shop')], found: [] },
    {
      what: 'a route to nowhere',
      objects: [route('cart', 'web', 'cart')],
      found: ['ingress/backend-missing HTTPRoute cart'],
    },
    {
      what: 'a route on no Gateway',
      objects: [route('cart', 'nobody', 'shop')],
      found: ['ingress/unserved HTTPRoute cart'],
    },
    {
      what: 'a Gateway and its route',
      objects: [gateway('second', 'approuting-istio'), route('cart', 'second', 'shop')],
      found: [],
    },
    {
      what: 'a Gateway of no class',
      objects: [gateway('second', 'nobody')],
      found: ['ingress/unserved Gateway second'],
    },
  ])('$what: $found', async ({ objects, found }) => {
    const plan = await planOf(await hub, {
      manifests: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    });
    expect(plan.problems).toEqual([]);
    expect(plan.ignored).toEqual([]);
    expect(rulesOf(plan, 'new')).toEqual(found);
    expect(rulesOf(plan, 'gone')).toEqual([]);
    expect(plan.changes.every(({ action }) => action === 'create')).toBe(true);
  });

  test.each([
    ['gtw/web/web', 'ingress/unserved HTTPRoute shop'],
    ['svc/web/shop', 'ingress/backend-missing Ingress shop'],
    ['deploy/web/shop', 'ingress/no-ready-backend Ingress shop'],
  ])('without %s: %s', async (text, found) => {
    const deletion = deletionOf(text);
    if (typeof deletion === 'string') throw new Error(deletion);
    const plan = await planOf(await hub, { deletions: [deletion] });
    expect(plan.problems).toEqual([]);
    expect(rulesOf(plan, 'new')).toContain(found);
  });

  test('pods behind an ingress that move to another pool still answer', async () => {
    const { snapshot } = await hub;
    const tolerations = [{ operator: 'Exists' }];
    const labels = { app: 'shop' };
    const shop = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, name: 'shop' },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { tolerations, nodeSelector: { 'kubernetes.azure.com/mode': 'system' } },
        },
      },
    };
    const plan = await planOf({ snapshot }, { manifests: JSON.stringify(shop) });
    expect(plan.placements).toMatchObject([{ name: 'shop', pending: 0 }]);
    expect(rulesOf(plan, 'new').filter((text) => text.includes('no-ready'))).toEqual([]);
  });
});
