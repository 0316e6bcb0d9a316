import { InputError } from '../../audit/input-error.ts';
import { nodePoolChange, type NodePoolChange, type NodePoolText } from '../../plan/index.ts';

export interface PoolArguments {
  readonly nodePools: readonly NodePoolChange[];
  /** What is left for the other options. */
  readonly rest: readonly string[];
}

const ofPool = ['taint', 'label', 'count'] as const;

/**
 * `--node-pool NAME --taint … --label … --count N`, any number of times: what follows a pool's name
 * belongs to that pool.
 * @throws {InputError} for an option that stands before any pool, and for values that are none.
 */
export function poolArguments(args: readonly string[]): PoolArguments {
  const pools: { name: string; taints: string[]; labels: string[]; count?: number }[] = [];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? '';
    const [, option = '', inline] = /^--([a-z-]+)(?:=(.*))?$/su.exec(argument) ?? [];
    const known = ofPool.find((each) => each === option);
    if (option !== 'node-pool' && known === undefined) {
      rest.push(argument);
      continue;
    }
    const value = inline ?? args[++at];
    if (value === undefined) throw new InputError(`--${option} needs a value`);
    if (known === undefined) {
      pools.push({ name: value, taints: [], labels: [] });
      continue;
    }
    const pool = pools.at(-1);
    if (pool === undefined)
      throw new InputError(`--${known} applies to a node pool; put --node-pool NAME before it`);
    if (known === 'taint') pool.taints.push(value);
    else if (known === 'label') pool.labels.push(value);
    else pool.count = /^\d{1,6}$/u.test(value) ? Number(value) : Number.NaN;
  }
  return { nodePools: pools.map(changeOf), rest };
}

function changeOf(text: NodePoolText): NodePoolChange {
  const change = nodePoolChange(text);
  if (typeof change === 'string') throw new InputError(`--node-pool ${text.name}: ${change}`);
  if (
    change.count === undefined &&
    change.addTaints.length +
      change.removeTaints.length +
      change.labels.size +
      change.removeLabels.length ===
      0
  )
    throw new InputError(
      `--node-pool ${text.name}: specify the change with --taint, --label or --count`,
    );
  return change;
}
