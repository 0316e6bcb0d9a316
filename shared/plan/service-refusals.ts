import {
  isObject,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
} from '../model/index.ts';
import { specOf, valueAt } from './fields.ts';
import type { Wanted, WantedService } from './object-kinds.ts';
import { targetPortsOf } from './target-ports.ts';

/** Why the API server takes none of a manifest, and the field that is wrong. */
export interface ManifestRefusal {
  readonly path: string;
  readonly text: string;
}

interface ServiceRequest {
  readonly snapshot: ClusterSnapshot;
  readonly wanted: WantedService;
  readonly type: string;
  /** The Service of type LoadBalancer that exists. */
  readonly live: LoadBalancerService | undefined;
  /** What it would be, where it is of type LoadBalancer. */
  readonly next?: LoadBalancerService;
}

/** What the API server's validation of a Service says (source: kubernetes pkg/apis/core/validation). */
export function serviceRefusal(asked: ServiceRequest): ManifestRefusal | undefined {
  return (
    nameRefusal(asked) ??
    typeRefusal(asked) ??
    portRefusal(asked) ??
    policyRefusal(asked) ??
    immutableRefusal(asked)
  );
}

function nameRefusal({ wanted: { name } }: ServiceRequest): ManifestRefusal | undefined {
  return /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/u.test(name)
    ? undefined
    : {
        path: 'metadata.name',
        text: `${JSON.stringify(name.slice(0, 80))} cannot name a Service: at most 63 lower-case letters, digits and hyphens, a letter first`,
      };
}

function typeRefusal({ type }: ServiceRequest): ManifestRefusal | undefined {
  return ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'].includes(type)
    ? undefined
    : {
        path: 'spec.type',
        text: `spec.type is ${JSON.stringify(type)}, not ClusterIP, NodePort, LoadBalancer or ExternalName`,
      };
}

function at(text: string): ManifestRefusal {
  return { path: 'spec.ports', text };
}

function portRefusal({ snapshot, wanted, next }: ServiceRequest): ManifestRefusal | undefined {
  if (next === undefined) return undefined;
  const { ports } = next;
  const names = ports.map(({ name }) => name);
  if (ports.length > 1 && names.includes(''))
    return at('each of several ports needs a name in spec.ports');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return at(`two of its ports have the name ${twice}`);
  const numbers = ports.map(({ port, protocol }) => `${port}/${protocol}`);
  const same = numbers.find((each, index) => numbers.indexOf(each) !== index);
  if (same !== undefined) return at(`port ${same} stands twice in spec.ports`);
  const numeric = [...targetPortsOf(wanted).values()].find(
    (each) => typeof each === 'string' && /^\d+$/u.test(each),
  );
  if (numeric !== undefined)
    return at(
      `targetPort ${JSON.stringify(numeric)} is a text, which must be the name of a container port; write the number without quotes`,
    );
  const given = givenNodePorts(wanted);
  const owners = given.some(isPort) ? nodePortOwners(snapshot, wanted) : undefined;
  for (const { nodePort } of ports) {
    if (!isPort(nodePort)) continue;
    const isGiven = given.includes(nodePort);
    if (!isGiven && nodePort < 30_000) return at(noNodePortLeft);
    if (isGiven && (nodePort < 30_000 || nodePort > 32_767))
      return at(`nodePort ${nodePort} is not in the range 30000-32767`);
    const owner = isGiven ? owners?.get(nodePort) : undefined;
    if (owner !== undefined)
      return at(`nodePort ${nodePort} is already allocated to Service ${owner}`);
  }
  return undefined;
}

/** What the API server says to every Service beyond the last node port. */
export const noNodePortLeft = 'no node port of the range 30000-32767 is left';

/** Zero stands for none. */
function isPort(port: unknown): port is number {
  return typeof port === 'number' && port !== 0;
}

function givenNodePorts({ raw }: Wanted): readonly unknown[] {
  const given = valueAt(raw, ['spec', 'ports']);
  const ports: readonly unknown[] = Array.isArray(given) ? given : [];
  return ports.map((port) => (isObject(port) ? port['nodePort'] : undefined));
}

/** Node ports of other Services, as far as they were read. */
function nodePortOwners(
  snapshot: ClusterSnapshot,
  { namespace, name }: Wanted,
): ReadonlyMap<number, string> {
  const owners = new Map<number, string>();
  const services = [
    ...valueOr(snapshot.services, []).map((each) => ({
      ...each,
      more: each.healthCheckNodePort,
    })),
    ...valueOr(snapshot.nodePortServices, []).map((each) => ({ ...each, more: undefined })),
  ];
  for (const { namespace: ns, name: other, ports, more } of services)
    if (ns !== namespace || other !== name)
      for (const port of [...ports.map(({ nodePort }) => nodePort), more])
        if (port !== undefined && port > 0) owners.set(port, `${ns}/${other}`);
  return owners;
}

function policyRefusal({
  snapshot,
  wanted,
  type,
  next,
}: ServiceRequest): ManifestRefusal | undefined {
  const spec = specOf(wanted.raw);
  const external = type === 'LoadBalancer' || type === 'NodePort';
  if (!external && spec['externalTrafficPolicy'] !== undefined)
    return {
      path: 'spec.externalTrafficPolicy',
      text: `spec.externalTrafficPolicy is for type LoadBalancer and NodePort, not ${type}`,
    };
  const port = spec['healthCheckNodePort'];
  if (port !== undefined && port !== 0 && next?.externalTrafficPolicy !== 'Local')
    return {
      path: 'spec.healthCheckNodePort',
      text: 'spec.healthCheckNodePort is for type LoadBalancer with externalTrafficPolicy Local',
    };
  const families = valueOr(snapshot.managedCluster, undefined)?.ipFamilies ?? [];
  return spec['ipFamilyPolicy'] === 'RequireDualStack' && families.length === 1
    ? {
        path: 'spec.ipFamilyPolicy',
        text: `RequireDualStack needs a dual-stack cluster, and this one has ${families.join()} alone`,
      }
    : undefined;
}

function immutableRefusal({ live, next }: ServiceRequest): ManifestRefusal | undefined {
  if (live === undefined || next === undefined) return undefined;
  if (live.loadBalancerClass !== next.loadBalancerClass)
    return {
      path: 'spec.loadBalancerClass',
      text: 'spec.loadBalancerClass cannot change; delete and recreate the Service',
    };
  const { healthCheckNodePort: before } = live;
  const { healthCheckNodePort: after } = next;
  if (before !== undefined && after !== undefined && before !== after)
    return {
      path: 'spec.healthCheckNodePort',
      text: 'spec.healthCheckNodePort cannot change while externalTrafficPolicy is Local',
    };
  return live.ipFamilies[0] === next.ipFamilies[0]
    ? undefined
    : { path: 'spec.ipFamilies', text: 'the first of spec.ipFamilies cannot change' };
}
