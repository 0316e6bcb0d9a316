import type {
  ClusterDescription,
  LoadBalancerDescription,
  MembersDescription,
  ServiceDescription,
  SubscriptionDescription,
  Texts,
  WorkloadDescription,
} from './description.ts';
import { clusterNames, type ClusterNames } from './names.ts';
import { nodesOf, type SimulatedNode } from './nodes.ts';
import { podsOf, type PodList } from './pods.ts';
import { servicesOf, type SimulatedService } from './services.ts';

/** A cluster with all that follows from its description: what the answers are written from. */
export interface Layout {
  readonly now: string;
  readonly tenantId: string;
  readonly cluster: ClusterDescription;
  readonly names: ClusterNames;
  readonly nodes: readonly SimulatedNode[];
  readonly nodeOf: ReadonlyMap<string, SimulatedNode>;
  readonly services: readonly SimulatedService[];
  readonly pods: PodList;
  /** The workloads that each Service selects. */
  readonly selections: ReadonlyMap<ServiceDescription, readonly WorkloadDescription[]>;
}

/** Parts are worked out when they are first asked for: a list of clusters needs no nodes. */
export function layoutOf(
  fleet: { readonly now: string; readonly tenantId: string },
  subscription: SubscriptionDescription,
  cluster: ClusterDescription,
): Layout {
  const names = clusterNames(subscription, cluster);
  // A stopped cluster keeps its load balancers and loses its machines.
  const nodes = lazy(() => (cluster.powerState === 'Stopped' ? [] : nodesOf(cluster, names)));
  const nodeOf = lazy(() => new Map(nodes().map((node) => [node.ref, node])));
  const services = lazy(() => servicesOf(cluster, names));
  const pods = lazy(() => podsOf(cluster, names));
  const selections = lazy(() => selectionsOf(cluster));
  return {
    now: fleet.now,
    tenantId: fleet.tenantId,
    cluster,
    names,
    get nodes() {
      return nodes();
    },
    get nodeOf() {
      return nodeOf();
    },
    get services() {
      return services();
    },
    get pods() {
      return pods();
    },
    get selections() {
      return selections();
    },
  };
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Workloads in the Service's namespace whose labels hold its whole selector. */
function selectionsOf({
  services,
  workloads,
}: ClusterDescription): ReadonlyMap<ServiceDescription, readonly WorkloadDescription[]> {
  const inNamespace = Map.groupBy(workloads, ({ namespace }) => namespace);
  return new Map(
    services.map((service) => {
      const wanted = Object.entries(service.selector ?? {});
      const found =
        service.selector === undefined
          ? []
          : (inNamespace.get(service.namespace) ?? []).filter(({ labels }) =>
              holds(labels, wanted),
            );
      return [service, found];
    }),
  );
}

function holds(labels: Texts, wanted: readonly (readonly [string, string])[]): boolean {
  const own = new Map(Object.entries(labels));
  return wanted.every(([key, value]) => own.get(key) === value);
}

/** The nodes that a description puts into a backend pool. A virtual node has no NIC and is left out unless named. */
export function membersOf(layout: Layout, members: MembersDescription): readonly SimulatedNode[] {
  const without = new Set(members.without);
  const named = new Set(members.nodes);
  const pools = members.pools === undefined ? undefined : new Set(members.pools);
  const onlyNamed = members.nodes !== undefined && pools === undefined;
  return layout.nodes.filter((node) => {
    if (without.has(node.ref)) return false;
    if (named.has(node.ref)) return true;
    if (onlyNamed || node.ipConfigurationId === undefined) return false;
    return pools === undefined || pools.has(node.pool.name);
  });
}

/** The name that the load balancer has in Azure. */
export function azureName({ name, internal }: LoadBalancerDescription): string {
  return internal ? `${name}-internal` : name;
}

/** Services with rules on a load balancer, in the order of the description. */
export function servicesOn(
  { services }: Layout,
  balancer: LoadBalancerDescription,
): readonly SimulatedService[] {
  return services.filter(
    ({ service }) =>
      service.type === 'LoadBalancer' &&
      service.internal === balancer.internal &&
      service.loadBalancer === balancer.name,
  );
}

/** Whether Azure gives the Service a public address. */
export function isPublic(service: ServiceDescription): boolean {
  return service.loadBalancer !== undefined && !service.internal;
}
