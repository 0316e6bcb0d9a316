import { liveWork } from './interrupt.ts';
import { oneOf, readOptions } from './options.ts';
import { preflightJson, preflightText } from '../service/preflight/table.ts';
import { progressOn } from './progress.ts';
import { oneLine, type Invocation } from './terminal.ts';

/**
 * `evenkeel preflight`: what the person's login may read. 0 all of it, 1 not all, 3 nothing.
 */
export async function preflight({ args, io, context }: Invocation): Promise<number> {
  const { values } = readOptions(args, {
    subscription: { type: 'string', multiple: true, default: [] },
    cluster: { type: 'string', multiple: true, default: [] },
    format: { type: 'string', default: 'text' },
  });
  const format = oneOf('format', values.format, ['text', 'json']);
  const { preflightHere } = await import('../service/preflight/preflight-here.ts');
  const progress = progressOn(io, 'checked');
  const checked = await liveWork(io, { command: 'preflight', progress }, (signal) =>
    preflightHere(context, {
      subscriptions: values.subscription,
      clusters: values.cluster,
      onProgress: (...now) => (signal.aborted ? undefined : progress.update(...now)),
      signal,
    }),
  );
  if (typeof checked === 'number') return checked;
  for (const name of checked.missing)
    io.err(`evenkeel preflight: cluster ${oneLine(JSON.stringify(name))} not found\n`);
  io.out(format === 'json' ? preflightJson(checked.rows) : preflightText(checked.rows, io));
  const count = (...states: readonly string[]): number =>
    checked.rows.filter(({ state, optional }) => optional !== true && states.includes(state))
      .length;
  if (count('readable') === 0) return 3;
  return count('missing', 'unreadable') > 0 || checked.missing.length > 0 ? 1 : 0;
}
