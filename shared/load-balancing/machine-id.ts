interface Owner {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** What a providerID, VM id, NIC id or ipConfiguration id says about the machine; names as spelt there. */
export type MachineId =
  | (Owner & {
      readonly kind: 'scale-set-instance';
      readonly scaleSet: string;
      readonly instance: string;
    })
  | (Owner & { readonly kind: 'virtual-machine'; readonly name: string })
  | (Owner & { readonly kind: 'network-interface'; readonly name: string });

/**
 * Reads an id of ARM or a Node's `spec.providerID`, with whatever stands before its subscription, in
 * any letter case (ARM spells one id in several). `undefined` for anything that is none of the three.
 * Source: cloud-provider-azure
 */
export function machineIdOf(text: string): MachineId | undefined {
  const start = text.toLowerCase().indexOf('/subscriptions/');
  const found = start === -1 ? null : wholeId.exec(text.slice(start).trimEnd());
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

const wholeId = /^\/subscriptions\/([^/]*)\/resourcegroups\/([^/]+)\/providers\/(.+)$/iu;
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
  return !/^azure:\/\/\/subscriptions\/[^/]*\/resourcegroups\/[^/]*\/providers\/microsoft\.compute\//iu.test(
    providerId,
  );
}

/** The scale set that a node's providerID names; `undefined` outside Azure and for other machines. */
export function scaleSetOfProviderId(
  providerId: string,
): Extract<MachineId, { kind: 'scale-set-instance' }> | undefined {
  const id = isUnmanagedProviderId(providerId) ? undefined : machineIdOf(providerId);
  return id?.kind === 'scale-set-instance' && /^\d/u.test(id.instance) ? id : undefined;
}

/** Name in an availability set's id; `''` for an empty id, `undefined` for one that is none. */
export function availabilitySetName(id: string): string | undefined {
  if (id === '') return '';
  return /\/subscriptions\/[^/]*\/resourcegroups\/[^/]*\/providers\/microsoft\.compute\/availabilitysets\/([^/]+)$/iu.exec(
    id,
  )?.[1];
}

/** Number of a scale set instance from its node's name: the last six characters, base 36. */
export function instanceOfNodeName(name: string): number | undefined {
  const suffix = /[0-9a-z]{6}$/iu.exec(name)?.[0];
  return suffix === undefined ? undefined : Number.parseInt(suffix, 36);
}

export interface NamedScaleSet {
  readonly name: string;
  /** The scale set's own name where it has no other prefix. */
  readonly computerNamePrefix?: string | undefined;
}

/** The scale set whose instances are called like a node; any number in six characters will do. */
export function scaleSetOfNodeName<T extends NamedScaleSet>(
  name: string,
  scaleSets: readonly T[],
): T | undefined {
  if (instanceOfNodeName(name) === undefined) return undefined;
  const prefix = name.slice(0, -6).toLowerCase();
  return scaleSets.find((each) => (each.computerNamePrefix ?? each.name).toLowerCase() === prefix);
}
