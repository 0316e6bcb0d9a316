import { describe, expect, test } from '@jest/globals';
import { fleet, subscription } from '../../../simulator/build.ts';
import type { ClusterDescription } from '../../../simulator/description.ts';
import { largeCluster, manyClusters } from '../../../simulator/fleets/large.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { armUrl, askJson, lists, subscriptionId } from '../ask.ts';
import { auditFleet } from '../audit.ts';

function simulatorOf(cluster: ClusterDescription) {
  return createSimulator({
    fleet: fleet({ subscriptions: [subscription(subscriptionId, 'Large', [cluster])] }),
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

describe('a large cluster', () => {
  test('has as many nodes, pods and Services as asked for, and no pool over the limit of AKS', () => {
    const cluster = largeCluster({ nodes: 5000, pods: 150_000, services: 300 });
    expect(sum(cluster.pools.map(({ count }) => count))).toBe(5000);
    expect(Math.max(...cluster.pools.map(({ count }) => count))).toBe(1000);
    const loads = cluster.workloads.filter(({ namespace }) => namespace === 'load');
    expect(sum(loads.map(({ pods }) => pods.length))).toBe(150_000);
    expect(cluster.services.filter(({ type }) => type === 'LoadBalancer')).toHaveLength(300);
  });

  test('puts every pod on a node that there is, and at most one of a workload on each', () => {
    const { workloads, pools } = largeCluster({ nodes: 205, pods: 950, services: 3 });
    const nodes = new Set(
      pools.flatMap(({ name, count }) => Array.from({ length: count }, (_, at) => `${name}-${at}`)),
    );
    for (const { pods, namespace } of workloads.filter((each) => each.namespace === 'load')) {
      const places = Array.from({ length: pods.length }, (_, at) => pods.at(at)?.node ?? '');
      expect([namespace, places.filter((place) => !nodes.has(place))]).toEqual([namespace, []]);
      expect(new Set(places).size).toBe(pods.length);
      expect([pods.at(-1), pods.at(pods.length)]).toEqual([undefined, undefined]);
    }
  });

  test('makes only the pods that are asked for', async () => {
    const ordinary = largeCluster({ nodes: 5000, pods: 150_000, services: 300 });
    let made = 0;
    const workloads = ordinary.workloads.map(({ pods, ...rest }) => ({
      ...rest,
      pods: {
        length: pods.length,
        at(index: number) {
          made += 1;
          return pods.at(index);
        },
      },
    }));
    const simulator = simulatorOf({ ...ordinary, workloads });
    const [first] = simulator.index.fleet.subscriptions;
    const host = (first && simulator.index.layout(first, 0))?.names.host ?? '';
    const { body } = await askJson(simulator, `https://${host}/api/v1/pods?limit=500`);
    expect(body.items).toHaveLength(500);
    expect(body.metadata.remainingItemCount).toBeGreaterThan(149_500);
    expect(made).toBeLessThan(2000);
  });

  test('is sound', async () => {
    const simulator = simulatorOf(largeCluster({ nodes: 120, pods: 1000, services: 12 }));
    const { clusters } = await auditFleet(simulator);
    expect(clusters).toMatchObject([{ result: 'complete', findings: [], unknown: [] }]);
    expect(clusters[0]?.services).toHaveLength(12);
  });
});

test('a large cluster with Ingresses and HTTPRoutes is sound but for NGINX itself', async () => {
  const ingress = { innerServices: 30, ingresses: 40, httpRoutes: 15 };
  const cluster = largeCluster({ nodes: 60, pods: 300, services: 4, ingress });
  const { clusters } = await auditFleet(simulatorOf(cluster));
  expect(clusters[0]?.result).toBe('complete');
  expect(clusters[0]?.unknown).toEqual([]);
  expect(clusters[0]?.findings.map(({ rule }) => rule)).toEqual(['ingress/nginx-retired']);
  expect(clusters[0]?.migration?.hosts).toHaveLength(55);
});

describe('many clusters', () => {
  test('are spread over the subscriptions, and described when they are asked for', () => {
    const subscriptions = manyClusters({ subscriptions: 7, clusters: 5000 });
    expect(subscriptions.map(({ clusters }) => clusters.length)).toEqual([
      715, 715, 714, 714, 714, 714, 714,
    ]);
    expect(new Set(subscriptions.map(({ id }) => id)).size).toBe(7);
    const [first] = subscriptions;
    expect(first?.clusters.at(714)?.name).toBe('aks-0714');
    expect([first?.clusters.at(-1), first?.clusters.at(715)]).toEqual([undefined, undefined]);
  });

  test('every tenth has a fault, and each may have two load balancers', async () => {
    const subscriptions = manyClusters({ subscriptions: 2, clusters: 40, internal: true });
    const simulator = createSimulator({ fleet: fleet({ subscriptions }) });
    const { clusters } = await auditFleet(simulator);
    const ports = clusters.flatMap(({ services }) => services.flatMap((each) => each.ports));
    expect(new Set(ports.map(({ loadBalancer }) => loadBalancer?.name))).toEqual(
      new Set(['kubernetes', 'kubernetes-internal']),
    );
    const faulty = clusters.filter(({ findings }) => findings.length > 0);
    expect(clusters).toHaveLength(40);
    expect(faulty.map(({ name }) => name)).toEqual([
      'aks-0009',
      'aks-0019',
      'aks-0009',
      'aks-0019',
    ]);
    expect(new Set(clusters.map(({ result }) => result))).toEqual(new Set(['complete']));
  });

  test('a list of a subscription asks for no more than its pages', async () => {
    const simulator = createSimulator({
      fleet: fleet({ subscriptions: manyClusters({ subscriptions: 1, clusters: 200 }) }),
      pageSize: 50,
    });
    const url = armUrl(lists.managedClusters).replace(
      subscriptionId,
      '00000000-0000-0000-0000-000000000001',
    );
    let next: string | undefined = url;
    const names: string[] = [];
    for (let pages = 0; next !== undefined && pages < 10; pages += 1) {
      const { body } = await askJson(simulator, next);
      names.push(...body.value.map(({ name }: { name: string }) => name));
      next = body.nextLink;
    }
    expect(new Set(names).size).toBe(200);
    expect(simulator.log.entries()).toHaveLength(5);
  });
});
