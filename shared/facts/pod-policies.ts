import { policiesOn, type PolicyInputs, type PolicyTarget } from '../load-balancing/index.ts';
import {
  matchesLabelSelector,
  read,
  valueOr,
  type Endpoint,
  type LoadBalancerService,
  type ManagedCluster,
  type NetworkPolicy,
  type Read,
  type Tristate,
  type Workload,
} from '../model/index.ts';
import { derived } from './derived.ts';

/** What NetworkPolicies say of one endpoint. */
export type PodGate =
  | { readonly kind: 'open' }
  | { readonly kind: 'unknown'; readonly why: string }
  | {
      readonly kind: 'guarded';
      readonly inputs: PolicyInputs;
      readonly target: PolicyTarget;
      readonly policies: readonly NetworkPolicy[];
    };

export interface PodPolicies {
  /** Why clients are not judged by policies at all. */
  readonly unread?: string;
  /** Cilium's ranges of addresses do not hold nodes. */
  readonly cilium: boolean;
  gate(
    service: LoadBalancerService,
    endpoint: Pick<Endpoint, 'pod'> & { readonly targetPort: number },
    protocol: string,
  ): PodGate;
}

const open: PodGate = { kind: 'open' };

/** NetworkPolicies before the pods of Services; labels and named ports are those of the workload's template. */
export const podPolicies = derived(
  'podPolicies',
  {
    needs: [],
    helps: [
      'networkPolicies',
      'managedCluster',
      'namespaces',
      'deployments',
      'statefulSets',
      'daemonSets',
    ],
  },
  ({ networkPolicies, managedCluster, namespaces, ...lists }): PodPolicies => {
    const enforced = isEnforced(managedCluster);
    const cilium =
      managedCluster.kind === 'read' &&
      (managedCluster.value.networkDataplane === 'cilium' ||
        managedCluster.value.networkPolicy === 'cilium');
    if (enforced === 'no') return { cilium, gate: () => open };
    if (networkPolicies.kind === 'unread')
      return { cilium, unread: `networkPolicies: ${networkPolicies.why}`, gate: () => open };
    const policies = networkPolicies.value.filter(({ ingress }) => ingress);
    const inputs: PolicyInputs = {
      policies,
      namespaces:
        namespaces.kind === 'read'
          ? read(new Map(namespaces.value.map(({ name, labels }) => [name, labels])))
          : namespaces,
    };
    const inNamespace = Map.groupBy(policies, ({ namespace }) => namespace);
    const workloads = workloadsIn(lists);
    return {
      cilium,
      gate(service, endpoint, protocol) {
        const own = inNamespace.get(service.namespace) ?? [];
        if (own.length === 0) return open;
        const workload = workloads(service, endpoint.pod);
        const label = workload.kind === 'read' ? workload.value : undefined;
        if (label === undefined)
          return {
            kind: 'unknown',
            why: workload.kind === 'unread' ? workload.why : 'the owner of the pod was not read',
          };
        const byHash = own.find(({ podSelector }) => namesGenerated(podSelector));
        if (byHash !== undefined)
          return {
            kind: 'unknown',
            why: `NetworkPolicy ${byHash.namespace}/${byHash.name} selects pods by labels that a controller gives them`,
          };
        const target: PolicyTarget = {
          namespace: service.namespace,
          labels: label.podLabels,
          ports: label.podSpec.ports,
          protocol,
          port: endpoint.targetPort,
        };
        const selecting = policiesOn({ policies: own }, target);
        if (selecting.length === 0) return open;
        if (enforced === 'unknown')
          return {
            kind: 'unknown',
            why: 'NetworkPolicies select the pods, but whether the cluster enforces them is not known',
          };
        // What goes to a pod on the host's network goes to the node: no engine of AKS judges it.
        if (label.podSpec.hostNetwork) return open;
        return {
          kind: 'guarded',
          inputs: { ...inputs, policies: own },
          target,
          policies: selecting,
        };
      },
    };
  },
);

/** Bring your own network plugin: what it enforces nobody says. */
function isEnforced(managedCluster: Read<ManagedCluster>): Tristate {
  if (managedCluster.kind === 'unread') return 'unknown';
  const { networkPolicy = 'none', networkDataplane, networkPlugin } = managedCluster.value;
  if (['azure', 'calico', 'cilium'].includes(networkPolicy)) return 'yes';
  if (networkDataplane === 'cilium') return 'yes';
  return networkPlugin === 'none' ? 'unknown' : 'no';
}

const generated = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]);

function namesGenerated(selector: NetworkPolicy['podSelector']): boolean {
  const { matchLabels, matchExpressions } = selector ?? {
    matchLabels: new Map<string, string>(),
    matchExpressions: [],
  };
  return (
    [...matchLabels.keys()].some((key) => generated.has(key)) ||
    matchExpressions.some(({ key }) => generated.has(key))
  );
}

type Lists = Readonly<
  Record<'deployments' | 'statefulSets' | 'daemonSets', Read<readonly Workload[]>>
>;

/** The workload of a pod behind a Service, by the form of the pod's name. */
function workloadsIn(
  lists: Lists,
): (service: LoadBalancerService, pod: string | undefined) => Read<Workload> {
  const all = Object.values(lists).flatMap((list) => valueOr(list, []));
  const byNamespace = Map.groupBy(all, ({ namespace }) => namespace);
  const unread = Object.entries(lists).find(([, list]) => list.kind === 'unread');
  const behind = new WeakMap<LoadBalancerService, readonly Workload[]>();
  return (service, pod) => {
    const { namespace, selector = new Map<string, string>() } = service;
    const candidates =
      behind.get(service) ??
      (byNamespace.get(namespace) ?? []).filter(({ podLabels }) =>
        matchesLabelSelector({ matchLabels: selector, matchExpressions: [] }, podLabels),
      );
    behind.set(service, candidates);
    const owners = candidates.filter((each) => pod !== undefined && isNamedFor(pod, each));
    const [owner] = owners.toSorted((a, b) => b.name.length - a.name.length);
    if (owner !== undefined) return read(owner);
    const why =
      unread?.[1].kind === 'unread'
        ? `${unread[0]}: ${unread[1].why}`
        : `the namespace has NetworkPolicies, and no known workload owns pod ${pod ?? 'with an unknown name'}`;
    return { kind: 'unread', why };
  };
}

/** `web-5d4f…-x2x7k`, `web-0`, `web-x2x7k`. */
function isNamedFor(pod: string, { kind, name }: Workload): boolean {
  if (!pod.startsWith(`${name}-`)) return false;
  const rest = pod.slice(name.length + 1);
  if (kind === 'StatefulSet') return /^\d+$/u.test(rest);
  return kind === 'DaemonSet'
    ? /^[a-z0-9]+$/u.test(rest)
    : /^[a-z0-9]+(?:-[a-z0-9]+)?$/u.test(rest);
}
