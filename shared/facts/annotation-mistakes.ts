import { internalAnnotation, isInternal } from '../load-balancing/index.ts';
import type { LoadBalancerService } from '../model/index.ts';

/**
 * What people write and Azure's cloud provider does not read: names of other clouds, of old
 * documentation and of fields in ARM. `names` are the known names that may be meant, the first one
 * whose values the value fits; without any the note alone says what to do.
 */
export interface KnownMistake {
  readonly names: readonly string[];
  readonly note?: string;
}

const addresses = ['azure-load-balancer-ipv4', 'azure-load-balancer-ipv6'];
const publicIp = ['azure-pip-name', ...addresses];
const probe = 'azure-load-balancer-health-probe-';

/** By what stands behind `azure-` and `load-balancer-`. */
const renamed: Readonly<Record<string, readonly string[]>> = {
  pip: publicIp,
  'pip-name': publicIp,
  'public-ip': publicIp,
  'public-ip-name': publicIp,
  'public-ip-address': publicIp,
  ip: addresses,
  'ip-address': addresses,
  'static-ip': addresses,
  'static-ip-address': addresses,
  'private-ip': addresses,
  'private-ip-address': addresses,
  'internal-ip': addresses,
  'internal-ip-address': addresses,
  'internal-static-ip': addresses,
  'dns-label': ['azure-dns-label-name'],
  'dns-label-name': ['azure-dns-label-name'],
  'dns-name': ['azure-dns-label-name'],
  'idle-timeout': ['azure-load-balancer-tcp-idle-timeout'],
  'idle-timeout-in-minutes': ['azure-load-balancer-tcp-idle-timeout'],
  'health-probe-path': [`${probe}request-path`],
  'health-check-path': [`${probe}request-path`],
  'healthcheck-path': [`${probe}request-path`],
  'probe-path': [`${probe}request-path`],
  'health-check-protocol': [`${probe}protocol`],
  'probe-protocol': [`${probe}protocol`],
  'health-check-interval': [`${probe}interval`],
  'probe-interval': [`${probe}interval`],
  'health-probe-threshold': [`${probe}num-of-probe`],
  'health-probe-count': [`${probe}num-of-probe`],
  'probe-threshold': [`${probe}num-of-probe`],
  'allowed-ips': ['azure-allowed-ip-ranges'],
  'allowed-cidrs': ['azure-allowed-ip-ranges'],
  'source-ranges': ['azure-allowed-ip-ranges'],
  'whitelist-source-range': ['azure-allowed-ip-ranges'],
  tags: ['azure-pip-tags'],
  'pip-resource-group': ['azure-load-balancer-resource-group'],
  'public-ip-resource-group': ['azure-load-balancer-resource-group'],
  'disable-floating-ip': ['azure-disable-load-balancer-floating-ip'],
  'ha-ports': ['azure-load-balancer-enable-high-availability-ports'],
  'high-availability-ports': ['azure-load-balancer-enable-high-availability-ports'],
};

const sku = 'the SKU is set per cluster, not per Service';
const mixed = 'a Service with TCP and UDP ports needs no annotation';
const subnet = `only an internal Service has a subnet, set with ${internalAnnotation}-subnet`;

const noted: Readonly<Record<string, string>> = {
  sku,
  'sku-name': sku,
  'sku-tier': sku,
  'mixed-protocol': mixed,
  'mixed-protocols': mixed,
  'shared-securityrule': 'obsolete: no supported Kubernetes version reads it',
  'floating-ip':
    'floating IP is on by default; azure-disable-load-balancer-floating-ip turns it off',
  'enable-floating-ip':
    'floating IP is on by default; azure-disable-load-balancer-floating-ip turns it off',
  name: 'the cloud provider names the load balancer; azure-load-balancer-configurations selects one',
};

const subnets = new Set(['subnet', 'subnet-name', 'subnet-id']);
const probePorts = new Set([
  'health-probe-port',
  'health-check-port',
  'healthcheck-port',
  'probe-port',
]);

/** `name` stands behind the prefix; `value` as it is written. */
export function knownMistake(
  service: LoadBalancerService,
  name: string,
  value: string,
): KnownMistake | undefined {
  const stem = name
    .trim()
    .toLowerCase()
    .replace(/^(?:azure-)?(?:load-?balancer-)?/u, '');
  if (probePorts.has(stem)) return ofProbePort(service, value);
  if (subnets.has(stem))
    return {
      names: isInternal(service.annotations) ? [`${internalAnnotation}-subnet`] : [],
      note: subnet,
    };
  const note = own(noted, stem);
  if (note !== undefined) return { names: [], note };
  const names = own(renamed, stem);
  return names === undefined ? undefined : { names };
}

/** A probe port is set per port of the Service, and takes the place of the health check of Local. */
function ofProbePort(
  { ports, externalTrafficPolicy }: LoadBalancerService,
  value: string,
): KnownMistake {
  if (externalTrafficPolicy === 'Local')
    return {
      names: [],
      note: 'under externalTrafficPolicy: Local the health check node port is probed',
    };
  const wanted = value.trim().toLowerCase();
  const port =
    ports.find(({ port: number, name }) => String(number) === wanted || name === wanted) ??
    (ports.length === 1 ? ports[0] : undefined);
  return {
    names: port === undefined ? [] : [`port_${port.port}_health-probe_port`],
    note: 'a probe port is set per port: port_<port>_health-probe_port',
  };
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
