import { faultLine, parsePolicy } from './parse.ts';
import { defaultPolicy, type Policy } from './policy.ts';

export interface PolicySource {
  /** Named in messages: a file or a URL without secrets. */
  readonly name: string;
  /** The text as it is now. */
  readonly read: () => Promise<string>;
  readonly ruleIds: readonly string[];
  /** Where the last good text outlives this process. */
  readonly memory?: {
    readonly last: () => Promise<string | undefined>;
    readonly keep: (text: string) => Promise<void>;
  };
}

export interface PolicyInForce {
  readonly policy: Policy;
  /** `given`: as the source has it now. `last-good`: as it was before the faults. `default`: there never was a good one. */
  readonly from: 'given' | 'last-good' | 'default';
  /** Why the source is not in force, a line each; none where it is. */
  readonly faults: readonly string[];
}

/**
 * Makes the function that says which policy is in force, asked at the start of each run. A version
 * with faults, or one that cannot be read, leaves the last good one in force, across restarts too.
 */
export function policyLoader(source: PolicySource): () => Promise<PolicyInForce> {
  const { name, ruleIds, memory } = source;
  let good: { readonly text: string; readonly policy: Policy } | undefined;

  const accept = async (text: string): Promise<Policy | readonly string[]> => {
    if (good?.text === text) return good.policy;
    const parsed = parsePolicy(text, ruleIds);
    if (parsed.kind === 'faults') return parsed.faults.map((fault) => faultLine(name, fault));
    await memory?.keep(text);
    good = { text, policy: parsed.policy };
    return parsed.policy;
  };

  const lastGood = async (): Promise<Policy | undefined> => {
    const text = good === undefined ? await memory?.last() : undefined;
    const parsed = text === undefined ? undefined : parsePolicy(text, ruleIds);
    if (text !== undefined && parsed?.kind === 'policy') good = { text, policy: parsed.policy };
    return good?.policy;
  };

  return async () => {
    let faults: readonly string[];
    try {
      const accepted = await accept(await source.read());
      if (!isLines(accepted)) return { policy: accepted, from: 'given', faults: [] };
      faults = accepted;
    } catch (error) {
      const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'no answer';
      faults = [`${name}: cannot be read: ${why.slice(0, 300)}`];
    }
    const policy = await lastGood();
    return policy === undefined
      ? { policy: defaultPolicy, from: 'default', faults }
      : { policy, from: 'last-good', faults };
  };
}

function isLines(value: Policy | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}
