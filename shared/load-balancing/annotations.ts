/** Annotations of a Service that Azure's cloud provider reads (source: cloud-provider-azure). */
export const annotationPrefix = 'service.beta.kubernetes.io/';

/** Which Services an annotation is read of; `nobody` = documented, and read by no version that is left. */
export type AnnotationScope =
  | 'every Service'
  | 'internal Services'
  | 'external Services'
  | 'external Services on Standard'
  | 'internal Services on Standard'
  | 'Services on Basic'
  | 'Services on Standard'
  | 'Services on one of several Standard load balancers'
  | 'ports with a probe of their own'
  | 'ports with an http or https probe of their own'
  | 'Services without the shared probe'
  | 'Services that are internal or without floating IP'
  | 'Services with a Private Link Service'
  | 'nobody';

/** What an annotation may hold. `flag` = `true` in any letter case, and false for anything else. */
export type AnnotationValues =
  | { readonly kind: 'flag' | 'ip-ranges' }
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  | { readonly kind: 'whole-number'; readonly least: number; readonly most?: number }
  /** `form` says in words what is written there. */
  | { readonly kind: 'text'; readonly form: string };

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
  values: AnnotationValues | string,
  since?: string,
): KnownAnnotation {
  return {
    name,
    scope,
    values: typeof values === 'string' ? { kind: 'text', form: values } : values,
    ...(since !== undefined && { since }),
  };
}

const flag: AnnotationValues = { kind: 'flag' };
const ranges: AnnotationValues = { kind: 'ip-ranges' };
const probeProtocols: AnnotationValues = { kind: 'one-of', values: ['tcp', 'http', 'https'] };
const probeInterval: AnnotationValues = { kind: 'whole-number', least: 5 };
const probeThreshold: AnnotationValues = { kind: 'whole-number', least: 2 };
export const internalAnnotation = 'azure-load-balancer-internal';
const probe = 'azure-load-balancer-health-probe-';
const pls = 'azure-pls-';
const withPls = 'Services with a Private Link Service';

/** Annotations of a whole Service. */
export const knownAnnotations: readonly KnownAnnotation[] = [
  known(internalAnnotation, 'every Service', { kind: 'one-of', values: ['true'] }, '1.10'),
  known(`${internalAnnotation}-subnet`, 'internal Services', 'the name of a subnet', '1.10'),
  known('azure-load-balancer-mode', 'Services on Basic', '__auto__ or one VM set', '1.10'),
  known(
    'azure-load-balancer-configurations',
    'Services on one of several Standard load balancers',
    'names of configurations with commas between',
    '1.28',
  ),
  known(
    'azure-load-balancer-resource-group',
    'external Services',
    'the resource group of the public IP address',
    '1.10',
  ),
  known('azure-load-balancer-ipv4', 'every Service', 'an IPv4 address'),
  known('azure-load-balancer-ipv6', 'every Service', 'an IPv6 address'),
  known('azure-pip-name', 'external Services', 'the name of a public IP address', '1.16'),
  known('azure-pip-name-ipv6', 'external Services', 'the name of a public IP address', '1.27'),
  known('azure-pip-prefix-id', 'external Services on Standard', 'the id of a prefix', '1.21'),
  known('azure-pip-prefix-id-ipv6', 'external Services on Standard', 'the id of a prefix', '1.27'),
  known('azure-pip-tags', 'external Services', 'tags as a=b,c=d', '1.20'),
  known('azure-pip-ip-tags', 'external Services', 'IP tags as a=b,c=d', '1.21'),
  known('azure-dns-label-name', 'external Services', 'a DNS label', '1.15'),
  known('azure-additional-public-ips', 'every Service', 'IP addresses with commas between', '1.20'),
  known('azure-shared-securityrule', 'nobody', flag),
  known('azure-allowed-service-tags', 'every Service', 'service tags with commas between', '1.11'),
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
  known(`${probe}protocol`, 'ports with a probe of their own', probeProtocols, '1.10'),
  known(`${probe}request-path`, 'ports with an http or https probe of their own', 'a path', '1.20'),
  known(`${probe}interval`, 'Services without the shared probe', probeInterval, '1.21'),
  known(`${probe}num-of-probe`, 'Services without the shared probe', probeThreshold, '1.21'),
  known(`${pls}create`, 'Services that are internal or without floating IP', flag),
  known(`${pls}name`, withPls, 'a name'),
  known(`${pls}resource-group`, withPls, 'a resource group'),
  known(`${pls}ip-configuration-subnet`, withPls, 'the name of a subnet'),
  known(`${pls}ip-configuration-ip-address-count`, withPls, { kind: 'whole-number', least: 1 }),
  known(`${pls}ip-configuration-ip-address`, withPls, 'IPv4 addresses with blanks between'),
  known(`${pls}fqdns`, withPls, 'domain names with blanks between'),
  known(`${pls}proxy-protocol`, withPls, flag),
  known(`${pls}visibility`, withPls, 'subscription ids with blanks between, or *'),
  known(`${pls}auto-approval`, withPls, 'subscription ids with blanks between'),
];

/** Overrides of one port: `port_<p>_<name>`, where `<p>` is a port of the Service. */
export const knownPortAnnotations: readonly KnownAnnotation[] = [
  known('no_lb_rule', 'every Service', flag),
  known('no_probe_rule', 'every Service', flag),
  known('health-probe_protocol', 'ports with a probe of their own', probeProtocols),
  known('health-probe_port', 'Services without the shared probe', 'a port of the Service, or any'),
  known('health-probe_request-path', 'ports with an http or https probe of their own', 'a path'),
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

export function saysTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

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
