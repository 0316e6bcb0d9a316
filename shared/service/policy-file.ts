import { faultLine, parsePolicy, type Policy } from '../policy/index.ts';
import { allRules } from '../rules/index.ts';
import { InputError } from '../audit/input-error.ts';
import { readRegularFile } from '../audit/regular-file.ts';

/** Larger than any policy that people keep by hand. */
const maxBytes = 1024 * 1024;

/** The rules that a policy may name. */
export const ruleIds: readonly string[] = allRules.map(({ meta }) => meta.id);

/** The policy in a text, or every fault of it, a line each with file, line and column. */
export function policyIn(
  text: string,
  source: string,
): { readonly policy: Policy } | { readonly faults: readonly string[] } {
  const parsed = parsePolicy(text, ruleIds);
  return parsed.kind === 'policy'
    ? { policy: parsed.policy }
    : { faults: parsed.faults.map((fault) => faultLine(source, fault)) };
}

/** @throws {InputError} where the file cannot be read. */
export function readPolicyFile(file: string): string {
  return readRegularFile(file, 'policy file', maxBytes).toString('utf8');
}

/** @throws {InputError} with all faults, the first in full and the rest below it. */
export function policyOfFile(file: string): Policy {
  const read = policyIn(readPolicyFile(file), file);
  if ('policy' in read) return read.policy;
  throw new InputError(`the policy has errors:\n${read.faults.join('\n')}`);
}

/** The policy of `--policy FILE`, where it was given. @throws {InputError} with all its faults. */
export function policyOption(file: string | undefined): { readonly policy?: Policy } {
  return file === undefined ? {} : { policy: policyOfFile(file) };
}
