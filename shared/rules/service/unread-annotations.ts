import {
  annotationPrefix,
  isBefore,
  knownAnnotations,
  knownPortAnnotations,
  type KnownAnnotation,
} from '../../load-balancing/index.ts';
import { nearest, sameName, type LoadBalancerService } from '../../model/index.ts';

/** An annotation of a Service that nothing reads. */
export interface UnreadAnnotation {
  readonly key: string;
  readonly why: 'unknown-name' | 'unknown-port' | 'wrong-prefix' | 'newer-than-cluster';
  /** The whole key that is most likely meant. */
  readonly meant?: string;
  /** What is known of the meant one, or of this one where only the cluster is too old. */
  readonly known?: KnownAnnotation;
}

const otherPrefix = 'service.kubernetes.io/';

/** The annotations of a Service that look like Azure's cloud provider's and that it does not read, by key. */
export function unreadAnnotations(
  service: LoadBalancerService,
  kubernetesVersion: string | undefined,
): readonly UnreadAnnotation[] {
  return [...service.annotations.keys()]
    .toSorted()
    .flatMap((key) => judge(key, service, kubernetesVersion) ?? []);
}

function judge(
  key: string,
  service: LoadBalancerService,
  version: string | undefined,
): UnreadAnnotation | undefined {
  if (key.startsWith(otherPrefix)) {
    const name = key.slice(otherPrefix.length);
    const right = allNames(service).has(name) ? name : nearestName(name, service);
    return looksLikeAzure(name)
      ? { key, why: 'wrong-prefix', ...meant(right, service) }
      : undefined;
  }
  if (!key.startsWith(annotationPrefix)) return undefined;
  const name = key.slice(annotationPrefix.length);
  const own = knownAnnotations.find((each) => each.name === name);
  if (own !== undefined)
    return own.since !== undefined && isBefore(version, minorOf(own.since))
      ? { key, why: 'newer-than-cluster', known: own }
      : undefined;
  if (!looksLikeAzure(name) || isReadAnyway(name, service)) return undefined;
  const setting = /^port_\d+_(.+)$/u.exec(name)?.[1];
  const ofPort = knownPortAnnotations.some((each) => each.name === setting);
  const why = ofPort ? 'unknown-port' : 'unknown-name';
  return { key, why, ...meant(nearestName(name, service), service) };
}

function looksLikeAzure(name: string): boolean {
  return /^(?:azure-|port_)/iu.test(name);
}

/** Settings of ports that the Service has, and of the probe of Local; one name is read in any letter case. */
function isReadAnyway(name: string, service: LoadBalancerService): boolean {
  return allNames(service).has(name) || sameName(name, 'azure-load-balancer-configurations');
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** Every name that means something on this Service. */
function allNames(service: LoadBalancerService): ReadonlyMap<string, KnownAnnotation> {
  const { ports, externalTrafficPolicy, healthCheckNodePort } = service;
  const ofPorts = ports.flatMap(({ port }) =>
    knownPortAnnotations.map((each) => [`port_${port}_${each.name}`, each] as const),
  );
  const ofHealthCheck =
    externalTrafficPolicy === 'Local' && healthCheckNodePort !== undefined
      ? knownPortAnnotations
          .filter(({ name }) => timing.has(name))
          .map((each) => [`port_${healthCheckNodePort}_${each.name}`, each] as const)
      : [];
  const ofService = knownAnnotations.map((each) => [each.name, each] as const);
  return new Map([...ofService, ...ofPorts, ...ofHealthCheck]);
}

const timing = new Set(['health-probe_interval', 'health-probe_num-of-probe']);

function nearestName(name: string, service: LoadBalancerService): string | undefined {
  return nearest(name, [...allNames(service).keys()]);
}

function meant(
  name: string | undefined,
  service: LoadBalancerService,
): Pick<UnreadAnnotation, 'meant' | 'known'> {
  const known = name === undefined ? undefined : allNames(service).get(name);
  return known === undefined ? {} : { meant: `${annotationPrefix}${name}`, known };
}
