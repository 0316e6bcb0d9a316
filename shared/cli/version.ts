import { version } from '../audit/version.ts';
import { readOptions } from './options.ts';
import type { Invocation } from './terminal.ts';

/** `evenkeel version`: what a report of a fault should name. */
export function showVersion({ args, io }: Invocation): number {
  readOptions(args, {});
  io.out(`evenkeel ${version}\nNode ${process.version}, ${process.platform} ${process.arch}\n`);
  return 0;
}
