import {
  cluster,
  deployment,
  loadBalancer,
  nodesOfPool,
  onPools,
  pool,
  service,
  spread,
  systemPool,
} from '../build.ts';
import type { ClusterDescription } from '../description.ts';
import type { Step } from './step.ts';

const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** Standard load balancers: one cluster as it should be, and the article's fault in today's forms. */
export function production(step: Step): readonly ClusterDescription[] {
  return [shop, checkout(step), search(step), payments].map((each) => ({
    ...each,
    tags: { environment: 'production', team: each.name.replace('-prod', '') },
  }));
}

/** Nothing to report. */
const shop = cluster('shop-prod', {
  services: [
    service('shop/web', { ports: [{ port: 443, name: 'https', targetPort: 8443 }] }),
    service('shop/api', { internal: true, ...internally() }),
  ],
  loadBalancers: [loadBalancer(), loadBalancer({ internal: true })],
  workloads: [
    deployment('shop/web', nodesOfPool('user', 3)),
    deployment('shop/api', nodesOfPool('user', 3)),
  ],
});

function internally() {
  return {
    annotations: { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' },
    ports: [{ port: 8080, name: 'http' }],
  };
}

/** One pool is labelled out of the external load balancers and hosts pods of a Local Service all the same. */
function checkout(step: Step): ClusterDescription {
  return cluster('checkout-prod', {
    pools: [
      systemPool(),
      pool('user', { count: 2, zones: ['1', '2'] }),
      pool('spare', { count: 2, labels: { [excludeLabel]: 'true' } }),
    ],
    loadBalancers: [loadBalancer({ inbound: { pools: ['system', 'user'] } })],
    services: [service('checkout/web')],
    workloads: [deployment('checkout/web', ['user-0', 'user-1', 'spare-0', 'spare-1'])],
    access: { reachable: step === 0 ? 'yes' : 'reset' },
    changes: [
      {
        of: { loadBalancer: 'kubernetes' },
        minutesAgo: 38,
        operation: 'Microsoft.Network/loadBalancers/write',
        clientType: 'Azure Portal',
        changedBy: 'someone@contoso.example',
        paths: ['properties.backendAddressPools[0].properties.backendIPConfigurations'],
      },
    ],
  });
}

/** 10 % for each of five pods on one node, 50 % for the only one on the other; then one pod per node. */
function search(step: Step): ClusterDescription {
  const crowded = ['user-0', 'user-0', 'user-0', 'user-0', 'user-0', 'user-1'];
  return cluster('search-prod', {
    pools: [systemPool(), pool('user', { count: 6, zones: ['1', '2', '3'] })],
    services: [service('search/query')],
    workloads: [
      deployment('search/query', step === 0 ? crowded : nodesOfPool('user', 6), {
        spread: step === 1,
      }),
    ],
  });
}

/** Two Standard load balancers; the pool of a Local Service has not followed its pods. */
const payments = cluster('payments-prod', {
  backendPoolType: 'nodeIP',
  pools: [systemPool(), pool('user', { count: 2 }), pool('pay', { count: 3 })],
  configurations: [
    { name: 'kubernetes', primaryPool: 'system', allowServicePlacement: true },
    {
      name: 'payments',
      primaryPool: 'pay',
      allowServicePlacement: true,
      serviceNamespaceSelector: { team: 'payments' },
    },
  ],
  namespaceLabels: { payments: { team: 'payments' } },
  loadBalancers: [
    loadBalancer({ inbound: { pools: ['system', 'user'] } }),
    loadBalancer({
      name: 'payments',
      inbound: { pools: ['pay'] },
      localPools: { 'payments/gateway': { nodes: ['pay-0', 'pay-1'] } },
    }),
  ],
  services: [
    service('payments/gateway', { loadBalancer: 'payments' }),
    service('portal/web', { policy: 'Cluster' }),
  ],
  workloads: [
    deployment('payments/gateway', nodesOfPool('pay', 3), {
      spec: { ...onPools('pay'), ...spread({ app: 'gateway' }) },
    }),
    deployment('portal/web', nodesOfPool('user', 2)),
  ],
});
