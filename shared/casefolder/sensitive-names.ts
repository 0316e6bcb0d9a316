import { isObject } from '../input/index.ts';

/** What in a saved cluster belongs to its owners. */
export interface SensitiveNames {
  /** Lower-cased words of names. */
  readonly words: ReadonlySet<string>;
  /** Of subscriptions, tenants and applications, lower-cased. */
  readonly ids: ReadonlySet<string>;
  /** Public IPv4 addresses. */
  readonly addresses: ReadonlySet<string>;
}

/** Fields whose values people make up. */
const nameFields: ReadonlySet<string> = new Set(
  [
    'name namespace nodeResourceGroup computerName domainNameLabel fqdn privateFQDN hostname host',
    'primaryAgentPoolName nodeName service hosts values value serviceName secretName',
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
const knownDomain =
  /(?:^|[./])(?:kubernetes\.io|k8s\.io|azure\.com|evenkeel\.dev|helm\.sh|cilium\.io)\//u;

/** Words that Kubernetes and Azure give to things, which are nobody's. */
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
  ].flatMap((names) => names.split(' ')),
);

/** Whether the keys of a field are names, too. */
export function isNameMap(field: string): boolean {
  return mapFields.has(field) || field === 'annotations';
}

export function gatherNames(values: readonly unknown[]): SensitiveNames {
  const words = new Set<string>();
  const known = new Set(common);
  const ids = new Set<string>();
  const addresses = new Set<string>();
  const addName = (text: string): void => {
    if (isGuid.test(text)) return;
    for (const each of wordsOf(text)) words.add(each);
  };
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (wordFields.has(key)) for (const each of wordsOf(value)) known.add(each);
      else if (nameFields.has(key))
        addName(key.toLowerCase().includes('fqdn') ? (value.split('.')[0] ?? '') : value);
      if (/^(?:azure:\/\/)?\/subscriptions\//iu.test(value)) addId(value, addName, ids);
      if (/^(?:tenantID|serverAppID)$/u.test(key)) ids.add(value.toLowerCase());
      if (/^(?:ip|ipAddress|loadBalancerIP)$/u.test(key) && isPublic(value)) addresses.add(value);
    } else if (Array.isArray(value))
      for (const each of value as readonly unknown[]) visit(each, key);
    else if (isObject(value))
      for (const [name, field] of Object.entries(value)) {
        if (isNameMap(key)) {
          if (knownDomain.test(name)) for (const each of wordsOf(name)) known.add(each);
          else {
            addName(name);
            if (typeof field === 'string' && mapFields.has(key)) addName(field);
          }
        }
        if (!(key === 'sku' && name === 'name')) visit(field, name);
      }
  };
  for (const each of values) visit(each, typeof each === 'string' ? 'id' : '');
  for (const each of known) words.delete(each);
  return { words, ids, addresses };
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

function isPublic(address: string): boolean {
  return (
    /^\d{1,3}(?:\.\d{1,3}){3}$/u.test(address) &&
    !/^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/u.test(
      address,
    )
  );
}
