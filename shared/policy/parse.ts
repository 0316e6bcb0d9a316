import * as z from 'zod';
import { readDocument, type PolicyDocument, type PolicyFault } from './document.ts';
import { issueText } from './issue-text.ts';
import type { Policy } from './policy.ts';
import { policySchema } from './schema.ts';
import { at } from './fields.ts';
import { nearest } from '../model/index.ts';
import { ownerName } from './patterns.ts';

export type ParsedPolicy =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'faults'; readonly faults: readonly PolicyFault[] };

const maxFaults = 100;
/** Each is looked up in the file; of more than so many nobody needs to know the exact number. */
const maxIssues = 1000;

/**
 * Reads a policy file. Every fault of it is found, each with line and column, in the order of the
 * file; a policy comes out only where there is none.
 * @param ruleIds The rules that exist.
 */
export function parsePolicy(text: string, ruleIds: readonly string[]): ParsedPolicy {
  const document = readDocument(text);
  if ('unread' in document) return { kind: 'faults', faults: inOrder(document.unread) };
  const schema = policySchema(ruleIds);
  const parsed = schema.safeParse(document.value);
  const faults = [
    ...document.faults,
    ...(parsed.error?.issues ?? [])
      .slice(0, maxIssues)
      .flatMap((issue) => faultsOf(issue, document, ruleIds)),
    ...crossFaults(document),
  ];
  return parsed.success && faults.length === 0
    ? { kind: 'policy', policy: parsed.data }
    : { kind: 'faults', faults: inOrder(faults) };
}

/** A fault as one line: `evenkeel.policy.yaml:7:13: exemptions[0].expires: …`. */
export function faultLine(source: string, fault: PolicyFault): string {
  return `${source}:${fault.line}:${fault.column}: ${fault.message}`;
}

function faultsOf(
  issue: z.core.$ZodIssue,
  document: PolicyDocument,
  ruleIds: readonly string[],
): readonly PolicyFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, maxIssues).map((key) => ({
      ...document.placeOfKey(issue.path, key),
      message: issueText(issue, document.value, ruleIds, key),
    }));
  return [
    {
      ...document.placeOf(issue.path),
      message: issueText(issue, document.value, ruleIds),
    },
  ];
}

function inOrder(faults: readonly PolicyFault[]): readonly PolicyFault[] {
  const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const last = sorted[maxFaults];
  return last === undefined
    ? sorted
    : [
        ...sorted.slice(0, maxFaults),
        { ...last, message: `and ${sorted.length - maxFaults} more errors` },
      ];
}

/** Each is looked up in the file. */
const maxNames = 200;

/** Faults that no single value shows: names of owners, routes that name none of them or share a name. */
function crossFaults(document: PolicyDocument): readonly PolicyFault[] {
  const owners = keysOf(at(document.value, 'owners'));
  const faults: PolicyFault[] = owners
    .filter((name) => !ownerName.safeParse(name).success)
    .slice(0, maxNames)
    .map((name) => ({
      ...document.placeOfKey(['owners'], name),
      message: `owners: ${JSON.stringify(name.slice(0, 60))}: an owner is 1 to 40 of a-z, 0-9 and -`,
    }));
  const names = new Set<unknown>();
  for (const [index, route] of listOf(at(document.value, 'slack', 'routes')).entries()) {
    const path = ['slack', 'routes', index];
    const name = at(route, 'name');
    if (typeof name === 'string' && names.has(name))
      faults.push({
        ...document.placeOf([...path, 'name']),
        message: `slack.routes[${index}].name: route name ${JSON.stringify(name)} is used twice`,
      });
    names.add(name);
    for (const [place, owner] of listOf(at(route, 'match', 'owner')).entries()) {
      if (typeof owner !== 'string' || owners.includes(owner)) continue;
      const meant = nearest(owner, owners);
      faults.push({
        ...document.placeOf([...path, 'match', 'owner', place]),
        message: `slack.routes[${index}].match.owner[${place}]: ${JSON.stringify(owner)} is not among owners${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
      });
    }
  }
  return faults;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
