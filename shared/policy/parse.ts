import * as z from 'zod';
import { readDocument, type PolicyDocument, type PolicyFault } from './document.ts';
import { crossFaults } from './cross-faults.ts';
import { issueText } from './issue-text.ts';
import type { Policy } from './policy.ts';
import { policySchema } from './schema.ts';

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
