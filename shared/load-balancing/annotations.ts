/** Annotations of a Service that Azure's cloud provider reads (source: cloud-provider-azure). */
export const annotationPrefix = 'service.beta.kubernetes.io/';

/** Which Services an annotation applies to. */
export type AnnotationScope =
  | 'every Service'
  | 'internal Services'
  | 'external Services'
  | 'external Services on Standard'
  | 'internal Services on Standard'
  | 'Services on Basic'
  | 'Services on Standard'
  | 'Services on one of several Standard load balancers'
  | 'ports with their own probe'
  | 'ports with their own HTTP or HTTPS probe'
  | 'Services without the shared probe'
  | 'Services that are internal or without floating IP'
  | 'Services with a Private Link Service';

/** What an annotation may hold. `flag` = `true` in any letter case, and false for anything else. */
export type AnnotationValues =
  | { readonly kind: 'flag' | 'ip-ranges' }
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  | { readonly kind: 'whole-number'; readonly least: number; readonly most?: number }
  /** `form` says in words what is written there. */
  | { readonly kind: 'text'; readonly form: string; readonly format: TextFormat };

export type TextFormat =
  'name' | 'names' | 'ipv4' | 'ipv6' | 'addresses' | 'arm-id' | 'path' | 'tags' | 'port';

export interface KnownAnnotation {
  /** Behind the prefix, and of overrides of one port behind `port_<p>_` as well. */
  readonly name: string;
  readonly scope: AnnotationScope;
  readonly values: AnnotationValues;
  /** First Kubernetes version whose cloud provider reads it; absent = the documentation does not say. */
  readonly since?: string;
}

function known(
  name: string,
  scope: AnnotationScope,
  values: AnnotationValues,
  since?: string,
): KnownAnnotation {
  return { name, scope, values, ...(since !== undefined && { since }) };
}

function textValue(format: TextFormat, form: string): AnnotationValues {
  return { kind: 'text', form, format };
}

const publicIpName = textValue('name', 'the name of a public IP address');
const prefixId = textValue('arm-id', 'the resource ID of a public IP prefix');
const subnetName = textValue('name', 'the name of a subnet');
const path = textValue('path', 'a path');
const subscriptions = 'space-separated subscription IDs';
const flag: AnnotationValues = { kind: 'flag' };
const ranges: AnnotationValues = { kind: 'ip-ranges' };
const probeProtocols: AnnotationValues = { kind: 'one-of', values: ['tcp', 'http', 'https'] };
const probeInterval: AnnotationValues = { kind: 'whole-number', least: 5 };
const probeThreshold: AnnotationValues = { kind: 'whole-number', least: 2 };
/** Asks for a private frontend, see {@link isInternal}. */
export const internalAnnotation = 'azure-load-balancer-internal';
const probe = 'azure-load-balancer-health-probe-';
const pls = 'azure-pls-';
const withPls = 'Services with a Private Link Service';

/** Annotations of a whole Service. */
export const knownAnnotations: readonly KnownAnnotation[] = [
  known(internalAnnotation, 'every Service', { kind: 'one-of', values: ['true'] }, '1.10'),
  known(`${internalAnnotation}-subnet`, 'internal Services', subnetName, '1.10'),
  known(
    'azure-load-balancer-mode',
    'Services on Basic',
    textValue('name', '__auto__ or the name of one VM set'),
    '1.10',
  ),
  known(
    'azure-load-balancer-configurations',
    'Services on one of several Standard load balancers',
    textValue('names', 'comma-separated configuration names'),
    '1.28',
  ),
  known(
    'azure-load-balancer-resource-group',
    'external Services',
    textValue('name', 'the resource group of the public IP address'),
    '1.10',
  ),
  known('azure-load-balancer-ipv4', 'every Service', textValue('ipv4', 'an IPv4 address')),
  known('azure-load-balancer-ipv6', 'every Service', textValue('ipv6', 'an IPv6 address')),
  known('azure-pip-name', 'external Services', publicIpName, '1.16'),
  known('azure-pip-name-ipv6', 'external Services', publicIpName, '1.27'),
  known('azure-pip-prefix-id', 'external Services on Standard', prefixId, '1.21'),
  known('azure-pip-prefix-id-ipv6', 'external Services on Standard', prefixId, '1.27'),
  known('azure-pip-tags', 'external Services', textValue('tags', 'tags as a=b,c=d'), '1.20'),
  known('azure-pip-ip-tags', 'external Services', textValue('tags', 'IP tags as a=b,c=d'), '1.21'),
  known('azure-dns-label-name', 'external Services', textValue('name', 'a DNS label'), '1.15'),
  known(
    'azure-additional-public-ips',
    'every Service',
    textValue('addresses', 'comma-separated IP addresses'),
    '1.20',
  ),
  known(
    'azure-allowed-service-tags',
    'every Service',
    textValue('names', 'comma-separated service tags'),
    '1.11',
  ),
  known('azure-allowed-ip-ranges', 'every Service', ranges, '1.29'),
  known('load-balancer-source-ranges', 'every Service', ranges),
  known('azure-deny-all-except-load-balancer-source-ranges', 'every Service', flag),
  known('azure-disable-load-balancer-nsg-rule', 'every Service', flag),
  known(
    'azure-load-balancer-tcp-idle-timeout',
    'every Service',
    { kind: 'whole-number', least: 4, most: 100 },
    '1.11',
  ),
  known('azure-load-balancer-disable-tcp-reset', 'Services on Standard', flag, '1.25'),
  known(
    'azure-load-balancer-enable-high-availability-ports',
    'internal Services on Standard',
    flag,
  ),
  known('azure-disable-load-balancer-floating-ip', 'every Service', flag, '1.21'),
  known(`${probe}protocol`, 'ports with their own probe', probeProtocols, '1.10'),
  known(`${probe}request-path`, 'ports with their own HTTP or HTTPS probe', path, '1.20'),
  known(`${probe}interval`, 'Services without the shared probe', probeInterval, '1.21'),
  known(`${probe}num-of-probe`, 'Services without the shared probe', probeThreshold, '1.21'),
  known(`${pls}create`, 'Services that are internal or without floating IP', flag),
  known(`${pls}name`, withPls, textValue('name', 'a name')),
  known(`${pls}resource-group`, withPls, textValue('name', 'a resource group')),
  known(`${pls}ip-configuration-subnet`, withPls, subnetName),
  known(`${pls}ip-configuration-ip-address-count`, withPls, { kind: 'whole-number', least: 1 }),
  known(
    `${pls}ip-configuration-ip-address`,
    withPls,
    textValue('addresses', 'space-separated IPv4 addresses'),
  ),
  known(`${pls}fqdns`, withPls, textValue('names', 'space-separated domain names')),
  known(`${pls}proxy-protocol`, withPls, flag),
  known(`${pls}visibility`, withPls, textValue('names', `${subscriptions}, or *`)),
  known(`${pls}auto-approval`, withPls, textValue('names', subscriptions)),
];

/** Overrides of one port: `port_<p>_<name>`, where `<p>` is a port of the Service. */
export const knownPortAnnotations: readonly KnownAnnotation[] = [
  known('no_lb_rule', 'every Service', flag),
  known('no_probe_rule', 'every Service', flag),
  known('health-probe_protocol', 'ports with their own probe', probeProtocols),
  known(
    'health-probe_port',
    'Services without the shared probe',
    textValue('port', 'a port or port name of the Service, or any port number'),
  ),
  known('health-probe_request-path', 'ports with their own HTTP or HTTPS probe', path),
  known('health-probe_interval', 'Services without the shared probe', probeInterval),
  known('health-probe_num-of-probe', 'Services without the shared probe', probeThreshold),
];

/** The whole numbers that an annotation of a Service may hold. */
export function wholeNumbersOf(name: string): { readonly least: number; readonly most: number } {
  const values = knownAnnotations.find((each) => each.name === name)?.values;
  return values?.kind === 'whole-number'
    ? { least: values.least, most: values.most ?? Infinity }
    : { least: -Infinity, most: Infinity };
}

export type Annotations = ReadonlyMap<string, string>;

/** The value of `service.beta.kubernetes.io/<name>` as it stands; `undefined` where it is not there. */
export function annotation(annotations: Annotations, name: string): string | undefined {
  return annotations.get(annotationPrefix + name);
}

/** An override of one port: `port_<p>_<name>`. */
export function portAnnotation(
  annotations: Annotations,
  port: number,
  name: string,
): string | undefined {
  return annotation(annotations, `port_${port}_${name}`);
}

/** Booleans are true for `true` in any letter case, blanks not allowed, and false for anything else. */
export function isTrue(annotations: Annotations, name: string): boolean {
  return saysTrue(annotation(annotations, name));
}

/** `true` in any letter case. */
export function saysTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

/** Whether an annotation says that a port is to have no load-balancing rule. */
export function hasNoRule(annotations: Annotations, port: number): boolean {
  return isTrue(annotations, `port_${port}_no_lb_rule`);
}

/** Turns floating IP off: packets then go to the node’s address and the node port. */
export const floatingIpOff = 'azure-disable-load-balancer-floating-ip';

/** Only exactly `true` moves the frontend to the internal load balancer. */
export function isInternal(annotations: Annotations): boolean {
  return annotation(annotations, internalAnnotation) === 'true';
}

/** The rules are built as internal ones for `True` as well, wherever the frontend is. */
export function hasInternalRules(annotations: Annotations): boolean {
  return isTrue(annotations, internalAnnotation);
}

/** The subnet of an internal Service; `undefined` where none counts. */
export function internalSubnet(annotations: Annotations): string | undefined {
  const subnet = annotation(annotations, `${internalAnnotation}-subnet`);
  return isInternal(annotations) && subnet?.trim() !== '' ? subnet : undefined;
}

/** A whole number as the cloud provider reads it: blanks around it, a sign and leading zeros are fine. */
export function wholeNumber(text: string): number | undefined {
  const trimmed = text.trim();
  const value = /^[+-]?\d{1,20}$/u.test(trimmed) ? Number(trimmed) : NaN;
  return value >= -(2 ** 31) && value < 2 ** 31 ? value : undefined;
}
