import type { IpFamily } from '../model/index.ts';
import {
  annotation,
  floatingIpOff,
  hasInternalRules,
  hasNoRule,
  internalSubnet,
  isInternal,
  isTrue,
  wholeNumber,
  wholeNumbersOf,
  type Annotations,
} from './annotations.ts';
import { expectedProbe, probeForAllPorts } from './expected-probes.ts';
import { ruleName } from './names.ts';
import type { ExpectedProbe, Probed, ProbedService, ProbePort, ProbeSettings } from './probed.ts';

/** What of a Service decides its rules in Azure. */
export interface RuleInputs extends ProbedService {
  readonly uid: string;
  readonly ipFamilies: readonly IpFamily[];
  readonly sessionAffinity: string;
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
 * The rules and probes that Azure should have for a Service, per family (source: cloud-provider-azure);
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
  const { annotations, ports } = service;
  const ipv6 = family === 'IPv6';
  const nameOf = (port: { readonly protocol: string; readonly port: number }): string =>
    ruleName({
      uid: service.uid,
      internal: isInternal(annotations),
      subnet: internalSubnet(annotations) ?? '',
      dualStack: service.ipFamilies.length === 2,
      ipv6,
      protocol: port.protocol,
      port: port.port,
    });
  const local = nameOf({ protocol: 'TCP', port: service.healthCheckNodePort ?? 0 });
  const standard = settings.sku.toLowerCase() === 'standard';
  const internalOnStandard = standard && hasInternalRules(annotations);
  const [first] = ports;
  if (usesAllPorts(annotations, settings.sku) && first !== undefined) {
    const name = nameOf(first);
    const probed = probeForAllPorts(service, settings, { own: name, local });
    if (probed.kind === 'error') return probed.error;
    const rule = ruleOf(service, { ...allPorts, ipv6, standard: true }, name, probed);
    return typeof rule === 'string' ? rule : { family, rules: [rule], probes: probesOf([probed]) };
  }
  const rules: ExpectedRule[] = [];
  const probes: Probed[] = [];
  for (const port of ports) {
    if (hasNoRule(annotations, port.port)) continue;
    if (port.protocol === 'SCTP' && !internalOnStandard)
      return 'SCTP is only supported on standard loadbalancer in internal mode';
    if (!protocols.has(port.protocol))
      return 'only TCP, UDP and SCTP are supported for Azure LoadBalancers';
    const name = nameOf(port);
    const probed = expectedProbe(port, service, settings, { own: name, local });
    if (probed.kind === 'error') return probed.error;
    const rule = ruleOf(service, { ...port, ipv6, standard }, name, probed);
    if (typeof rule === 'string') return rule;
    rules.push(rule);
    probes.push(probed);
  }
  return { family, rules, probes: probesOf(probes) };
}

/** Asks for one rule for all ports and protocols. */
export const allPortsAnnotation = 'azure-load-balancer-enable-high-availability-ports';

/** One rule for all ports: only internal Services on Standard can have it. */
export function usesAllPorts(annotations: Annotations, sku: string): boolean {
  const standard = sku.toLowerCase() === 'standard';
  return standard && hasInternalRules(annotations) && isTrue(annotations, allPortsAnnotation);
}

/** One rule for everything: protocol All, ports 0, and the floating IP annotation does not count. */
const allPorts: ProbePort = { name: '', protocol: 'All', port: 0, nodePort: 0 };

const protocols = new Map([
  ['TCP', 'Tcp'],
  ['UDP', 'Udp'],
  ['SCTP', 'All'],
  [allPorts.protocol, 'All'],
]);

/** A text instead of a rule says why the provider refuses it. */
function ruleOf(
  { annotations, sessionAffinity }: RuleInputs,
  port: ProbePort & { readonly ipv6: boolean; readonly standard: boolean },
  name: string,
  probed: Probed,
): ExpectedRule | string {
  const idleMinutes = idleMinutesOf(annotations);
  if (typeof idleMinutes === 'string') return idleMinutes;
  const { protocol } = port;
  const off = protocol !== 'All' && isTrue(annotations, floatingIpOff);
  const floatingIp = !off && !(hasInternalRules(annotations) && port.ipv6);
  const resets = port.standard && (protocol === 'TCP' || protocol === 'All');
  return {
    name,
    protocol: protocols.get(protocol) ?? protocol,
    frontendPort: port.port,
    backendPort: floatingIp ? port.port : (port.nodePort ?? 0),
    floatingIp,
    tcpReset: resets ? !isTrue(annotations, 'azure-load-balancer-disable-tcp-reset') : null,
    idleMinutes,
    distribution: sessionAffinity === 'ClientIP' ? 'SourceIP' : 'Default',
    probe: probed.kind === 'probe' ? probed.probe.name : null,
  };
}

function probesOf(probed: readonly Probed[]): readonly ExpectedProbe[] {
  const byName = new Map(
    probed.flatMap((each) => (each.kind === 'probe' ? [[each.probe.name, each.probe]] : [])),
  );
  return [...byName.values()];
}

/** Minutes until Azure closes an idle connection. */
export const idleTimeoutAnnotation = 'azure-load-balancer-tcp-idle-timeout';

/** 4 to 100 minutes (the documentation says 30, the code 100); a text says what is wrong. */
export function idleMinutesOf(annotations: Annotations): number | string {
  const { least, most } = wholeNumbersOf(idleTimeoutAnnotation);
  const text = annotation(annotations, idleTimeoutAnnotation);
  if (text === undefined) return least;
  const minutes = wholeNumber(text);
  if (minutes !== undefined && minutes >= least && minutes <= most) return minutes;
  return `idle timeout value must be a whole number representing minutes between ${least} and ${most}, actual value: ${text}`;
}
