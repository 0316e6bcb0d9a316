import { InputError } from '../audit/input-error.ts';
import { liveWork } from './interrupt.ts';
import { readOptions } from './options.ts';
import { oneLine, type Invocation } from './terminal.ts';

/**
 * `evenkeel save`: one live cluster as a case folder. 0 all of it was read, 1 not all, 3 no login.
 */
export async function save({ args, io, context }: Invocation): Promise<number> {
  const { values } = readOptions(args, {
    subscription: { type: 'string', multiple: true, default: [] },
    cluster: { type: 'string' },
    output: { type: 'string' },
    anonymize: { type: 'boolean', default: false },
  });
  const { cluster, output, anonymize, subscription } = values;
  if (cluster === undefined)
    throw new InputError('specify the cluster to save: evenkeel save --cluster NAME');
  const { saveHere } = await import('../service/save-here.ts');
  const done = await liveWork(
    io,
    { command: 'save', interrupted: 'interrupted; nothing was written' },
    (signal) =>
      saveHere(context, {
        subscriptions: subscription,
        cluster,
        anonymize,
        ...(output !== undefined && { output }),
        signal,
      }),
  );
  if (typeof done === 'number') return done;
  const { directory, files, report } = done.saved;
  for (const { file, items } of files) io.out(`${oneLine(file)}  ${items}\n`);
  io.out(
    `saved to ${oneLine(directory)}; audit it with: evenkeel audit --from ${oneLine(directory)}\n`,
  );
  if (report.result === 'complete') return 0;
  io.err(
    `evenkeel save: ${report.result}: ${oneLine(report.reason ?? 'not all of it was read')}\n`,
  );
  return 1;
}
