import { isObject } from '../input/index.ts';

/** What in a saved cluster belongs to its owners. */
export interface SensitiveNames {
  /** Lower-cased words of names. */
  readonly words: ReadonlySet<string>;
  /** Of subscriptions, tenants and applications, lower-cased. */
  readonly ids: ReadonlySet<string>;
}

/** Fields whose values people make up. */
const nameFields: ReadonlySet<string> = new Set(
  [
    'name namespace nodeResourceGroup computerName domainNameLabel fqdn privateFQDN hostname host',
    'primaryAgentPoolName nodeName service hosts values value serviceName secretName hostnames',
  ].flatMap((names) => names.split(' ')),
);
const mapFields: ReadonlySet<string> = new Set([
  'labels',
  'tags',
  'nodeLabels',
  'matchLabels',
  'nodeSelector',
]);
/** Fields whose values are words of an API: none of those is a name, whoever uses it as one. */
const wordFields: ReadonlySet<string> = new Set(
  [
    'type kind apiVersion protocol effect operator status phase reason mode code access direction',
    'externalTrafficPolicy sessionAffinity addressType whenUnsatisfiable location appProtocol',
    'outboundType loadBalancerSku networkDataplane backendPoolType ipFamilies osType osSKU vmSize',
    'topologyKey zone scaleSetPriority provisioningState adminState loadDistribution policyTypes',
  ].flatMap((names) => names.split(' ')),
);
/** Labels of Kubernetes and Azure whose values are theirs, too. */
const knownValues =
  /\/(?:arch|os|instance-type|zone|region|mode|os-sku(?:-effective|-requested)?|scalesetpriority|priority|nodepool-type|storage(?:profile|tier)|node-image-version|ebpf-dataplane|network-policy|managed-by)$/u;
/** Annotations of a Service whose values are names. */
const namingAnnotation =
  /azure-(?:dns-label-name|load-balancer-(?:resource-group|mode|configurations|internal-subnet)|pip-(?:name|prefix-id|tags)|pls-(?:name|ip-configuration-subnet|fqdns))(?:-ipv6)?$/iu;
const knownDomain =
  /(?:^|[./])(?:kubernetes\.io|k8s\.io|azure\.com|evenkeel\.dev|helm\.sh|cilium\.io)\//u;

/** Words that Kubernetes and Azure give to things and that reasons are written with, which are nobody's. */
const common: ReadonlySet<string> = new Set(
  [
    'aks kubernetes kube system default public node nodes lease internal external cluster local vmss',
    'agentpool nodepool pool mc rg ipconfig ipconfig1 primary subnet vnet nic nsg lb pip aksoutboundbackendpool',
    'aksoutboundrule outbound inbound tcp udp sctp http https grpc h2c ws any all true false none yes no',
    'standard basic app name component instance version role tier web api service services svc azure io k8s',
    'managed owner internet azureloadbalancer virtualnetwork app controller default0 subscriptions',
    'nginx ingress gateway istio istiod envoy traefik contour haproxy kong cilium ambassador emissary kgateway',
    'approuting routing alb agic proxy controller public private coredns dns metrics server cert manager zone',
    'resourcegroups providers microsoft network compute containerservice managedclusters loadbalancers',
    'not saved rules that need it are unknown requested when this was missing list cannot get read user',
    'the of to in is for and or by on with at from has have been be as if but its the an which can will',
    'webapprouting auto mcr registry oss com net org dev amd64 arm64 linux windows pause',
  ].flatMap((names) => names.split(' ')),
);

/** Whether the keys of a field are names, too: not those of a selector that is written out. */
export function isNameMap(field: string, value: unknown): boolean {
  if (!mapFields.has(field) && field !== 'annotations') return false;
  return isObject(value) && !('matchLabels' in value) && !('matchExpressions' in value);
}

/** Goes through the objects of a case and takes what their owners named. */
export function gatherNames(values: readonly unknown[]): SensitiveNames {
  const words = new Set<string>();
  const known = new Set(common);
  const ids = new Set<string>();
  const addName = (text: string): void => {
    if (isGuid.test(text)) return;
    for (const each of wordsOf(text)) words.add(each);
  };
  const visitPair = (map: string, name: string, value: string): void => {
    if (!knownDomain.test(name)) {
      addName(name);
      if (mapFields.has(map)) addName(value);
      return;
    }
    for (const each of wordsOf(name)) known.add(each);
    if (knownValues.test(name)) for (const each of wordsOf(value)) known.add(each);
    else if (mapFields.has(map) || namingAnnotation.test(name)) addName(value);
  };
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (wordFields.has(key)) for (const each of wordsOf(value)) known.add(each);
      else if (nameFields.has(key) || mapFields.has(key))
        addName(key.toLowerCase().includes('fqdn') ? (value.split('.')[0] ?? '') : value);
      if (/^(?:azure:\/\/)?\/subscriptions\//iu.test(value)) addId(value, addName, ids);
      if (/^(?:tenantID|serverAppID)$/u.test(key)) ids.add(value.toLowerCase());
      if (key === 'message') addProse(value, addName, ids);
      if (key === 'image')
        addName(value.replace(/^(?:mcr\.microsoft\.com|registry\.k8s\.io)\//u, ''));
    } else if (Array.isArray(value)) value.forEach((each: unknown) => visit(each, key));
    else if (isObject(value))
      for (const [name, field] of Object.entries(value)) {
        if (isNameMap(key, value) && typeof field === 'string') visitPair(key, name, field);
        if (!(key === 'sku' && name === 'name')) visit(field, name);
      }
  };
  for (const each of values) visit(each, typeof each === 'string' ? 'id' : '');
  for (const each of known) words.delete(each);
  return { words, ids };
}

const isGuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;

/** Names in an ARM id stand behind the word that says what they name. */
function addId(id: string, addName: (text: string) => void, ids: Set<string>): void {
  const segments = id
    .replace(/^azure:\/\//u, '')
    .split('/')
    .filter(Boolean);
  for (const [index, segment] of segments.entries()) {
    const before = segments[index - 1]?.toLowerCase();
    if (before === 'subscriptions') ids.add(segment.toLowerCase());
    else if (index % 2 === 1 && before !== 'providers') addName(segment);
  }
}

/** Words of a name that are its owner's: numbers and hashes say nothing, and instances of a scale set are joined by theirs. */
function wordsOf(name: string): readonly string[] {
  return (name.toLowerCase().match(/[a-z0-9]+/gu) ?? []).filter(
    (each) =>
      each.length > 1 &&
      !/^\d+$/u.test(each) &&
      !/^(?=.*\d)[0-9a-f]{8,}$/u.test(each) &&
      !/^vmss[0-9a-z]{6}$/u.test(each),
  );
}

/** What is somebody's in a sentence of a controller: e-mail addresses, ids, and what stands in quotes. */
function addProse(text: string, addName: (text: string) => void, ids: Set<string>): void {
  for (const [mail] of text.matchAll(/[\w.+-]+@[\w.-]+/gu)) addName(mail);
  for (const [id] of text.matchAll(/\/subscriptions\/[\w./()-]+/giu)) addId(id, addName, ids);
  for (const [, name = ''] of text.matchAll(/(?<!\w)["'`]([\w./-]{1,253})["'`](?!\w)/gu))
    addName(name);
}
