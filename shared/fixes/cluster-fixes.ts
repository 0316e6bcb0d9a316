import type { Cluster } from '../facts/index.ts';
import {
  compacted,
  nodePoolsOf,
  sameName,
  type ManagedCluster,
  type NodePool,
  type Read,
  type ServiceName,
  type Taint,
} from '../model/index.ts';
import type { PortTraffic } from '../traffic/index.ts';
import { aksNodePool, aksUpdate, az, kubectl, readOnlyFix } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted, taintText } from './text.ts';

/** Ready-made fixes for a cluster and its nodes; each says what it costs. Commands are shown, never run. */

/** Availability sets go first: their migration brings the Standard load balancer with it. */
export function migrateFromBasic(cluster: Cluster, managedCluster: Read<ManagedCluster>): Fix {
  if (nodePoolsOf(managedCluster).some((pool) => sameName(pool.type ?? '', 'AvailabilitySet')))
    return migrateFromAvailabilitySets(cluster);
  return {
    title: 'Migrate the cluster to the Standard load balancer',
    steps: [aksUpdate(cluster, '--load-balancer-sku=Standard')],
    price: ['downtime during the migration; it cannot be undone', 'egress IP addresses change'],
  };
}

/** Out of support like Basic, and left first. */
export function migrateFromAvailabilitySets(cluster: Cluster): Fix {
  return {
    title: 'Migrate the availability sets to Virtual Machines node pools',
    steps: [aksUpdate(cluster, '--migrate-vmas-to-vms')],
    price: [
      'downtime during the migration; it cannot be undone',
      'the load balancer becomes Standard; egress IP addresses change',
    ],
  };
}

/** The taint by which AKS keeps user pods off a system pool. */
export const isolating: Taint = {
  key: 'CriticalAddonsOnly',
  value: 'true',
  effect: 'NoSchedule',
};

/** `linuxElsewhere`: is there another place for Linux pods? */
export function isolateSystemPool(cluster: Cluster, pool: NodePool, linuxElsewhere: boolean): Fix {
  const others = pool.taints.filter((taint) => taint.key !== 'CriticalAddonsOnly');
  return {
    title: 'Keep user pods off the system pool (CriticalAddonsOnly=true:NoSchedule)',
    steps: [setPoolTaints(cluster, pool, [...others, isolating])],
    price: compacted([
      'running pods stay there until they are restarted, and then need capacity on a user pool',
      !linuxElsewhere && 'there is no other pool for Linux pods: add a Linux user pool first',
    ]),
  };
}

/** The command replaces the whole list. */
export function setPoolTaints(
  cluster: Cluster,
  pool: Pick<NodePool, 'name'>,
  taints: readonly Taint[],
): FixStep {
  return aksNodePool(
    cluster,
    'update',
    pool.name,
    `--node-taints ${quoted(taints.map(taintText).join(','))}`,
  );
}

/** For what works with pools of NICs only. */
export function usePoolsOfNics(cluster: Cluster): Fix {
  return {
    title: 'Switch back to NIC-based backend pools',
    steps: [aksUpdate(cluster, '--load-balancer-backend-pool-type nodeIPConfiguration')],
    price: [
      'inbound traffic of every Service is interrupted while the pools are rebuilt',
      'multiple Standard load balancers need IP-based pools and must be removed first',
    ],
  };
}

/** For nodes of which nothing else says why they do not serve. */
export function lookAtNodes(): Fix {
  return readOnlyFix(
    'Check why nodes are NotReady or do not respond',
    kubectl('get nodes -o wide'),
  );
}

/** For backends that Azure sees in another state than was predicted. */
/** Of a pool entry that a person set down; the CLI shows the state, and the portal sets it. */
export function resetAdminState({ loadBalancer, backendPool }: PortTraffic): Fix {
  const balancer = quoted(loadBalancer?.name ?? 'LOAD_BALANCER');
  const pool = quoted(backendPool ?? 'BACKEND_POOL');
  return {
    title: 'Set the admin state of the pool member back to None',
    steps: [
      az(
        `network lb address-pool show -g NODE_RESOURCE_GROUP --lb-name ${balancer} -n ${pool} --query "loadBalancerBackendAddresses[].{name:name,adminState:adminState}"`,
      ),
    ],
    price: ['the node receives new connections again as soon as it passes the probe'],
  };
}

/** Sends what the probe sends from a debug pod: to the node that answers otherwise than predicted, where there is one. */
export function lookAtProbe(
  { namespace, name }: ServiceName,
  { probe, backends }: PortTraffic,
): Fix {
  const node = backends.find(
    (each) => each.predictedUp !== undefined && each.predictedUp !== each.up,
  );
  const scheme = probe?.protocol.toLowerCase() === 'https' ? 'https' : 'http';
  const target = `NODE_IP:${probe?.port ?? 'PROBE_PORT'}`;
  return {
    title: 'Run the probe manually from a node',
    steps: compacted([
      node !== undefined && kubectl(`get node ${quoted(node.node)} -o wide`),
      kubectl(
        `run probe --rm -it --restart=Never --image=${
          probe?.protocol === 'Tcp'
            ? `busybox -- nc -zvw5 NODE_IP ${probe.port}`
            : `curlimages/curl -- curl -si -m5 ${quoted(`${scheme}://${target}${probe?.path ?? '/'}`)}`
        }`,
      ),
      kubectl(`describe service ${quoted(name)} -n ${quoted(namespace)}`),
    ]),
    price: ['a short-lived pod runs in the cluster'],
  };
}

/** For nodes on which it should run. */
export function lookAtKubeProxy(): Fix {
  return readOnlyFix(
    'Check why kube-proxy is not running on every node',
    kubectl('-n kube-system describe daemonset kube-proxy'),
  );
}

/** Whether pools hold NICs or addresses; changing it rebuilds them. */
export function setPoolType(
  cluster: Cluster,
  type: 'nodeIP' | 'nodeIPConfiguration',
  title: string,
): Fix {
  return {
    title,
    steps: [aksUpdate(cluster, `--load-balancer-backend-pool-type ${type}`)],
    price: compacted([
      'inbound connections are interrupted while the pools are rebuilt',
      type === 'nodeIP' && 'Private Link Services do not work with IP-based pools',
    ]),
  };
}

/** Probes kube-proxy's health instead of the Service's node port: a node that is being removed fails it. */
export function useSharedProbe(cluster: Cluster): Fix {
  return {
    title: 'Probe kube-proxy for all Cluster Services (health probe mode Shared)',
    steps: [aksUpdate(cluster, '--cluster-service-load-balancer-health-probe-mode Shared')],
    price: [
      'a node counts as healthy as long as its kube-proxy is, even if no pod is ready',
      'per-port probe settings no longer apply to Cluster Services',
    ],
  };
}
