import {
  armId,
  hostnameLabel,
  nodeName,
  poolNameOf,
  valueOr,
  type ClusterSnapshot,
  type NetworkInterface,
  type Node,
} from '../model/index.ts';
import { machineIdOf } from '../load-balancing/index.ts';

/** A Ready node of a pool with the name and the ID that AKS would give it, like `model` in all else. */
export function cloneNode(
  model: Node,
  pool: string,
  index: number,
  snapshot: ClusterSnapshot,
): Node {
  const id = machineIdOf(model.providerId);
  const hash = /-(\d{5,})-/u.exec(model.providerId)?.[1] ?? '00000000';
  const scaleSet = id?.kind === 'scale-set-instance' ? id.scaleSet : undefined;
  const name = nodeName(
    scaleSet !== undefined
      ? `aks-${pool}-${hash}-vmss${index.toString(36).padStart(6, '0')}`
      : `aks-${pool}-${hash}-${index}`,
  );
  const prefix =
    /^(.*\/providers\/)microsoft\.compute\//iu.exec(model.providerId)?.[1] ?? 'azure:///';
  const set =
    scaleSet !== undefined && poolNameOf(model) === pool ? scaleSet : `aks-${pool}-${hash}-vmss`;
  const at = valueOr(snapshot.nodes, []).length + index;
  const families = [...new Set(model.internalIps.map((ip) => ip.includes(':')))];
  return {
    ...model,
    name,
    labels: new Map([
      ...model.labels,
      ['kubernetes.azure.com/agentpool', pool],
      ['agentpool', pool],
      [hostnameLabel, name],
    ]),
    unschedulable: false,
    deleting: false,
    ready: 'true',
    providerId:
      scaleSet !== undefined
        ? `${prefix}Microsoft.Compute/virtualMachineScaleSets/${set}/virtualMachines/${index}`
        : `${prefix}Microsoft.Compute/virtualMachines/${name}`,
    internalIps: families.map((ipv6) => plannedIp(pool, at, ipv6)),
  };
}

/** An address of the ranges for benchmarks, which no network of a cluster uses. */
function plannedIp(pool: string, at: number, ipv6: boolean): string {
  const sum = Array.from(pool).reduce(
    (total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 127,
    7,
  );
  return ipv6
    ? `2001:2::${sum.toString(16)}:${at.toString(16)}`
    : `198.18.${(sum + (at >> 8)) % 256}.${at % 256}`;
}

/** The first number that no node of the pool has. */
export function freeIndex(snapshot: ClusterSnapshot, pool: string): number {
  const used = valueOr(snapshot.nodes, [])
    .filter((node) => poolNameOf(node) === pool)
    .flatMap((node) => {
      const id = machineIdOf(node.providerId);
      const text =
        id?.kind === 'scale-set-instance' ? id.instance : (/\d+$/u.exec(node.name)?.[0] ?? '');
      return /^\d{1,9}$/u.test(text) ? [Number(text)] : [];
    });
  return used.length === 0 ? 0 : Math.max(...used) + 1;
}

/** A machine of its own has a NIC of its own in ARM; that of a scale set is in no list. */
export function newInterface(node: Node, snapshot: ClusterSnapshot): readonly NetworkInterface[] {
  const id = machineIdOf(node.providerId);
  if (id?.kind !== 'virtual-machine') return [];
  const [like] = valueOr(snapshot.networkInterfaces, []).filter(
    (nic) => nic.virtualMachineId !== undefined,
  );
  const nic = `/subscriptions/${id.subscriptionId}/resourceGroups/${id.resourceGroup}/providers/Microsoft.Network/networkInterfaces/${node.name}-nic`;
  const subnetId = like?.ipConfigurations[0]?.subnetId;
  return [
    {
      id: armId(nic),
      name: `${node.name}-nic`,
      resourceGroup: id.resourceGroup.toLowerCase(),
      virtualMachineId: armId(node.providerId.replace(/^azure:\/\//iu, '')),
      ...(like?.securityGroupId !== undefined && { securityGroupId: like.securityGroupId }),
      provisioningState: 'succeeded',
      ipConfigurations: node.internalIps.map((address, index) => ({
        id: armId(`${nic}/ipConfigurations/ipconfig${index + 1}`),
        family: address.includes(':') ? 'IPv6' : 'IPv4',
        ...(subnetId !== undefined && { subnetId }),
        backendPoolIds: [],
      })),
    },
  ];
}
