/** What a providerID, VM id, NIC id or ipConfiguration id says about the machine; names as spelt there. */
export type MachineId =
  | {
      readonly kind: 'scale-set-instance';
      readonly subscriptionId: string;
      readonly resourceGroup: string;
      readonly scaleSet: string;
      readonly instance: string;
    }
  | {
      readonly kind: 'virtual-machine';
      readonly subscriptionId: string;
      readonly resourceGroup: string;
      readonly name: string;
    }
  | {
      readonly kind: 'network-interface';
      readonly subscriptionId: string;
      readonly resourceGroup: string;
      readonly name: string;
    };

/**
 * Reads an id of ARM or a Node's `spec.providerID`, with or without `azure://`, in any letter case
 * (ARM spells one id in several). `undefined` for anything that is none of the three.
 * @see load-balancing.md §4
 */
export function machineIdOf(text: string): MachineId | undefined {
  const found = wholeId.exec(text.trim());
  if (found === null) return undefined;
  const [, subscriptionId = '', resourceGroup = '', rest = ''] = found;
  const owner = { subscriptionId, resourceGroup };
  const instance = scaleSetInstance.exec(rest);
  if (instance !== null)
    return {
      kind: 'scale-set-instance',
      ...owner,
      scaleSet: instance[1] ?? '',
      instance: instance[2] ?? '',
    };
  const machine = virtualMachine.exec(rest)?.[1];
  if (machine !== undefined) return { kind: 'virtual-machine', ...owner, name: machine };
  const nic = networkInterface.exec(rest)?.[1];
  if (nic !== undefined) return { kind: 'network-interface', ...owner, name: nic };
  return undefined;
}

const wholeId =
  /^(?:azure:\/\/)?\/subscriptions\/([^/]*)\/resourcegroups\/([^/]+)\/providers\/(.+)$/iu;
const scaleSetInstance =
  /^microsoft\.compute\/virtualmachinescalesets\/([^/]+)\/virtualmachines\/([^/]+)(?:\/|$)/iu;
const virtualMachine = /^microsoft\.compute\/virtualmachines\/([^/]+)(?:\/|$)/iu;
const networkInterface = /^microsoft\.network\/networkinterfaces\/([^/]+)(?:\/|$)/iu;

/** One text per machine, the same for its providerID, its NICs of a scale set and their ip configurations. */
export function machineKey(id: MachineId): string {
  const owner = `${id.subscriptionId}/${id.resourceGroup}`;
  const name = id.kind === 'scale-set-instance' ? `${id.scaleSet}/${id.instance}` : id.name;
  return `${id.kind} ${owner}/${name}`.toLowerCase();
}

/** A providerID outside Azure: the node is unmanaged. */
export function isUnmanagedProviderId(providerId: string): boolean {
  return !/^azure:\/\/\/subscriptions\/[^/]*\/resourcegroups\/[^/]*\/providers\/microsoft\.compute\/./iu.test(
    providerId,
  );
}

/** The same id with its resource group in lower case; `undefined` where it names none. */
export function withLowerCasedGroup(id: string): string | undefined {
  const found = /^(.*\/subscriptions\/[^/]*\/resourcegroups\/)([^/]+)(\/providers\/.*)$/iu.exec(id);
  return found === null ? undefined : `${found[1]}${found[2]?.toLowerCase()}${found[3]}`;
}

/** Name in an availability set's id; `''` for an empty id, `undefined` for one that is none. */
export function availabilitySetName(id: string): string | undefined {
  if (id === '') return '';
  return /\/subscriptions\/.*\/microsoft\.compute\/availabilitysets\/([^/]+)$/iu.exec(id)?.[1];
}

/** Number of a scale set instance from its node's name: the last six characters, base 36. */
export function instanceOfNodeName(name: string): number | undefined {
  const suffix = name.slice(-6);
  if (name.length < 7 || !/^[0-9a-z]{6}$/iu.test(suffix)) return undefined;
  return Number.parseInt(suffix, 36);
}
