import { isIP } from 'node:net';
import type {
  LabelSelector,
  NetworkPolicy,
  PolicyPeer,
  PolicyPort,
  PolicyRule,
} from '../model/index.ts';
import { selectorFault } from '../model/index.ts';
import { Cursor, isObject } from '../input/cursor.ts';
import { nameOf } from './parse-objects.ts';
import { parseLabelSelector } from './parse-pod-spec.ts';

/** Where a policy says what no API server takes: it is noted once, and what the policy lets in is unknown. */
class InvalidNetworkPolicy extends Error {
  override readonly name = 'InvalidNetworkPolicy';
  readonly at: Cursor;
  readonly expected: string;

  constructor(at: Cursor, expected: string) {
    super(`${at.path} is not ${expected}`);
    this.at = at;
    this.expected = expected;
  }
}

const everyPod: LabelSelector = { matchLabels: new Map(), matchExpressions: [] };

const mostTerms = 1000;
const mostEntries = 5000;

/** A NetworkPolicy; with a field that no API server takes, what it lets in is unknown. `undefined` without a name. */
export function parseNetworkPolicy(item: Cursor): NetworkPolicy | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const spec = item.at('spec');
  let podSelector: LabelSelector | undefined;
  try {
    isObjectOrFault(spec);
    podSelector = selectorOf(objectAt(spec, 'podSelector')) ?? everyPod;
    const types = listAt(spec, 'policyTypes').map(policyType);
    return {
      ...own,
      podSelector,
      ingress: types.length === 0 || types.includes('Ingress'),
      rules: listAt(spec, 'ingress').map(parseRule),
    };
  } catch (error) {
    if (!(error instanceof InvalidNetworkPolicy)) throw error;
    error.at.fault(error.expected, 'what the policy lets in is unknown');
    return { ...own, podSelector, ingress: true, rules: [], unreadable: error.message };
  }
}

function policyType(type: Cursor): string {
  if (type.value === 'Ingress' || type.value === 'Egress') return type.value;
  throw new InvalidNetworkPolicy(type, 'Ingress or Egress');
}

function parseRule(rule: Cursor): PolicyRule {
  isObjectOrFault(rule);
  return { from: listAt(rule, 'from').map(parsePeer), ports: listAt(rule, 'ports').map(parsePort) };
}

function parsePeer(peer: Cursor): PolicyPeer {
  isObjectOrFault(peer);
  const block = objectAt(peer, 'ipBlock');
  if (block !== undefined)
    return {
      kind: 'block',
      cidr: rangeOf(block.at('cidr')),
      except: listAt(block, 'except').map(rangeOf),
    };
  const namespaceSelector = objectAt(peer, 'namespaceSelector');
  const podSelector = objectAt(peer, 'podSelector');
  if (namespaceSelector === undefined && podSelector === undefined)
    throw new InvalidNetworkPolicy(peer, 'a peer that Kubernetes knows');
  return {
    kind: 'pods',
    namespaceSelector: selectorOf(namespaceSelector),
    podSelector: selectorOf(podSelector),
  };
}

function parsePort(port: Cursor): PolicyPort {
  isObjectOrFault(port);
  const protocol = port.at('protocol');
  if (!protocol.absent && !['TCP', 'UDP', 'SCTP'].includes(String(protocol.value)))
    throw new InvalidNetworkPolicy(protocol, 'TCP, UDP or SCTP');
  const number = port.at('port');
  if (!number.absent && !isPortNumber(number.value) && !isPortName(number.value))
    throw new InvalidNetworkPolicy(number, 'a port number or the name of one');
  const end = port.at('endPort');
  if (
    !end.absent &&
    !(isPortNumber(end.value) && typeof number.value === 'number' && end.value >= number.value)
  )
    throw new InvalidNetworkPolicy(end, 'the last number of a range of ports');
  const { value } = number;
  return {
    protocol: protocol.absent ? 'TCP' : String(protocol.value),
    ...((typeof value === 'number' || typeof value === 'string') && { port: value }),
    ...(typeof end.value === 'number' && { endPort: end.value }),
  };
}

function isPortNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** At most 15 lower-case letters, digits and hyphens, with a letter among them. */
function isPortName(value: unknown): boolean {
  return typeof value === 'string' && /^(?=.*[a-z])[a-z0-9-]{1,15}$/u.test(value);
}

function rangeOf(field: Cursor): string {
  const { value } = field;
  const [, address = '', length = ''] =
    /^([0-9a-fA-F.:]{2,45})\/(\d{1,3})$/u.exec(typeof value === 'string' ? value : '') ?? [];
  const version = isIP(address);
  if (version === 0 || Number(length) > (version === 4 ? 32 : 128))
    throw new InvalidNetworkPolicy(field, 'an address range');
  return `${address}/${length}`;
}

/** `undefined` = the field is absent. */
function objectAt(item: Cursor, key: string): Cursor | undefined {
  const field = item.at(key);
  if (field.absent) return undefined;
  isObjectOrFault(field);
  return field;
}

function isObjectOrFault(item: Cursor): void {
  if (!isObject(item.value)) throw new InvalidNetworkPolicy(item, 'an object');
}

function listAt(item: Cursor, key: string): readonly Cursor[] {
  const field = item.at(key);
  if (field.absent) return [];
  if (!Array.isArray(field.value)) throw new InvalidNetworkPolicy(field, 'a list');
  if (field.value.length > mostEntries)
    throw new InvalidNetworkPolicy(field, `a list of at most ${mostEntries}`);
  return item.list(key);
}

function selectorOf(field: Cursor | undefined): LabelSelector | undefined {
  if (field === undefined) return undefined;
  const labels = field.at('matchLabels');
  const terms = listAt(field, 'matchExpressions');
  const pairs = isObject(labels.value) ? Object.entries(labels.value) : [];
  if (!labels.absent && !isObject(labels.value))
    throw new InvalidNetworkPolicy(labels, 'an object');
  if (pairs.some(([, value]) => typeof value !== 'string'))
    throw new InvalidNetworkPolicy(labels, 'labels with their values as texts');
  let values = 0;
  for (const term of terms) {
    isObjectOrFault(term);
    values += listAt(term, 'values').length;
  }
  if (terms.length + pairs.length + values > mostTerms)
    throw new InvalidNetworkPolicy(field, `a selector of at most ${mostTerms} terms`);
  const selector = parseLabelSelector(field);
  const fault = selector === undefined ? undefined : selectorFault(selector);
  if (fault !== undefined)
    throw new InvalidNetworkPolicy(field, `a selector that Kubernetes takes (${fault})`);
  return selector;
}
