import { defaultPolicy, policyLoader, type Policy } from '../../policy/index.ts';
import { policyIn, ruleIds } from '../policy-file.ts';
import type { RunDeps } from './deps.ts';
import { readOnce } from './read-once.ts';

const dataName = 'policy';

/** The policy of a run, and what people should know about how it came to be. */
export interface RunPolicy {
  readonly policy: Policy;
  readonly notes: readonly string[];
}

/**
 * The policy that a new run goes by: the file in force, or where that is bad or cannot be read, the
 * last good one. Kept with the run, so that all of its clusters go by the same.
 */
export async function policyForRun(deps: RunDeps, runId: string): Promise<RunPolicy> {
  const { storage, policySource } = deps;
  if (deps.policy !== undefined) return { policy: deps.policy, notes: [] };
  const kept = await keptPolicy(deps, runId);
  if (kept !== undefined) return { policy: kept, notes: [] };
  if (policySource === undefined) return { policy: defaultPolicy, notes: [] };
  const { policy, from, faults } = await policyLoader({
    ...policySource,
    ruleIds,
    memory: { last: storage.lastPolicyText, keep: storage.putPolicyText },
  })();
  const text = from === 'default' ? undefined : await storage.lastPolicyText();
  if (text !== undefined) await storage.putData(runId, dataName, text);
  if (from === 'given') return { policy, notes: [] };
  const [first = 'it has errors'] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more errors)` : '';
  const instead =
    from === 'last-good' ? 'the last valid policy is used' : 'no earlier policy exists';
  return { policy, notes: [`policy: ${first}${more}; ${instead}`] };
}

const policyOnce = readOnce<Policy>(4);

/** The policy that a run goes by, for the steps after its plan. */
export async function policyOfRun(deps: RunDeps, runId: string): Promise<Policy> {
  if (deps.policy !== undefined) return deps.policy;
  // It is kept before there is anything else of a run: where there is none now, none comes.
  return await policyOnce(
    deps.storage,
    runId,
    async () => (await keptPolicy(deps, runId)) ?? defaultPolicy,
  );
}

async function keptPolicy({ storage }: RunDeps, runId: string): Promise<Policy | undefined> {
  const text = await storage.readData(runId, dataName);
  if (text === undefined) return undefined;
  const read = policyIn(text, 'the policy of the run');
  return 'policy' in read ? read.policy : undefined;
}
