import type { ClusterDescription, PortDescription, ServiceDescription } from './description.ts';
import { addressAfter, type ClusterNames } from './names.ts';
import { seededNumber, seededUid } from './seed.ts';

/** A Service with the numbers that the API server and Azure give it. */
export interface SimulatedService {
  readonly service: ServiceDescription;
  readonly key: string;
  readonly uid: string;
  /** Name of its frontend in Azure: `a` and the uid without dashes, 32 characters in all. */
  readonly frontend: string;
  readonly clusterIp: string;
  /** `undefined` while Azure has made nothing for it. */
  readonly ip: string | undefined;
  readonly nodePorts: readonly (number | undefined)[];
  readonly healthCheckNodePort: number | undefined;
}

/** The Services of a cluster, with the ids, addresses and ports that the control plane gives them. */
export function servicesOf(
  cluster: ClusterDescription,
  names: ClusterNames,
): readonly SimulatedService[] {
  const taken = new Set<number>();
  const nodePort = (seed: string): number => {
    let port = 30_000 + seededNumber(seed, 2768);
    while (taken.has(port)) port = port === 32_767 ? 30_000 : port + 1;
    taken.add(port);
    return port;
  };
  return cluster.services.map((service, position) => {
    const key = `${service.namespace}/${service.name}`;
    const seed = `${names.id}/services/${key}`.toLowerCase();
    const uid = seededUid(seed);
    const balanced = service.type === 'LoadBalancer';
    return {
      service,
      key,
      uid,
      frontend: `a${uid.replaceAll('-', '')}`.slice(0, 32),
      clusterIp: addressAfter('10.0.1.0', seededNumber(`${seed}/ip`, 60_000)),
      ip: addressOf(service, seed, position),
      nodePorts: service.ports.map((port) =>
        balanced && service.nodePorts ? nodePort(`${seed}/${portKey(port)}`) : undefined,
      ),
      healthCheckNodePort:
        balanced && service.policy === 'Local' ? nodePort(`${seed}/health`) : undefined,
    };
  });
}

/** TCP where nothing is said. */
export function protocolOf({ protocol }: PortDescription): 'TCP' | 'UDP' | 'SCTP' {
  return protocol ?? 'TCP';
}

function portKey(port: PortDescription): string {
  return `${protocolOf(port)}-${port.port}`;
}

function addressOf(
  service: ServiceDescription,
  seed: string,
  position: number,
): string | undefined {
  if (service.type !== 'LoadBalancer' || service.loadBalancer === undefined) return undefined;
  if (service.loadBalancerIp !== undefined) return service.loadBalancerIp;
  if (service.internal) return addressAfter('10.224.200.10', position);
  return addressAfter('20.50.0.0', seededNumber(`${seed}/public`, 65_000));
}
