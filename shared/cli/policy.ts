import { InputError } from '../audit/input-error.ts';
import { policyIn, readPolicyFile } from '../service/policy-file.ts';
import { readOptions } from './options.ts';
import { oneLine, type Terminal } from './terminal.ts';

/** `evenkeel policy check FILE`: 0 where the file is good, 2 and a line for each fault where it is not. */
export function policy(args: readonly string[], io: Terminal): number {
  const { positionals } = readOptions(args, {}, 2);
  const [verb, file] = positionals;
  if (verb !== 'check' || file === undefined)
    throw new InputError('usage: evenkeel policy check FILE');
  const read = policyIn(readPolicyFile(file), file);
  if ('faults' in read) {
    for (const fault of read.faults) io.err(`${oneLine(fault)}\n`);
    const count = read.faults.length;
    io.err(`evenkeel policy: ${count} ${count === 1 ? 'fault' : 'faults'}\n`);
    return 2;
  }
  const { rules, exemptions, sourceIp, owners } = read.policy;
  const parts = [
    `${rules.length} rule settings`,
    `${exemptions.length} exemptions`,
    `${sourceIp.length} source IP needs`,
    `${Object.keys(owners).length} owners`,
  ];
  io.out(`${file}: good (${parts.join(', ')})\n`);
  return 0;
}
