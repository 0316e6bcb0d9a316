import type { ClusterSnapshot } from '../model/index.ts';
import type { Fix } from './rule.ts';
import { quoted } from './text.ts';

/** Ready-made fixes for named objects; each says what it costs. Commands are shown, never run. */

export function useClusterPolicy(service: { namespace: string; name: string }): Fix {
  return {
    title: 'Let every node accept the traffic (externalTrafficPolicy: Cluster)',
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(service.namespace)} patch service ${quoted(service.name)} --type merge -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
      },
    ],
    price: [
      'the client source IP is lost: pods see the address of a node',
      'one more hop for most connections',
    ],
  };
}

export function useLocalPolicy(service: { namespace: string; name: string }): Fix {
  return {
    title: 'Keep the client address (externalTrafficPolicy: Local)',
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(service.namespace)} patch service ${quoted(service.name)} --type merge -p '{"spec":{"externalTrafficPolicy":"Local"}}'`,
      },
    ],
    price: [
      'connections are shared per node, not per pod: spread the pods one per node first',
      'pods on nodes outside the backend pool get nothing',
    ],
  };
}

export interface WorkloadName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** At most one pod per node, by required anti-affinity of the pods to themselves. */
export function spreadOnePerNode(
  workload: WorkloadName,
  podLabels: ReadonlyMap<string, string>,
): Fix {
  const patch = {
    spec: {
      template: {
        spec: {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'DoNotSchedule',
              nodeTaintsPolicy: 'Honor',
              labelSelector: { matchLabels: Object.fromEntries(podLabels) },
            },
          ],
        },
      },
    },
  };
  return {
    title: 'Spread the pods evenly over nodes (a hard topology spread by host)',
    steps: [patchStep(workload, patch)],
    price: ['pods are restarted', 'replicas that cannot be spread stay Pending'],
  };
}

/** Required node affinity to the node pools named. */
export function pinToPools(workload: WorkloadName, pools: readonly string[]): Fix {
  const patch = {
    spec: {
      template: {
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  {
                    matchExpressions: [
                      { key: 'kubernetes.azure.com/agentpool', operator: 'In', values: pools },
                    ],
                  },
                ],
              },
            },
          },
        },
      },
    },
  };
  return {
    title: `Pin the pods to node pool ${pools.join(', ')} (required node affinity)`,
    steps: [patchStep(workload, patch)],
    price: [
      'pods are restarted and move',
      'the pods cannot run on other pools, also when this one is full',
    ],
  };
}

export function isolateSystemPool(snapshot: ClusterSnapshot, pool: string): Fix {
  return {
    title: 'Keep user pods off the system pool (CriticalAddonsOnly=true:NoSchedule)',
    steps: [
      {
        tool: 'az',
        text: `az aks nodepool update ${clusterArguments(snapshot, '--cluster-name')} -n ${quoted(pool)} --node-taints CriticalAddonsOnly=true:NoSchedule`,
      },
    ],
    price: [
      'pods that run there now stay until they are restarted, and then need room on a user pool',
      'taints given before are replaced: list those to keep as well',
    ],
  };
}

export function migrateFromBasic(snapshot: ClusterSnapshot): Fix {
  return {
    title: 'Migrate the cluster to the Standard load balancer',
    steps: [
      {
        tool: 'az',
        text: `az aks update ${clusterArguments(snapshot, '-n')} --load-balancer-sku=Standard`,
      },
    ],
    price: ['downtime during the migration, and no way back', 'egress IP addresses change'],
  };
}

export function migrateFromAvailabilitySets(snapshot: ClusterSnapshot): Fix {
  return {
    title: 'Migrate the availability sets to Virtual Machines node pools',
    steps: [
      {
        tool: 'az',
        text: `az aks update ${clusterArguments(snapshot, '-n')} --migrate-vmas-to-vms`,
      },
    ],
    price: [
      'downtime during the migration, and no way back',
      'the load balancer becomes Standard; egress IP addresses change',
    ],
  };
}

export function removeServiceAnnotation(
  service: { namespace: string; name: string },
  key: string,
  title: string,
  price: readonly string[],
): Fix {
  return {
    title,
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(service.namespace)} annotate service ${quoted(service.name)} ${quoted(key)}-`,
      },
    ],
    price,
  };
}

/** Makes the controllers look at the Service again, which also repairs pools and rules. */
export function reconcile(service: { namespace: string; name: string }): Fix {
  return {
    title: 'Make the cloud provider reconcile the Service again',
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(service.namespace)} annotate service ${quoted(service.name)} evenkeel.dev/reconcile="$(date +%s)" --overwrite`,
      },
    ],
    price: ['none beyond one more reconcile; if it fails again, the events of the Service say why'],
  };
}

export function patchStep(workload: WorkloadName, patch: unknown): Fix['steps'][number] {
  return {
    tool: 'kubectl',
    text: `kubectl -n ${quoted(workload.namespace)} patch ${workload.kind.toLowerCase()} ${quoted(workload.name)} --type strategic -p ${quoted(JSON.stringify(patch))}`,
  };
}

/** `-g <group> <flag> <cluster>`, or placeholders where ARM was not read. */
export function clusterArguments(snapshot: ClusterSnapshot, flag: string): string {
  return `-g ${quoted(snapshot.resourceGroup ?? 'RESOURCE_GROUP')} ${flag} ${quoted(snapshot.name)}`;
}
