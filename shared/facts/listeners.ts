import { whoListens, type HostPort, type WhoListens } from '../load-balancing/index.ts';
import {
  kindAndName,
  lacking,
  reasonOfAll,
  valueOr,
  type Node,
  type Workload,
} from '../model/index.ts';
import { daemonSetOn, landing, systemNamespaces } from '../placement/index.ts';
import { derived } from './derived.ts';

/** Who listens on a port of a node, as far as Services, workloads and pods tell. */
export const listeners = derived(
  'listeners',
  {
    needs: ['services'],
    helps: ['nodePortServices', 'hostNetworkPods', 'deployments', 'statefulSets', 'daemonSets'],
  },
  ({ services, nodePortServices, hostNetworkPods, ...lists }): WhoListens => {
    const { deployments, statefulSets, daemonSets } = lists;
    const workloads = [deployments, statefulSets, daemonSets].flatMap((list) => valueOr(list, []));
    const unread = (
      [
        ['deployments', deployments],
        ['statefulSets', statefulSets],
        ['daemonSets', daemonSets],
        ['hostNetworkPods', hostNetworkPods],
      ] as const
    ).flatMap(([name, list]) => (list.kind === 'unread' ? [lacking(name, list)] : []));
    return whoListens({
      services,
      nodePortServices,
      hostPorts: [
        ...workloads.flatMap(portsOfWorkload),
        ...valueOr(hostNetworkPods, []).flatMap(({ namespace, name, node, ports }) =>
          portsOf(namespace, true, ports).map((port) => ({
            ...port,
            what: `pod ${namespace}/${name}`,
            on: (each: Node) => each.name === node,
          })),
        ),
      ],
      unread: reasonOfAll(unread),
    });
  },
);

function portsOfWorkload(workload: Workload): readonly HostPort[] {
  const { kind, namespace, podSpec, replicas } = workload;
  if (replicas === 0) return [];
  const ports = portsOf(namespace, podSpec.hostNetwork, podSpec.ports);
  const fits = (node: Node): boolean =>
    kind === 'DaemonSet'
      ? daemonSetOn(podSpec, node).shouldRun
      : landing(podSpec, node).ever !== 'no';
  return ports.map((port) => ({ ...port, what: kindAndName(workload), on: fits }));
}

/** A pod on the host's network that declares nothing may open any port; those of the system are known. */
function portsOf(
  namespace: string,
  onHost: boolean,
  ports: Workload['podSpec']['ports'],
): readonly Pick<HostPort, 'port' | 'protocol'>[] {
  if (onHost && ports.length === 0)
    return systemNamespaces.includes(namespace) ? [] : [{ protocol: 'TCP' }];
  return ports.flatMap(({ hostPort, protocol }) =>
    hostPort === undefined ? [] : [{ port: hostPort, protocol }],
  );
}
