import { expect, test } from '@jest/globals';
import {
  cluster,
  clusterIp,
  deployment,
  fleet,
  loadBalancer,
  onPools,
  pool,
  service,
  spread,
  subscription,
  type ClusterChanges,
} from '../../simulator/build.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { auditFleet } from './audit.ts';

/** The incident of 2019 with an ingress in front: the host, not a Service, is what people call. */

const digits = '27255451';
const pinnedSet = `pool-1-availabilitySet-${digits}`;
const nginxClass = 'webapprouting.kubernetes.azure.com';

async function audited(changes: ClusterChanges) {
  const story = cluster('echo', {
    digits,
    loadBalancerSku: 'Basic',
    pools: [
      pool('system', {
        mode: 'System',
        kind: 'AvailabilitySet',
        count: 1,
        taints: ['nodepool=system:PreferNoSchedule'],
      }),
      pool('pool-1', { kind: 'AvailabilitySet', count: 3 }),
    ],
    routing: {
      objects: [
        {
          kind: 'IngressClass',
          name: nginxClass,
          ageMinutes: 90_000,
          spec: { controller: `${nginxClass}/nginx` },
        },
        {
          kind: 'Ingress',
          namespace: 'shop',
          name: 'shop',
          ageMinutes: 90_000,
          servedBy: 'app-routing-system/nginx',
          spec: {
            ingressClassName: nginxClass,
            rules: [
              {
                host: 'shop.example.com',
                http: {
                  paths: [
                    {
                      path: '/',
                      pathType: 'Prefix',
                      backend: { service: { name: 'shop', port: { number: 80 } } },
                    },
                  ],
                },
              },
            ],
          },
        },
      ],
    },
    ...changes,
  });
  const id = '00000000-0000-0000-0000-000000000001';
  const simulator = createSimulator({
    fleet: fleet({ subscriptions: [subscription(id, 'Story', [story])] }),
  });
  const [report] = (await auditFleet(simulator)).clusters;
  if (report === undefined) throw new Error('no cluster was audited');
  const nginx = report.services.find(({ name }) => name === 'nginx');
  return {
    traffic: report.findings.filter(({ rule }) => rule.startsWith('traffic/')),
    shares: nginx?.ports[0]?.endpoints.map(({ share }) => Math.round(share * 100)),
    verdict: nginx?.ports[0]?.verdict,
    hosts: report.migration?.hosts,
  };
}

const shop = deployment('shop/shop', ['pool-1-0', 'pool-1-1', 'pool-1-2']);

test('host -> 100/0/0, the finding names host and workload; pinned and on the right load balancer -> even', async () => {
  const before = await audited({
    loadBalancers: [loadBalancer({ sku: 'Basic', inbound: { pools: ['system'] } })],
    services: [service('app-routing-system/nginx'), clusterIp('shop/shop')],
    workloads: [
      shop,
      deployment('app-routing-system/nginx', ['system-0', 'pool-1-0', 'pool-1-1'], {
        spread: false,
      }),
    ],
  });
  expect([...(before.shares ?? [])].toSorted((a, b) => b - a)).toEqual([100, 0, 0]);
  const [starved] = before.traffic.filter(({ rule }) => rule === 'traffic/starved-endpoints');
  expect(starved).toMatchObject({
    severity: 'critical',
    evidence: {
      hosts: ['shop.example.com'],
      hostCount: 1,
      workloads: ['Deployment shop/shop'],
    },
  });
  expect(starved?.message).toContain('shop.example.com');

  const after = await audited({
    loadBalancers: [
      loadBalancer({ name: pinnedSet, sku: 'Basic', inbound: { pools: ['pool-1'] } }),
    ],
    services: [
      service('app-routing-system/nginx', {
        loadBalancer: pinnedSet,
        annotations: { 'service.beta.kubernetes.io/azure-load-balancer-mode': pinnedSet },
      }),
      clusterIp('shop/shop'),
    ],
    workloads: [
      shop,
      deployment('app-routing-system/nginx', ['pool-1-0', 'pool-1-1', 'pool-1-2'], {
        spec: { ...onPools('pool-1'), ...spread({ app: 'nginx' }) },
      }),
    ],
  });
  expect(after).toMatchObject({ verdict: 'even', shares: [33, 33, 33], traffic: [] });
  expect(after.hosts).toMatchObject([{ host: 'shop.example.com', old: { lost: 0 } }]);
});
