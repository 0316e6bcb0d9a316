import type { IpFamily } from '../model/index.ts';
import { annotation, isInternal, isTrue, portAnnotation, type Annotations } from './annotations.ts';
import {
  expectedProbe,
  type ExpectedProbe,
  type ProbePort,
  type ProbeSettings,
} from './expected-probes.ts';
import { familySuffix, ruleName, serviceKey } from './names.ts';

/** What of a Service decides its rules in Azure. */
export interface RuleInputs {
  readonly uid: string;
  readonly annotations: Annotations;
  readonly ipFamilies: readonly IpFamily[];
  readonly externalTrafficPolicy: string;
  readonly healthCheckNodePort?: number;
  readonly sessionAffinity: string;
  readonly ports: readonly ProbePort[];
}

export interface ExpectedRule {
  readonly name: string;
  /** `Tcp`, `Udp` or `All`, as ARM spells it. */
  readonly protocol: string;
  readonly frontendPort: number;
  readonly backendPort: number;
  readonly floatingIp: boolean;
  /** `null` = not set. */
  readonly tcpReset: boolean | null;
  readonly idleMinutes: number;
  readonly distribution: string;
  /** Name of its probe; `null` = none. */
  readonly probe: string | null;
}

export interface ExpectedFamily {
  readonly family: IpFamily;
  readonly rules: readonly ExpectedRule[];
  readonly probes: readonly ExpectedProbe[];
}

/**
 * The rules and probes that Azure should have for a Service, per family (load-balancing.md §5, §6);
 * `error` = the cloud provider fails the whole Service for it.
 */
export function expectedRules(
  service: RuleInputs,
  settings: ProbeSettings,
): { readonly families: readonly ExpectedFamily[]; readonly error?: string } {
  const families: ExpectedFamily[] = [];
  for (const family of service.ipFamilies) {
    const result = familyRules(service, family, settings);
    if (typeof result === 'string') return { families: [], error: result };
    families.push(result);
  }
  return { families };
}

function familyRules(
  service: RuleInputs,
  family: IpFamily,
  settings: ProbeSettings,
): ExpectedFamily | string {
  const { annotations } = service;
  const timeout = idleMinutesOf(annotations);
  if (typeof timeout === 'string') return timeout;
  const idleMinutes: number = timeout;
  const standard = settings.sku.toLowerCase() === 'standard';
  const internal = isInternal(annotations);
  const highAvailability =
    internal &&
    standard &&
    isTrue(annotations, 'azure-load-balancer-enable-high-availability-ports');
  const naming = namingOf(service, family, internal);
  const probes = new Map<string, ExpectedProbe>();
  const rules: ExpectedRule[] = [];
  for (const port of service.ports) {
    if (
      !highAvailability &&
      portAnnotation(annotations, port.port, 'no_lb_rule')?.toLowerCase() === 'true'
    )
      continue;
    const name = ruleName({ ...naming, protocol: port.protocol, port: port.port });
    const probed = expectedProbe(port, service, settings, { own: name, local: naming.localProbe });
    if (probed.kind === 'error' && !highAvailability) return probed.error;
    const probe = probed.kind === 'probe' ? probed.probe : undefined;
    if (port.protocol === 'SCTP' && !(standard && internal))
      return 'SCTP is only supported on standard loadbalancer in internal mode';
    if (highAvailability) {
      if (probe !== undefined && probes.size === 0) probes.set(probe.name, probe);
      continue;
    }
    if (probe !== undefined) probes.set(probe.name, probe);
    rules.push(ruleOf(port, name, probe));
  }
  const [first] = service.ports;
  if (highAvailability && first !== undefined) {
    const [probe] = probes.values();
    const name = ruleName({ ...naming, protocol: first.protocol, port: first.port });
    rules.push({
      ...ruleOf(first, name, probe),
      protocol: 'All',
      frontendPort: 0,
      backendPort: 0,
      tcpReset: !isTrue(annotations, 'azure-load-balancer-disable-tcp-reset'),
    });
  }
  return { family, rules, probes: [...probes.values()] };

  function ruleOf(port: ProbePort, name: string, probe: ExpectedProbe | undefined): ExpectedRule {
    const floatingIp =
      !isTrue(annotations, 'azure-disable-load-balancer-floating-ip') &&
      !(internal && family === 'IPv6');
    return {
      name,
      protocol: protocols.get(port.protocol) ?? 'Tcp',
      frontendPort: port.port,
      backendPort: floatingIp ? port.port : (port.nodePort ?? 0),
      floatingIp,
      tcpReset:
        standard && port.protocol === 'TCP'
          ? !isTrue(annotations, 'azure-load-balancer-disable-tcp-reset')
          : null,
      idleMinutes,
      distribution: service.sessionAffinity === 'ClientIP' ? 'SourceIP' : 'Default',
      probe: probe?.name ?? null,
    };
  }
}

const protocols = new Map([
  ['TCP', 'Tcp'],
  ['UDP', 'Udp'],
  ['SCTP', 'All'],
]);

function namingOf(service: RuleInputs, family: IpFamily, internal: boolean) {
  const dualStack = service.ipFamilies.length === 2;
  const ipv6 = family === 'IPv6';
  const subnet = annotation(service.annotations, 'azure-load-balancer-internal-subnet');
  return {
    uid: service.uid,
    internal,
    ...(subnet !== undefined && { subnet }),
    dualStack,
    ipv6,
    localProbe: `${serviceKey(service.uid)}-TCP-${service.healthCheckNodePort ?? 0}${familySuffix(dualStack, ipv6)}`,
  };
}

/** 4 to 100 minutes; the documentation says 30, the code 100. */
function idleMinutesOf(annotations: Annotations): number | string {
  const text = annotation(annotations, 'azure-load-balancer-tcp-idle-timeout');
  if (text === undefined) return 4;
  const minutes = /^\d{1,9}$/u.test(text) ? Number(text) : NaN;
  if (minutes >= 4 && minutes <= 100) return minutes;
  return `idle timeout value must be a whole number of minutes between 4 and 100, actual: ${text}`;
}
