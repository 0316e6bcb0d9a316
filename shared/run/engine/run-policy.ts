import { defaultPolicy, type Policy } from '../../policy/index.ts';
import { failureFields } from '../log.ts';
import { policyIn } from '../policy-file.ts';
import type { RunDeps } from './deps.ts';

const dataName = 'policy';

/** The policy of a run, and what people should know about how it came to be. */
export interface RunPolicy {
  readonly policy: Policy;
  readonly notes: readonly string[];
}

/**
 * The policy that a new run goes by: the file in force, or where that is bad or cannot be read, the
 * one that the last run went by. Kept with the run, so that all of its clusters go by the same.
 */
export async function policyForRun(deps: RunDeps, runId: string): Promise<RunPolicy> {
  const kept = await keptPolicy(deps, runId);
  if (kept !== undefined) return { policy: kept, notes: [] };
  const current = await currentPolicy(deps);
  if (current === undefined) return { policy: defaultPolicy, notes: [] };
  if ('text' in current) {
    await deps.storage.putData(runId, dataName, current.text);
    return { policy: current.policy, notes: [] };
  }
  const [last] = await deps.storage.sealedRuns(1);
  const text = last && (await deps.storage.readData(last.runId, dataName));
  const before = text === undefined ? undefined : policyIn(text, 'the last good policy');
  if (text === undefined || before === undefined || !('policy' in before))
    return { policy: defaultPolicy, notes: [`${current.fault}; no earlier policy is known`] };
  await deps.storage.putData(runId, dataName, text);
  return { policy: before.policy, notes: [`${current.fault}; the last good policy is in force`] };
}

/** The policy that a run goes by, for the steps after its plan. */
export async function policyOfRun(deps: RunDeps, runId: string): Promise<Policy> {
  return (await keptPolicy(deps, runId)) ?? defaultPolicy;
}

async function keptPolicy({ storage }: RunDeps, runId: string): Promise<Policy | undefined> {
  const text = await storage.readData(runId, dataName);
  if (text === undefined) return undefined;
  const read = policyIn(text, 'the policy of the run');
  return 'policy' in read ? read.policy : undefined;
}

async function currentPolicy(
  deps: RunDeps,
): Promise<
  { readonly policy: Policy; readonly text: string } | { readonly fault: string } | undefined
> {
  try {
    const given = await deps.policyText();
    if (given === undefined) return undefined;
    const read = policyIn(given.text, given.source);
    if ('policy' in read) return { policy: read.policy, text: given.text };
    const [first = 'it has faults'] = read.faults;
    const more = read.faults.length - 1;
    return { fault: `policy: ${first}${more > 0 ? ` (and ${more} more faults)` : ''}` };
  } catch (error) {
    deps.log.warn('policy unread', failureFields(error));
    return { fault: 'policy: the file cannot be read' };
  }
}
