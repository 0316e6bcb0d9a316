import type { Cluster } from '../facts/index.ts';
import {
  sameName,
  type ManagedCluster,
  type NodePool,
  type Read,
  type Taint,
} from '../model/index.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted, taintText } from './text.ts';

/** Ready-made fixes for a cluster and its nodes; each says what it costs. Commands are shown, never run. */

/** Availability sets go first: their migration brings the Standard load balancer with it. */
export function migrateFromBasic(cluster: Cluster, managedCluster: Read<ManagedCluster>): Fix {
  const pools = managedCluster.kind === 'read' ? managedCluster.value.nodePools : [];
  if (pools.some((pool) => sameName(pool.type ?? '', 'AvailabilitySet')))
    return migrateFromAvailabilitySets(cluster);
  return {
    title: 'Migrate the cluster to the Standard load balancer',
    steps: [
      {
        tool: 'az',
        text: `az aks update ${clusterArguments(cluster, '-n')} --load-balancer-sku=Standard`,
      },
    ],
    price: ['downtime during the migration, and no way back', 'egress IP addresses change'],
  };
}

export function migrateFromAvailabilitySets(cluster: Cluster): Fix {
  return {
    title: 'Migrate the availability sets to Virtual Machines node pools',
    steps: [
      {
        tool: 'az',
        text: `az aks update ${clusterArguments(cluster, '-n')} --migrate-vmas-to-vms`,
      },
    ],
    price: [
      'downtime during the migration, and no way back',
      'the load balancer becomes Standard; egress IP addresses change',
    ],
  };
}

/** `linuxElsewhere`: is there another place for Linux pods? */
export function isolateSystemPool(cluster: Cluster, pool: NodePool, linuxElsewhere: boolean): Fix {
  const others = pool.taints.filter((taint) => taint.key !== 'CriticalAddonsOnly');
  const isolating: Taint = { key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' };
  return {
    title: 'Keep user pods off the system pool (CriticalAddonsOnly=true:NoSchedule)',
    steps: [setPoolTaints(cluster, pool, [...others, isolating])],
    price: [
      'pods that run there now stay until they are restarted, and then need room on a user pool',
      ...(linuxElsewhere ? [] : ['Linux pods have no other pool: add a Linux user pool first']),
    ],
  };
}

/** The command replaces the whole list. */
export function setPoolTaints(
  cluster: Cluster,
  pool: Pick<NodePool, 'name'>,
  taints: readonly Taint[],
): FixStep {
  return {
    tool: 'az',
    text: `az aks nodepool update ${clusterArguments(cluster, '--cluster-name')} -n ${quoted(pool.name)} --node-taints ${quoted(taints.map(taintText).join(','))}`,
  };
}

export function usePoolsOfNics(cluster: Cluster): Fix {
  return {
    title: 'Go back to backend pools of NICs',
    steps: [
      {
        tool: 'az',
        text: `az aks update ${clusterArguments(cluster, '-n')} --load-balancer-backend-pool-type nodeIPConfiguration`,
      },
    ],
    price: [
      'inbound traffic of every Service is disturbed while the pools are made anew',
      'several Standard load balancers need pools of addresses, and cannot stay',
    ],
  };
}

export function lookAtNodes(): Fix {
  return {
    title: 'Find out why the nodes are not Ready or do not answer',
    steps: [{ tool: 'kubectl', text: 'kubectl get nodes -o wide' }],
    price: ['none: it only reads'],
  };
}

export function lookAtKubeProxy(): Fix {
  return {
    title: 'Find out why kube-proxy does not run on every node',
    steps: [{ tool: 'kubectl', text: 'kubectl -n kube-system describe daemonset kube-proxy' }],
    price: ['none: it only reads'],
  };
}

/** `-g <group> <flag> <cluster>`, or placeholders where ARM was not read. */
export function clusterArguments(cluster: Cluster, flag: string): string {
  return `-g ${quoted(cluster.resourceGroup ?? 'RESOURCE_GROUP')} ${flag} ${quoted(cluster.name)}`;
}

/** Whether pools hold NICs or addresses; changing it rebuilds them. */
export function setPoolType(
  cluster: Cluster,
  type: 'nodeIP' | 'nodeIPConfiguration',
  title: string,
): Fix {
  return {
    title,
    steps: [
      {
        tool: 'az',
        text: `az aks update ${clusterArguments(cluster, '-n')} --load-balancer-backend-pool-type ${type}`,
      },
    ],
    price: [
      'inbound connections are disturbed while the pools are rebuilt',
      ...(type === 'nodeIP' ? ['Private Link Services do not work with pools by address'] : []),
    ],
  };
}

/** kube-proxy's own health in place of the Service's node port: a node that leaves answers no more. */
export function useSharedProbe(cluster: Cluster): Fix {
  return {
    title: 'Let the probes of Cluster Services ask kube-proxy (health probe mode Shared)',
    steps: [
      {
        tool: 'az',
        text: `az aks update ${clusterArguments(cluster, '-n')} --cluster-service-load-balancer-health-probe-mode Shared`,
      },
    ],
    price: [
      'a node counts as healthy while its kube-proxy is, whether or not any pod is ready',
      'probes of single ports no longer count for Services with Cluster',
    ],
  };
}
