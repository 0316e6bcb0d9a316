import { InputError } from '../audit/input-error.ts';
import { logTo } from '../audit/log.ts';
import { createApp } from '../service/app.ts';
import { readOptions } from './options.ts';
import { progressOn } from './progress.ts';
import { nothingDone, oneLine, type Invocation } from './terminal.ts';

/**
 * `evenkeel run --once`: a run of the service with the settings of the environment. 0 where it was
 * sealed, or another run is still going; 3 where nothing could be audited. Findings are no failure.
 */
export async function run({ args, io, context }: Invocation): Promise<number> {
  const { values } = readOptions(args, { once: { type: 'boolean', default: false } });
  if (!values.once)
    throw new InputError('usage: evenkeel run --once (use your own scheduler to repeat it)');
  const { runOnce } = await import('../service/run-once.ts');
  const progress = progressOn(io);
  const log = logTo((level, line) => {
    if (level !== 'info') io.err(`${line}\n`);
  });
  const ran = await runOnce(createApp(context), log, ({ done, planned, cluster }) =>
    progress.update(done, planned, cluster),
  ).finally(progress.end);
  if (ran.kind === 'skipped') {
    io.out(`no run: ${oneLine(ran.why)}\n`);
    return 0;
  }
  const { report, failure } = ran;
  if (failure !== undefined) return nothingDone(io, 'run', failure);
  const { clusters, findings, changes } = report.summary;
  io.out(
    `run ${report.run.id} sealed: ${clusters.complete} of ${clusters.planned} clusters fully read, ${clusters.partial} partially; ${findings.critical} critical, ${findings.high} high; ${changes.new} new, ${changes.resolved} resolved\n`,
  );
  return 0;
}
