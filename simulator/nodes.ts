import type { ClusterDescription, NodeChange, PoolDescription } from './description.ts';
import { addressAfter, computeId, lowerGroup, networkId, type ClusterNames } from './names.ts';
import { seededLetters } from './seed.ts';

export interface TaintJson {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A node with everything that its place in Azure decides. */
export interface SimulatedNode {
  /** How the description names it: pool and number. */
  readonly ref: string;
  readonly name: string;
  readonly pool: PoolDescription;
  readonly index: number;
  readonly ip: string;
  /** Scale set or availability set; `undefined` for single VMs. */
  readonly vmSet: string | undefined;
  readonly providerId: string | undefined;
  readonly virtualMachineId: string | undefined;
  /** Only NICs of single VMs are resources of their own. */
  readonly nicName: string | undefined;
  /** `undefined` for a virtual node. */
  readonly ipConfigurationId: string | undefined;
  readonly zone: string;
  readonly change: NodeChange | undefined;
}

/** All nodes of a cluster, pool after pool. */
export function nodesOf(
  cluster: ClusterDescription,
  names: ClusterNames,
): readonly SimulatedNode[] {
  let before = 0;
  return cluster.pools.flatMap((pool) => {
    const changes = new Map(pool.oddNodes.map((change) => [change.index, change]));
    const nodes = Array.from({ length: pool.count }, (_, index) =>
      node(cluster, names, pool, index, before + index, changes.get(index)),
    );
    before += pool.count;
    return nodes;
  });
}

function node(
  cluster: ClusterDescription,
  names: ClusterNames,
  pool: PoolDescription,
  index: number,
  position: number,
  change: NodeChange | undefined,
): SimulatedNode {
  const zone = pool.zones.at(index % Math.max(pool.zones.length, 1));
  return {
    ref: `${pool.name}-${index}`,
    pool,
    index,
    ip: addressAfter('10.224.0.4', position),
    zone: zone === undefined ? '0' : `${cluster.location}-${zone}`,
    change,
    ...identity(names, pool, index),
  };
}

type Identity = Pick<
  SimulatedNode,
  'name' | 'vmSet' | 'providerId' | 'virtualMachineId' | 'nicName' | 'ipConfigurationId'
>;

function identity(names: ClusterNames, pool: PoolDescription, index: number): Identity {
  switch (pool.kind) {
    case 'VirtualMachineScaleSets': {
      const vmSet = scaleSetName(names, pool);
      const id = computeId(names, 'virtualMachineScaleSets', `${vmSet}/virtualMachines/${index}`);
      return {
        name: `${vmSet.toLowerCase()}${index.toString(36).padStart(6, '0')}`,
        vmSet,
        providerId: `azure://${lowerGroup(names, id)}`,
        virtualMachineId: id,
        nicName: undefined,
        ipConfigurationId: `${id}/networkInterfaces/${vmSet}/ipConfigurations/ipconfig1`,
      };
    }
    case 'AvailabilitySet': {
      const stem = `aks-${pool.name}-${names.digits}`;
      return {
        ...standalone(names, `${stem}-${index}`, `${stem}-nic-${index}`),
        vmSet: `${pool.name}-availabilitySet-${names.digits}`,
      };
    }
    case 'VirtualMachines': {
      const name = `aks-${pool.name}-${names.digits}-vms${index + 1}`;
      return standalone(names, name, `${name}-nic`);
    }
    case 'NodeAutoProvisioning': {
      const name = `aks-${pool.name}-${seededLetters(`${names.id}/${pool.name}/${index}`, 5)}`;
      return standalone(names, name, name);
    }
    case 'VirtualNode':
      return {
        name: index === 0 ? 'virtual-node-aci-linux' : `virtual-node-aci-linux-${index}`,
        vmSet: undefined,
        providerId: undefined,
        virtualMachineId: undefined,
        nicName: undefined,
        ipConfigurationId: undefined,
      };
  }
}

function standalone(names: ClusterNames, name: string, nicName: string): Identity {
  const id = computeId(names, 'virtualMachines', name);
  return {
    name,
    vmSet: undefined,
    providerId: `azure://${lowerGroup(names, id)}`,
    virtualMachineId: id,
    nicName,
    ipConfigurationId: `${networkId(names, 'networkInterfaces', nicName)}/ipConfigurations/ipconfig1`,
  };
}

/** Windows computer names have 15 characters at most, so those sets are called without dashes. */
function scaleSetName(names: ClusterNames, pool: PoolDescription): string {
  return pool.os === 'Windows' ? `aks${pool.name}` : `aks-${pool.name}-${names.digits}-vmss`;
}

/** `key=value:Effect` or `key:Effect`. */
export function taintJson(text: string): TaintJson {
  const colon = text.lastIndexOf(':');
  const head = text.slice(0, colon);
  const equals = head.indexOf('=');
  const effect = text.slice(colon + 1);
  return equals === -1
    ? { key: head, effect }
    : { key: head.slice(0, equals), value: head.slice(equals + 1), effect };
}
